-- The tables that every rival reads, in a schema of their own. The practice leads every key, as in the product.
CREATE SCHEMA benchmark;

CREATE FUNCTION benchmark.uuid7(moment timestamptz) RETURNS uuid LANGUAGE sql VOLATILE AS $$
  SELECT (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0') || '7'
          || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid
$$;

CREATE TABLE benchmark.staff (
  practice_id uuid NOT NULL, id uuid NOT NULL, name text NOT NULL, email text NOT NULL,
  PRIMARY KEY (practice_id, id));
CREATE TABLE benchmark.clients (
  practice_id uuid NOT NULL, id uuid NOT NULL, display_name text NOT NULL, email text NOT NULL, phone text,
  status text NOT NULL, date_of_birth date, created_at timestamptz NOT NULL,
  PRIMARY KEY (practice_id, id));
CREATE TABLE benchmark.tags (
  practice_id uuid NOT NULL, id uuid NOT NULL, name text NOT NULL, color text NOT NULL,
  PRIMARY KEY (practice_id, id));
CREATE TABLE benchmark.client_tags (
  practice_id uuid NOT NULL, client_id uuid NOT NULL, tag_id uuid NOT NULL,
  PRIMARY KEY (practice_id, client_id, tag_id));
CREATE TABLE benchmark.invoices (
  practice_id uuid NOT NULL, id uuid NOT NULL, client_id uuid NOT NULL, number text NOT NULL, status text NOT NULL,
  issued_at timestamptz NOT NULL, total_cents bigint NOT NULL, paid_cents bigint NOT NULL,
  PRIMARY KEY (practice_id, id));
CREATE TABLE benchmark.invoice_lines (
  practice_id uuid NOT NULL, id uuid NOT NULL, invoice_id uuid NOT NULL, position int NOT NULL,
  description text NOT NULL, quantity int NOT NULL, unit_price_cents bigint NOT NULL,
  PRIMARY KEY (practice_id, id));
CREATE TABLE benchmark.services (
  practice_id uuid NOT NULL, id uuid NOT NULL, invoice_line_id uuid NOT NULL, client_id uuid NOT NULL,
  name text NOT NULL, purchased int NOT NULL, used int NOT NULL,
  PRIMARY KEY (practice_id, id));
CREATE TABLE benchmark.visits (
  practice_id uuid NOT NULL, id uuid NOT NULL, client_id uuid NOT NULL, starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL, status text NOT NULL, location text,
  PRIMARY KEY (practice_id, id));
CREATE TABLE benchmark.checklists (
  practice_id uuid NOT NULL, id uuid NOT NULL, client_id uuid NOT NULL, title text NOT NULL, position int NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (practice_id, id));
CREATE TABLE benchmark.checklist_tasks (
  practice_id uuid NOT NULL, id uuid NOT NULL, checklist_id uuid NOT NULL, position int NOT NULL, title text NOT NULL,
  done boolean NOT NULL, due_on date,
  PRIMARY KEY (practice_id, id));
CREATE TABLE benchmark.notes (
  practice_id uuid NOT NULL, id uuid NOT NULL, client_id uuid NOT NULL, body text NOT NULL,
  occurred_at timestamptz NOT NULL,
  PRIMARY KEY (practice_id, id));
CREATE TABLE benchmark.files (
  practice_id uuid NOT NULL, id uuid NOT NULL, client_id uuid NOT NULL, name text NOT NULL, size_bytes bigint NOT NULL,
  sha256 text NOT NULL, occurred_at timestamptz NOT NULL,
  PRIMARY KEY (practice_id, id));
CREATE TABLE benchmark.timeline_items (
  practice_id uuid NOT NULL, id uuid NOT NULL, client_id uuid NOT NULL, kind text NOT NULL, title text NOT NULL,
  body text, occurred_at timestamptz NOT NULL, actor_id uuid NOT NULL, invoice_id uuid, note_id uuid,
  PRIMARY KEY (practice_id, id));
