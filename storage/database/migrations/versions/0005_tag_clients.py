"""Tag clients."""

import sqlalchemy as sa
from alembic import op

from storage.database.migrations.guarding import guard

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Step up. Every new tenant table needs a `guard(table)`."""
    op.create_table(
        "tag",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("colour", sa.String(), nullable=True),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("visible_to", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("merged_into_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "merged_into_id"],
            ["tag.practice_id", "tag.id"],
            name=op.f("fk_tag_practice_id_merged_into_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_tag")),
    )
    op.create_index(
        "uq_tag_name_key",
        "tag",
        ["practice_id", "name_key"],
        unique=True,
        sqlite_where=sa.text("merged_into_id IS NULL"),
        postgresql_where=sa.text("merged_into_id IS NULL"),
    )
    op.create_table(
        "client_tag",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("tag_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["client.practice_id", "client.id"],
            name=op.f("fk_client_tag_practice_id_client_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "tag_id"], ["tag.practice_id", "tag.id"], name=op.f("fk_client_tag_practice_id_tag_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_client_tag")),
    )
    op.create_index(
        op.f("ix_client_tag_practice_id_client_id"), "client_tag", ["practice_id", "client_id"], unique=False
    )
    op.create_index(
        op.f("ix_client_tag_practice_id_tag_id_client_id"),
        "client_tag",
        ["practice_id", "tag_id", "client_id"],
        unique=False,
    )
    op.create_index(
        "uq_client_tag_present",
        "client_tag",
        ["practice_id", "client_id", "tag_id"],
        unique=True,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    guard("tag")
    guard("client_tag")


def downgrade() -> None:
    """Step down."""
    op.drop_index(
        "uq_client_tag_present",
        table_name="client_tag",
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.drop_index(op.f("ix_client_tag_practice_id_tag_id_client_id"), table_name="client_tag")
    op.drop_index(op.f("ix_client_tag_practice_id_client_id"), table_name="client_tag")
    op.drop_table("client_tag")
    op.drop_index(
        "uq_tag_name_key",
        table_name="tag",
        sqlite_where=sa.text("merged_into_id IS NULL"),
        postgresql_where=sa.text("merged_into_id IS NULL"),
    )
    op.drop_table("tag")
