-- The data, for `benchmark.size` clients spread over the practices there are: 50 entries of the timeline each, 5
-- invoices of 5 lines with 8 services, 8 visits, 3 checklists of 12 tasks, 3 notes, 3 files and some of 40 tags.
CREATE TEMP TABLE p AS SELECT row_number() OVER (ORDER BY id) n, id FROM public.practice;

INSERT INTO benchmark.staff (practice_id, id, name, email)
SELECT p.id, benchmark.uuid7('2024-01-02'::timestamptz + i * interval '1 min'), 'Staff Member ' || i,
       'staff' || i || '@example.test'
FROM generate_series(1, 80) i JOIN p ON p.n = 1 + i % 4;
CREATE TEMP TABLE s AS
SELECT practice_id, row_number() OVER (PARTITION BY practice_id ORDER BY id) n, id FROM benchmark.staff;

INSERT INTO benchmark.clients (practice_id, id, display_name, email, phone, status, date_of_birth, created_at)
SELECT p.id, benchmark.uuid7(moment), 'Client Number ' || i, 'client' || i || '@example.test',
       '+3161' || lpad(i::text, 7, '0'), (ARRAY['active', 'active', 'active', 'archived'])[1 + (i / 4) % 4],
       '1950-01-01'::date + (i % 20000), moment
FROM (SELECT i, '2024-02-01'::timestamptz + i * interval '20 min' moment
      FROM generate_series(1, current_setting('benchmark.size')::int) i) x
JOIN p ON p.n = 1 + i % 4;
CREATE TEMP TABLE c AS SELECT row_number() OVER (ORDER BY id) n, practice_id, id, created_at FROM benchmark.clients;
ANALYZE c;

INSERT INTO benchmark.tags (practice_id, id, name, color)
SELECT p.id, benchmark.uuid7('2024-01-03'::timestamptz + i * interval '1 min'), 'tag-' || i,
       '#' || lpad(to_hex(i * 99991), 6, '0')
FROM generate_series(1, 40) i JOIN p ON p.n = 1 + i % 4;
CREATE TEMP TABLE t AS
SELECT practice_id, row_number() OVER (PARTITION BY practice_id ORDER BY id) n, id FROM benchmark.tags;

INSERT INTO benchmark.client_tags (practice_id, client_id, tag_id)
SELECT DISTINCT c.practice_id, c.id, t.id FROM c CROSS JOIN generate_series(1, 3) k
JOIN t ON t.practice_id = c.practice_id AND t.n = 1 + (c.n * 7 + k * 11) % 10;

INSERT INTO benchmark.invoices (practice_id, id, client_id, number, status, issued_at, total_cents, paid_cents)
SELECT practice_id, benchmark.uuid7(moment), id, 'INV-' || n || '-' || k,
       (ARRAY['paid', 'open', 'open', 'overdue', 'paid'])[k], moment, 10000 + k * 1234,
       CASE WHEN k IN (1, 5) THEN 10000 + k * 1234 ELSE 500 * k END
FROM (SELECT c.*, k, c.created_at + k * interval '30 days' moment FROM c CROSS JOIN generate_series(1, 5) k) x
ORDER BY moment;

INSERT INTO benchmark.invoice_lines (practice_id, id, invoice_id, position, description, quantity, unit_price_cents)
SELECT i.practice_id, benchmark.uuid7(i.issued_at), i.id, k, 'Line ' || k || ' of ' || i.number, 1 + k % 3, 1000 * k
FROM benchmark.invoices i CROSS JOIN generate_series(1, 5) k ORDER BY i.issued_at;

INSERT INTO benchmark.services (practice_id, id, invoice_line_id, client_id, name, purchased, used)
SELECT l.practice_id, benchmark.uuid7('2025-01-01'::timestamptz), l.id, i.client_id,
       'Service ' || k || ' (' || l.position || ')', 10, (l.position * 3 + k) % 10
FROM benchmark.invoice_lines l JOIN benchmark.invoices i ON i.practice_id = l.practice_id AND i.id = l.invoice_id
CROSS JOIN generate_series(1, 2) k WHERE k <= 1 + l.position % 2;

-- Far from today on both sides, so that no run sees other visits ahead than the run before.
INSERT INTO benchmark.visits (practice_id, id, client_id, starts_at, ends_at, status, location)
SELECT practice_id, benchmark.uuid7('2025-01-01'::timestamptz), id, moment, moment + interval '50 min',
       CASE WHEN k < 4 THEN 'done' ELSE 'planned' END, 'Room ' || (1 + (n + k) % 12)
FROM (SELECT c.*, k, CASE WHEN k < 4 THEN '2024-01-01'::timestamptz ELSE '2090-01-01'::timestamptz END
             + k * interval '40 days' + (c.n % 480) * interval '1 min' moment
      FROM c CROSS JOIN generate_series(0, 7) k) x;

INSERT INTO benchmark.checklists (practice_id, id, client_id, title, position, created_at)
SELECT practice_id, benchmark.uuid7('2025-01-01'::timestamptz), id, 'Checklist ' || k, k,
       created_at + k * interval '1 day'
FROM c CROSS JOIN generate_series(1, 3) k;

INSERT INTO benchmark.checklist_tasks (practice_id, id, checklist_id, position, title, done, due_on)
SELECT practice_id, benchmark.uuid7('2025-01-01'::timestamptz), id, k, 'Checklist task number ' || k, k % 3 = 0,
       '2027-02-01'::date + k
FROM benchmark.checklists CROSS JOIN generate_series(1, 12) k;

INSERT INTO benchmark.notes (practice_id, id, client_id, body, occurred_at)
SELECT practice_id, benchmark.uuid7('2025-01-01'::timestamptz), id, repeat('note text ', 20),
       created_at + k * interval '3 days'
FROM c CROSS JOIN generate_series(1, 3) k;

INSERT INTO benchmark.files (practice_id, id, client_id, name, size_bytes, sha256, occurred_at)
SELECT practice_id, benchmark.uuid7('2025-01-01'::timestamptz), id, 'file-' || k || '.pdf', 100000 * k,
       md5(n::text || k) || md5(k::text), created_at + k * interval '3 days'
FROM c CROSS JOIN generate_series(1, 3) k;

-- In the order of time, so that the entries of one client lie scattered as they do in life.
CREATE TEMP TABLE i AS
SELECT client_id, row_number() OVER (PARTITION BY client_id ORDER BY issued_at) n, id FROM benchmark.invoices;
CREATE TEMP TABLE o AS
SELECT client_id, row_number() OVER (PARTITION BY client_id ORDER BY occurred_at) n, id FROM benchmark.notes;
INSERT INTO benchmark.timeline_items
  (practice_id, id, client_id, kind, title, body, occurred_at, actor_id, invoice_id, note_id)
SELECT x.practice_id, benchmark.uuid7(x.moment), x.id, x.kind, 'Timeline entry ' || x.k || ' for client ' || x.n,
       'Body text of the entry, some words to make the row a realistic width. ' || x.k, x.moment, s.id, i.id, o.id
FROM (SELECT c.*, k, (ARRAY['note', 'call', 'visit', 'invoice', 'file', 'email', 'task'])[1 + k % 7] kind,
             c.created_at + k * interval '5 days' + (c.n % 97) * interval '1 min' moment
      FROM c CROSS JOIN generate_series(1, 50) k) x
JOIN s ON s.practice_id = x.practice_id AND s.n = 1 + (x.n + x.k) % 20
LEFT JOIN i ON x.kind = 'invoice' AND i.client_id = x.id AND i.n = 1 + x.k % 5
LEFT JOIN o ON x.kind = 'note' AND o.client_id = x.id AND o.n = 1 + x.k % 3
ORDER BY x.moment;
