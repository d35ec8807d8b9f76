"""Lay the ground floor."""

import sqlalchemy as sa
from alembic import op

from storage.database.migrations.guarding import guard, show_own

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


TENANT_TABLES = (
    "access_batch",
    "access_event",
    "access_seq",
    "access_subject",
    "address",
    "audit_detail",
    "audit_event",
    "client",
    "client_grant",
    "contact_point",
    "idempotent_write",
    "identifier",
    "job",
    "journey",
    "membership",
    "note",
    "note_revision",
    "practice_event",
    "practice_number",
    "practice_seq",
    "practice_settings",
    "related_person",
    "safety_flag",
    "search_word",
    "timeline_entry",
)


def upgrade() -> None:
    """Step up. Every new tenant table needs a `guard(table)`."""
    op.create_table(
        "access_batch",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("batch", sa.BigInteger(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("link", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "batch", name=op.f("pk_access_batch")),
    )
    op.create_table(
        "access_event",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch", sa.BigInteger(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("request_id", sa.String(), nullable=True),
        sa.Column("operation", sa.String(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("clients_in_list", sa.Integer(), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_access_event")),
    )
    op.create_index(op.f("ix_access_event_practice_id_batch"), "access_event", ["practice_id", "batch"], unique=False)
    op.create_index(
        op.f("ix_access_event_practice_id_occurred_at"), "access_event", ["practice_id", "occurred_at"], unique=False
    )
    op.create_table(
        "access_seq",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("batch", sa.BigInteger(), nullable=False),
        sa.Column("last_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", name=op.f("pk_access_seq")),
    )
    op.create_table(
        "access_subject",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("access_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "access_id", "client_id", name=op.f("pk_access_subject")),
    )
    op.create_index(
        op.f("ix_access_subject_practice_id_client_id"), "access_subject", ["practice_id", "client_id"], unique=False
    )
    op.create_table(
        "audit_detail",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "seq", "ordinal", name=op.f("pk_audit_detail")),
    )
    op.create_table(
        "audit_event",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("facts_in_write", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("request_id", sa.String(), nullable=True),
        sa.Column("operation", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("link", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("practice_id", "seq", "ordinal", name=op.f("pk_audit_event")),
    )
    op.create_index(
        op.f("ix_audit_event_practice_id_client_id_seq"),
        "audit_event",
        ["practice_id", "client_id", "seq"],
        unique=False,
    )
    op.create_table(
        "client",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_counter", sa.Integer(), nullable=False),
        sa.Column("file_number", sa.String(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("status_before_archive", sa.String(40), nullable=True),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("sort_name", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("pronouns", sa.String(), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("deceased_on", sa.Date(), nullable=True),
        sa.Column("gender", sa.String(), nullable=True),
        sa.Column("clinical_sex", sa.String(40), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("time_zone", sa.String(), nullable=True),
        sa.Column("privacy_consent", sa.Boolean(), nullable=True),
        sa.Column("email_marketing_consent", sa.Boolean(), nullable=True),
        sa.Column("text_marketing_consent", sa.Boolean(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_client")),
    )
    op.create_index(op.f("ix_client_practice_id_birth_date"), "client", ["practice_id", "birth_date"], unique=False)
    op.create_index(
        op.f("ix_client_practice_id_created_at_id"), "client", ["practice_id", "created_at", "id"], unique=False
    )
    op.create_index(op.f("ix_client_practice_id_file_counter"), "client", ["practice_id", "file_counter"], unique=True)
    op.create_index(
        op.f("ix_client_practice_id_sort_name_id"), "client", ["practice_id", "sort_name", "id"], unique=False
    )
    op.create_index(op.f("ix_client_practice_id_source"), "client", ["practice_id", "source"], unique=True)
    op.create_table(
        "due",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", name=op.f("pk_due")),
    )
    op.create_index(op.f("ix_due_run_at"), "due", ["run_at"], unique=False)
    op.create_table(
        "idempotent_write",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("caller", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("input_hash", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "caller", "key", "position", name=op.f("pk_idempotent_write")),
    )
    op.create_index(
        op.f("ix_idempotent_write_practice_id_created_at"),
        "idempotent_write",
        ["practice_id", "created_at"],
        unique=False,
    )
    op.create_table(
        "job",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_job")),
    )
    op.create_index(op.f("ix_job_practice_id_state_run_at"), "job", ["practice_id", "state", "run_at"], unique=False)
    op.create_index(
        "uq_job_open_key",
        "job",
        ["practice_id", "kind", "key"],
        unique=True,
        sqlite_where=sa.text("state = 'WAITING'"),
        postgresql_where=sa.text("state = 'WAITING'"),
    )
    op.create_table(
        "membership",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_person_id"), "membership", ["person_id"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
    )
    op.create_table(
        "practice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice")),
    )
    op.create_table(
        "practice_event",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("journey_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "seq", "ordinal", name=op.f("pk_practice_event")),
    )
    op.create_table(
        "practice_number",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "series", name=op.f("pk_practice_number")),
    )
    op.create_table(
        "practice_seq",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("last_hash", sa.LargeBinary(), nullable=False),
        sa.Column("epoch", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", name=op.f("pk_practice_seq")),
    )
    op.create_table(
        "practice_settings",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_practice_settings")),
        sa.UniqueConstraint("practice_id", "version", name=op.f("uq_practice_settings_practice_id_version")),
    )
    op.create_table(
        "session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("practice_id", sa.Uuid(), nullable=True),
        sa.Column("membership_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("idle_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_session_secret_hash")),
    )
    op.create_index(op.f("ix_session_person_id"), "session", ["person_id"], unique=False)
    op.create_table(
        "address",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("use", sa.String(40), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("locality", sa.String(), nullable=True),
        sa.Column("region", sa.String(), nullable=True),
        sa.Column("postal_code", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("access_notes", sa.String(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["client.practice_id", "client.id"],
            name=op.f("fk_address_practice_id_client_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_address")),
    )
    op.create_index(op.f("ix_address_practice_id_client_id"), "address", ["practice_id", "client_id"], unique=False)
    op.create_table(
        "contact_point",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("use", sa.String(40), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=True),
        sa.Column("permissions", sa.Text(), nullable=False),
        sa.Column("preferred", sa.Boolean(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["client.practice_id", "client.id"],
            name=op.f("fk_contact_point_practice_id_client_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_contact_point")),
    )
    op.create_index(
        op.f("ix_contact_point_practice_id_client_id"), "contact_point", ["practice_id", "client_id"], unique=False
    )
    op.create_table(
        "identifier",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["client.practice_id", "client.id"],
            name=op.f("fk_identifier_practice_id_client_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_identifier")),
    )
    op.create_index(
        op.f("ix_identifier_practice_id_client_id"), "identifier", ["practice_id", "client_id"], unique=False
    )
    op.create_index(op.f("ix_identifier_practice_id_value"), "identifier", ["practice_id", "value"], unique=False)
    op.create_table(
        "journey",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("life_event", sa.String(40), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("status_before_archive", sa.String(40), nullable=True),
        sa.Column("status_changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status_changed_by", sa.Uuid(), nullable=True),
        sa.Column("status_reason", sa.String(), nullable=True),
        sa.Column("archive_trace", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["client.practice_id", "client.id"],
            name=op.f("fk_journey_practice_id_client_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_journey")),
    )
    op.create_index(
        op.f("ix_journey_practice_id_client_id_created_at_id"),
        "journey",
        ["practice_id", "client_id", "created_at", "id"],
        unique=False,
    )
    op.create_table(
        "related_person",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("relation", sa.String(40), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("pronouns", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("deceased_on", sa.Date(), nullable=True),
        sa.Column("emergency_contact", sa.Boolean(), nullable=False),
        sa.Column("remark", sa.String(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["client.practice_id", "client.id"],
            name=op.f("fk_related_person_practice_id_client_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_related_person")),
    )
    op.create_index(
        op.f("ix_related_person_practice_id_client_id"), "related_person", ["practice_id", "client_id"], unique=False
    )
    op.create_table(
        "safety_flag",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("severity", sa.String(40), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=True),
        sa.Column("to_date", sa.Date(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["client.practice_id", "client.id"],
            name=op.f("fk_safety_flag_practice_id_client_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_safety_flag")),
    )
    op.create_index(
        op.f("ix_safety_flag_practice_id_client_id"), "safety_flag", ["practice_id", "client_id"], unique=False
    )
    op.create_table(
        "search_word",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("word", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["client.practice_id", "client.id"],
            name=op.f("fk_search_word_practice_id_client_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "word", "client_id", name=op.f("pk_search_word")),
    )
    op.create_index(
        op.f("ix_search_word_practice_id_client_id"), "search_word", ["practice_id", "client_id"], unique=False
    )
    op.create_table(
        "client_grant",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("journey_id", sa.Uuid(), nullable=True),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("role_title", sa.String(), nullable=True),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["client.practice_id", "client.id"],
            name=op.f("fk_client_grant_practice_id_client_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "journey_id"],
            ["journey.practice_id", "journey.id"],
            name=op.f("fk_client_grant_practice_id_journey_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "membership_id"],
            ["membership.practice_id", "membership.id"],
            name=op.f("fk_client_grant_practice_id_membership_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_client_grant")),
    )
    op.create_index(
        op.f("ix_client_grant_practice_id_client_id"), "client_grant", ["practice_id", "client_id"], unique=False
    )
    op.create_index(
        op.f("ix_client_grant_practice_id_membership_id_client_id"),
        "client_grant",
        ["practice_id", "membership_id", "client_id"],
        unique=False,
    )
    op.create_table(
        "note",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("journey_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("author_name", sa.String(), nullable=True),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("imported", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archived_by", sa.Uuid(), nullable=True),
        sa.Column("archive_reason", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["client.practice_id", "client.id"],
            name=op.f("fk_note_practice_id_client_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "journey_id"],
            ["journey.practice_id", "journey.id"],
            name=op.f("fk_note_practice_id_journey_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_note")),
    )
    op.create_index(
        op.f("ix_note_practice_id_client_id_occurred_at_id"),
        "note",
        ["practice_id", "client_id", "occurred_at", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_note_practice_id_journey_id"), "note", ["practice_id", "journey_id"], unique=False)
    op.create_index(op.f("ix_note_practice_id_source"), "note", ["practice_id", "source"], unique=True)
    op.create_table(
        "timeline_entry",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("journey_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.String(), nullable=True),
        sa.Column("visibility", sa.String(40), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by", sa.Uuid(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["client.practice_id", "client.id"],
            name=op.f("fk_timeline_entry_practice_id_client_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "journey_id"],
            ["journey.practice_id", "journey.id"],
            name=op.f("fk_timeline_entry_practice_id_journey_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_timeline_entry")),
    )
    op.create_index(
        op.f("ix_timeline_entry_practice_id_client_id_occurred_at_id"),
        "timeline_entry",
        ["practice_id", "client_id", "occurred_at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_timeline_entry_practice_id_journey_id_occurred_at_id"),
        "timeline_entry",
        ["practice_id", "journey_id", "occurred_at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_timeline_entry_practice_id_source"), "timeline_entry", ["practice_id", "source"], unique=True
    )
    op.create_index(
        op.f("ix_timeline_entry_practice_id_subject_id"), "timeline_entry", ["practice_id", "subject_id"], unique=False
    )
    op.create_table(
        "note_revision",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "note_id"],
            ["note.practice_id", "note.id"],
            name=op.f("fk_note_revision_practice_id_note_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "note_id", "version", name=op.f("pk_note_revision")),
    )
    for table in TENANT_TABLES:
        guard(table)
    show_own("membership")


def downgrade() -> None:
    """Step down."""
    op.drop_table("note_revision")
    op.drop_index(op.f("ix_timeline_entry_practice_id_subject_id"), table_name="timeline_entry")
    op.drop_index(op.f("ix_timeline_entry_practice_id_source"), table_name="timeline_entry")
    op.drop_index(op.f("ix_timeline_entry_practice_id_journey_id_occurred_at_id"), table_name="timeline_entry")
    op.drop_index(op.f("ix_timeline_entry_practice_id_client_id_occurred_at_id"), table_name="timeline_entry")
    op.drop_table("timeline_entry")
    op.drop_index(op.f("ix_note_practice_id_source"), table_name="note")
    op.drop_index(op.f("ix_note_practice_id_journey_id"), table_name="note")
    op.drop_index(op.f("ix_note_practice_id_client_id_occurred_at_id"), table_name="note")
    op.drop_table("note")
    op.drop_index(op.f("ix_client_grant_practice_id_membership_id_client_id"), table_name="client_grant")
    op.drop_index(op.f("ix_client_grant_practice_id_client_id"), table_name="client_grant")
    op.drop_table("client_grant")
    op.drop_index(op.f("ix_search_word_practice_id_client_id"), table_name="search_word")
    op.drop_table("search_word")
    op.drop_index(op.f("ix_safety_flag_practice_id_client_id"), table_name="safety_flag")
    op.drop_table("safety_flag")
    op.drop_index(op.f("ix_related_person_practice_id_client_id"), table_name="related_person")
    op.drop_table("related_person")
    op.drop_index(op.f("ix_journey_practice_id_client_id_created_at_id"), table_name="journey")
    op.drop_table("journey")
    op.drop_index(op.f("ix_identifier_practice_id_value"), table_name="identifier")
    op.drop_index(op.f("ix_identifier_practice_id_client_id"), table_name="identifier")
    op.drop_table("identifier")
    op.drop_index(op.f("ix_contact_point_practice_id_client_id"), table_name="contact_point")
    op.drop_table("contact_point")
    op.drop_index(op.f("ix_address_practice_id_client_id"), table_name="address")
    op.drop_table("address")
    op.drop_index(op.f("ix_session_person_id"), table_name="session")
    op.drop_table("session")
    op.drop_table("practice_settings")
    op.drop_table("practice_seq")
    op.drop_table("practice_number")
    op.drop_table("practice_event")
    op.drop_table("practice")
    op.drop_table("person")
    op.drop_index(op.f("ix_membership_person_id"), table_name="membership")
    op.drop_table("membership")
    op.drop_index(
        "uq_job_open_key",
        table_name="job",
        sqlite_where=sa.text("state = 'WAITING'"),
        postgresql_where=sa.text("state = 'WAITING'"),
    )
    op.drop_index(op.f("ix_job_practice_id_state_run_at"), table_name="job")
    op.drop_table("job")
    op.drop_index(op.f("ix_idempotent_write_practice_id_created_at"), table_name="idempotent_write")
    op.drop_table("idempotent_write")
    op.drop_index(op.f("ix_due_run_at"), table_name="due")
    op.drop_table("due")
    op.drop_index(op.f("ix_client_practice_id_source"), table_name="client")
    op.drop_index(op.f("ix_client_practice_id_sort_name_id"), table_name="client")
    op.drop_index(op.f("ix_client_practice_id_file_counter"), table_name="client")
    op.drop_index(op.f("ix_client_practice_id_created_at_id"), table_name="client")
    op.drop_index(op.f("ix_client_practice_id_birth_date"), table_name="client")
    op.drop_table("client")
    op.drop_index(op.f("ix_audit_event_practice_id_client_id_seq"), table_name="audit_event")
    op.drop_table("audit_event")
    op.drop_table("audit_detail")
    op.drop_index(op.f("ix_access_subject_practice_id_client_id"), table_name="access_subject")
    op.drop_table("access_subject")
    op.drop_table("access_seq")
    op.drop_index(op.f("ix_access_event_practice_id_occurred_at"), table_name="access_event")
    op.drop_index(op.f("ix_access_event_practice_id_batch"), table_name="access_event")
    op.drop_table("access_event")
    op.drop_table("access_batch")
