-- Indexes and composite keys, made after the data; then row-level security as the product's migrations force it.
CREATE INDEX ON benchmark.clients (practice_id, created_at, id);
CREATE INDEX ON benchmark.client_tags (practice_id, tag_id);
CREATE INDEX ON benchmark.timeline_items (practice_id, client_id, occurred_at, id);
CREATE INDEX ON benchmark.timeline_items (practice_id, actor_id);
CREATE INDEX ON benchmark.timeline_items (practice_id, invoice_id) WHERE invoice_id IS NOT NULL;
CREATE INDEX ON benchmark.timeline_items (practice_id, note_id) WHERE note_id IS NOT NULL;
CREATE INDEX ON benchmark.invoices (practice_id, client_id, issued_at, id);
CREATE INDEX ON benchmark.invoice_lines (practice_id, invoice_id, position, id);
CREATE INDEX ON benchmark.services (practice_id, invoice_line_id, id);
CREATE INDEX ON benchmark.services (practice_id, client_id);
CREATE INDEX ON benchmark.visits (practice_id, client_id, starts_at, id);
CREATE INDEX ON benchmark.checklists (practice_id, client_id, position, id);
CREATE INDEX ON benchmark.checklist_tasks (practice_id, checklist_id, position, id);
CREATE INDEX ON benchmark.notes (practice_id, client_id, occurred_at, id);
CREATE INDEX ON benchmark.files (practice_id, client_id, occurred_at, id);

ALTER TABLE benchmark.client_tags
  ADD FOREIGN KEY (practice_id, client_id) REFERENCES benchmark.clients,
  ADD FOREIGN KEY (practice_id, tag_id) REFERENCES benchmark.tags;
ALTER TABLE benchmark.timeline_items
  ADD FOREIGN KEY (practice_id, client_id) REFERENCES benchmark.clients,
  ADD FOREIGN KEY (practice_id, actor_id) REFERENCES benchmark.staff,
  ADD FOREIGN KEY (practice_id, invoice_id) REFERENCES benchmark.invoices,
  ADD FOREIGN KEY (practice_id, note_id) REFERENCES benchmark.notes;
ALTER TABLE benchmark.invoices ADD FOREIGN KEY (practice_id, client_id) REFERENCES benchmark.clients;
ALTER TABLE benchmark.invoice_lines ADD FOREIGN KEY (practice_id, invoice_id) REFERENCES benchmark.invoices;
ALTER TABLE benchmark.services
  ADD FOREIGN KEY (practice_id, invoice_line_id) REFERENCES benchmark.invoice_lines,
  ADD FOREIGN KEY (practice_id, client_id) REFERENCES benchmark.clients;
ALTER TABLE benchmark.visits ADD FOREIGN KEY (practice_id, client_id) REFERENCES benchmark.clients;
ALTER TABLE benchmark.checklists ADD FOREIGN KEY (practice_id, client_id) REFERENCES benchmark.clients;
ALTER TABLE benchmark.checklist_tasks ADD FOREIGN KEY (practice_id, checklist_id) REFERENCES benchmark.checklists;
ALTER TABLE benchmark.notes ADD FOREIGN KEY (practice_id, client_id) REFERENCES benchmark.clients;
ALTER TABLE benchmark.files ADD FOREIGN KEY (practice_id, client_id) REFERENCES benchmark.clients;

DO $$
DECLARE one text;
BEGIN
  FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'benchmark' LOOP
    EXECUTE format('ALTER TABLE benchmark.%I ENABLE ROW LEVEL SECURITY', one);
    EXECUTE format('ALTER TABLE benchmark.%I FORCE ROW LEVEL SECURITY', one);
    EXECUTE format('CREATE POLICY practice ON benchmark.%I USING '
      '(practice_id = NULLIF(current_setting(''app.practice'', true), '''')::uuid)', one);
  END LOOP;
END $$;

-- What PostGraphile computes by functions, and our graph by statements.
CREATE FUNCTION benchmark.clients_open_balance_cents(client benchmark.clients) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(total_cents - paid_cents), 0)::bigint FROM benchmark.invoices
  WHERE practice_id = client.practice_id AND client_id = client.id AND status IN ('open', 'overdue')
$$;
CREATE FUNCTION benchmark.clients_next_visit(client benchmark.clients) RETURNS benchmark.visits LANGUAGE sql STABLE AS $$
  SELECT * FROM benchmark.visits
  WHERE practice_id = client.practice_id AND client_id = client.id AND starts_at > now()
  ORDER BY starts_at, id LIMIT 1
$$;
CREATE FUNCTION benchmark.clients_upcoming_visits(client benchmark.clients) RETURNS SETOF benchmark.visits
LANGUAGE sql STABLE AS $$
  SELECT * FROM benchmark.visits
  WHERE practice_id = client.practice_id AND client_id = client.id AND starts_at > now()
  ORDER BY starts_at, id
$$;
CREATE FUNCTION benchmark.services_remaining(service benchmark.services) RETURNS int LANGUAGE sql STABLE AS $$
  SELECT service.purchased - service.used
$$;

-- The session look-up of the rivals that are not the product: all in one round trip, past row-level security.
CREATE SCHEMA benchmark_private;
CREATE FUNCTION benchmark_private.viewer_of(secret bytea)
RETURNS TABLE (practice_id uuid, person_id uuid, membership_id uuid, session_id uuid, role text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT s.practice_id, s.person_id, s.membership_id, s.id, m.role
  FROM session s JOIN membership m ON m.practice_id = s.practice_id AND m.id = s.membership_id
  WHERE s.secret_hash = secret AND s.ended_at IS NULL AND s.idle_until > now() AND s.ends_at > now()
    AND m.from_at <= now() AND (m.to_at IS NULL OR m.to_at > now())
$$;

GRANT USAGE ON SCHEMA benchmark, benchmark_private TO casegraph_app;
GRANT SELECT ON ALL TABLES IN SCHEMA benchmark TO casegraph_app;
DROP FUNCTION benchmark.uuid7;
