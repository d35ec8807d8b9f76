"""Sign, add to, label and move notes, and tell members of things."""

import sqlalchemy as sa
from alembic import op

from storage.database.migrations.guarding import guard
from storage.database.migrations.wording import keep_words

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TENANT_TABLES = ("addendum", "note_label", "notification")


def upgrade() -> None:
    """Step up."""
    op.create_table(
        "notification",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("journey_id", sa.Uuid(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "membership_id"],
            ["membership.practice_id", "membership.id"],
            name=op.f("fk_notification_practice_id_membership_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_notification")),
    )
    op.create_index(
        op.f("ix_notification_practice_id_membership_id_created_at_id"),
        "notification",
        ["practice_id", "membership_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_notification_practice_id_subject_id"), "notification", ["practice_id", "subject_id"], unique=False
    )
    op.create_table(
        "addendum",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "note_id"], ["note.practice_id", "note.id"], name=op.f("fk_addendum_practice_id_note_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_addendum")),
    )
    op.create_index(
        op.f("ix_addendum_practice_id_note_id_recorded_at_id"),
        "addendum",
        ["practice_id", "note_id", "recorded_at", "id"],
        unique=False,
    )
    op.create_table(
        "note_label",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("folded", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "note_id"], ["note.practice_id", "note.id"], name=op.f("fk_note_label_practice_id_note_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "note_id", "folded", name=op.f("pk_note_label")),
    )
    op.create_index(op.f("ix_note_label_practice_id_folded"), "note_label", ["practice_id", "folded"], unique=False)
    op.add_column("membership", sa.Column("supervised", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("note", sa.Column("private_to", sa.Uuid(), nullable=True))
    op.add_column("note", sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("note", sa.Column("signed_by", sa.Uuid(), nullable=True))
    op.add_column("note", sa.Column("digest", sa.LargeBinary(), nullable=True))
    op.add_column("note", sa.Column("needs_cosignature", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("note", sa.Column("cosigned_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("note", sa.Column("cosigned_by", sa.Uuid(), nullable=True))
    op.add_column("note", sa.Column("sitting_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("note", sa.Column("sitting_by", sa.Uuid(), nullable=True))
    op.add_column("note", sa.Column("search_words", sa.Text(), nullable=True))
    op.create_index(
        op.f("ix_note_practice_id_occurred_at_id"), "note", ["practice_id", "occurred_at", "id"], unique=False
    )
    op.add_column("practice_event", sa.Column("only_for", sa.Uuid(), nullable=True))
    op.add_column("timeline_entry", sa.Column("private_to", sa.Uuid(), nullable=True))
    op.add_column("timeline_entry", sa.Column("moved_to", sa.Uuid(), nullable=True))
    op.add_column("timeline_entry", sa.Column("search_words", sa.Text(), nullable=True))
    for table in TENANT_TABLES:
        guard(table)
    keep_words(op.get_bind())


def downgrade() -> None:
    """Step down."""
    op.drop_column("timeline_entry", "search_words")
    op.drop_column("timeline_entry", "moved_to")
    op.drop_column("timeline_entry", "private_to")
    op.drop_column("practice_event", "only_for")
    op.drop_index(op.f("ix_note_practice_id_occurred_at_id"), table_name="note")
    op.drop_column("note", "search_words")
    op.drop_column("note", "sitting_by")
    op.drop_column("note", "sitting_at")
    op.drop_column("note", "cosigned_by")
    op.drop_column("note", "cosigned_at")
    op.drop_column("note", "needs_cosignature")
    op.drop_column("note", "digest")
    op.drop_column("note", "signed_by")
    op.drop_column("note", "signed_at")
    op.drop_column("note", "private_to")
    op.drop_column("membership", "supervised")
    op.drop_index(op.f("ix_note_label_practice_id_folded"), table_name="note_label")
    op.drop_table("note_label")
    op.drop_index(op.f("ix_addendum_practice_id_note_id_recorded_at_id"), table_name="addendum")
    op.drop_table("addendum")
    op.drop_index(op.f("ix_notification_practice_id_subject_id"), table_name="notification")
    op.drop_index(op.f("ix_notification_practice_id_membership_id_created_at_id"), table_name="notification")
    op.drop_table("notification")
