SELECT json_build_object('client', (SELECT row_to_json(found) FROM (
  SELECT c.id, c.display_name AS "displayName",
    (SELECT json_build_object(
       'edges', coalesce(json_agg(json_build_object('cursor', t.occurred_at || ' ' || t.id, 'node', t.node)), '[]'),
       'pageInfo', json_build_object('hasNextPage', count(*) = 51, 'hasPreviousPage', false,
         'startCursor', min(t.occurred_at || ' ' || t.id), 'endCursor', max(t.occurred_at || ' ' || t.id)))
     FROM (
      SELECT i.occurred_at, i.id, json_build_object('id', i.id, 'kind', i.kind, 'title', i.title,
        'occurredAt', i.occurred_at,
        'actor', (SELECT row_to_json(a) FROM (
          SELECT s.id, s.name FROM benchmark.staff s WHERE s.practice_id = $1 AND s.id = i.actor_id) a),
        'subject', CASE
          WHEN i.invoice_id IS NOT NULL THEN (SELECT row_to_json(v) FROM (
            SELECT 'Invoice' AS "__typename", v.id, v.number, v.status, v.total_cents AS "totalCents"
            FROM benchmark.invoices v WHERE v.practice_id = $1 AND v.id = i.invoice_id) v)
          WHEN i.note_id IS NOT NULL THEN (SELECT row_to_json(o) FROM (
            SELECT 'Note' AS "__typename", o.id, o.body, o.occurred_at AS "occurredAt"
            FROM benchmark.notes o WHERE o.practice_id = $1 AND o.id = i.note_id) o)
        END) AS node
      FROM benchmark.timeline_items i WHERE i.practice_id = $1 AND i.client_id = c.id
      ORDER BY i.occurred_at DESC, i.id DESC LIMIT 50) t) AS "timelinePage"
  FROM benchmark.clients c WHERE c.practice_id = $1 AND c.id = $2
) found))::text, ARRAY[$2::uuid]
