SELECT json_build_object('client', (SELECT row_to_json(found) FROM (
  SELECT c.id, c.display_name AS "displayName", c.email, c.phone, c.status, c.created_at AS "createdAt"
  FROM benchmark.clients c WHERE c.practice_id = $1 AND c.id = $2
) found))::text, ARRAY[$2::uuid]
