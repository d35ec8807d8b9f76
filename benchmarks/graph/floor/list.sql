WITH listed AS MATERIALIZED (
  SELECT c.* FROM benchmark.clients c WHERE c.practice_id = $1 ORDER BY c.created_at DESC LIMIT 50
)
SELECT json_build_object('clients', (SELECT json_agg(row_to_json(found)) FROM (
  SELECT c.id, c.display_name AS "displayName", c.status,
    (SELECT coalesce(json_agg(row_to_json(t)), '[]') FROM (
      SELECT t.id, t.name FROM benchmark.client_tags w
      JOIN benchmark.tags t ON t.practice_id = $1 AND t.id = w.tag_id
      WHERE w.practice_id = $1 AND w.client_id = c.id ORDER BY w.tag_id) t) AS tags,
    (SELECT coalesce(json_agg(row_to_json(t)), '[]') FROM (
      SELECT i.id, i.kind, i.title, i.occurred_at AS "occurredAt"
      FROM benchmark.timeline_items i WHERE i.practice_id = $1 AND i.client_id = c.id
      ORDER BY i.occurred_at DESC, i.id DESC LIMIT 3) t) AS timeline,
    (SELECT coalesce(sum(i.total_cents - i.paid_cents), 0)::bigint FROM benchmark.invoices i
      WHERE i.practice_id = $1 AND i.client_id = c.id AND i.status IN ('open', 'overdue')) AS "openBalanceCents",
    (SELECT row_to_json(v) FROM (
      SELECT v.id, v.starts_at AS "startsAt" FROM benchmark.visits v
      WHERE v.practice_id = $1 AND v.client_id = c.id AND v.starts_at > now()
      ORDER BY v.starts_at, v.id LIMIT 1) v) AS "nextVisit"
  FROM listed c ORDER BY c.created_at DESC
) found))::text, (SELECT array_agg(id) FROM listed)
