"""Let people in."""

import sqlalchemy as sa
from alembic import op

from storage.database.migrations.guarding import guard

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


TENANT_TABLES = ("api_key", "break_glass", "invitation")


def upgrade() -> None:
    """Step up. Every new tenant table needs a `guard(table)`."""
    op.create_table(
        "door",
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("practice_id", sa.Uuid(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_door")),
    )
    op.create_index(op.f("ix_door_ends_at"), "door", ["ends_at"], unique=False)
    op.create_index(op.f("ix_door_subject_id"), "door", ["subject_id"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("membership_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_invitation")),
    )
    op.create_index(op.f("ix_invitation_practice_id_email"), "invitation", ["practice_id", "email"], unique=False)
    op.create_table(
        "api_key",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "membership_id"],
            ["membership.practice_id", "membership.id"],
            name=op.f("fk_api_key_practice_id_membership_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_api_key")),
    )
    op.create_index(
        op.f("ix_api_key_practice_id_membership_id"), "api_key", ["practice_id", "membership_id"], unique=False
    )
    op.create_table(
        "break_glass",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("review", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["client.practice_id", "client.id"],
            name=op.f("fk_break_glass_practice_id_client_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "membership_id"],
            ["membership.practice_id", "membership.id"],
            name=op.f("fk_break_glass_practice_id_membership_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_break_glass")),
    )
    op.create_index(
        op.f("ix_break_glass_practice_id_membership_id_client_id"),
        "break_glass",
        ["practice_id", "membership_id", "client_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_break_glass_practice_id_reviewed_at"), "break_glass", ["practice_id", "reviewed_at"], unique=False
    )
    op.drop_index(op.f("ix_access_subject_practice_id_client_id"), table_name="access_subject")
    op.create_index(
        op.f("ix_access_subject_practice_id_client_id_access_id"),
        "access_subject",
        ["practice_id", "client_id", "access_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_membership_practice_id_name_id"), "membership", ["practice_id", "name", "id"], unique=False
    )
    op.add_column("person", sa.Column("wanted_email", sa.String(), nullable=True))
    for table in TENANT_TABLES:
        guard(table)


def downgrade() -> None:
    """Step down."""
    op.drop_column("person", "wanted_email")
    op.drop_index(op.f("ix_membership_practice_id_name_id"), table_name="membership")
    op.drop_index(op.f("ix_access_subject_practice_id_client_id_access_id"), table_name="access_subject")
    op.create_index(
        op.f("ix_access_subject_practice_id_client_id"), "access_subject", ["practice_id", "client_id"], unique=False
    )
    op.drop_index(op.f("ix_break_glass_practice_id_reviewed_at"), table_name="break_glass")
    op.drop_index(op.f("ix_break_glass_practice_id_membership_id_client_id"), table_name="break_glass")
    op.drop_table("break_glass")
    op.drop_index(op.f("ix_api_key_practice_id_membership_id"), table_name="api_key")
    op.drop_table("api_key")
    op.drop_index(op.f("ix_invitation_practice_id_email"), table_name="invitation")
    op.drop_table("invitation")
    op.drop_index(op.f("ix_door_subject_id"), table_name="door")
    op.drop_index(op.f("ix_door_ends_at"), table_name="door")
    op.drop_table("door")
