SELECT json_build_object('client', (SELECT row_to_json(found) FROM (
  SELECT c.id, c.display_name AS "displayName", c.email, c.status,
    (SELECT coalesce(json_agg(row_to_json(t)), '[]') FROM (
      SELECT i.id, i.kind, i.title, i.occurred_at AS "occurredAt",
        (SELECT row_to_json(a) FROM (
          SELECT s.id, s.name FROM benchmark.staff s WHERE s.practice_id = $1 AND s.id = i.actor_id) a) AS actor
      FROM benchmark.timeline_items i WHERE i.practice_id = $1 AND i.client_id = c.id
      ORDER BY i.occurred_at DESC, i.id DESC LIMIT 20) t) AS timeline,
    (SELECT coalesce(json_agg(row_to_json(v)), '[]') FROM (
      SELECT i.id, i.number, i.status, i.issued_at AS "issuedAt", i.total_cents AS "totalCents",
        (SELECT coalesce(json_agg(row_to_json(l)), '[]') FROM (
          SELECT l.id, l.description, l.quantity, l.unit_price_cents AS "unitPriceCents",
            (SELECT coalesce(json_agg(row_to_json(b)), '[]') FROM (
              SELECT s.id, s.name, s.purchased, s.used, s.purchased - s.used AS remaining
              FROM benchmark.services s WHERE s.practice_id = $1 AND s.invoice_line_id = l.id ORDER BY s.id
            ) b) AS services
          FROM benchmark.invoice_lines l WHERE l.practice_id = $1 AND l.invoice_id = i.id ORDER BY l.position, l.id
        ) l) AS lines
      FROM benchmark.invoices i WHERE i.practice_id = $1 AND i.client_id = c.id
      ORDER BY i.issued_at DESC, i.id DESC LIMIT 5) v) AS invoices,
    (SELECT coalesce(json_agg(row_to_json(k)), '[]') FROM (
      SELECT k.id, k.title,
        (SELECT coalesce(json_agg(row_to_json(t)), '[]') FROM (
          SELECT t.id, t.title, t.done, t.due_on AS "dueOn"
          FROM benchmark.checklist_tasks t WHERE t.practice_id = $1 AND t.checklist_id = k.id ORDER BY t.position, t.id
        ) t) AS tasks
      FROM benchmark.checklists k WHERE k.practice_id = $1 AND k.client_id = c.id ORDER BY k.position, k.id
    ) k) AS checklists,
    (SELECT coalesce(json_agg(row_to_json(v)), '[]') FROM (
      SELECT v.id, v.starts_at AS "startsAt", v.ends_at AS "endsAt", v.status, v.location
      FROM benchmark.visits v WHERE v.practice_id = $1 AND v.client_id = c.id AND v.starts_at > now()
      ORDER BY v.starts_at, v.id) v) AS "upcomingVisits"
  FROM benchmark.clients c WHERE c.practice_id = $1 AND c.id = $2
) found))::text, ARRAY[$2::uuid]
