"""Row-level security, the same for every tenant table: a row is there only for its own practice."""

from alembic import op

PRACTICE = "NULLIF(current_setting('app.practice', true), '')::uuid"
PERSON = "NULLIF(current_setting('app.person', true), '')::uuid"


def guard(table: str) -> None:
    """Force row-level security on a tenant's table. On SQLite, which has none, the explicit predicates stand alone.

    The policy is written inline, because a function around it would keep PostgreSQL from using the index.
    """
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY practice ON {table} USING (practice_id = {PRACTICE})")


def show_own(table: str) -> None:
    """Let a person see their own rows in every practice, and change none of them."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE POLICY own ON {table} FOR SELECT USING (person_id = {PERSON})")
