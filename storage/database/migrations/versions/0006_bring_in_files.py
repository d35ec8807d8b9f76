"""Bring in files."""

import sqlalchemy as sa
from alembic import op

from storage.database.migrations.guarding import guard

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Step up. Every new tenant table needs a `guard(table)`."""
    op.create_table(
        "client_import",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("allow_duplicates", sa.Boolean(), nullable=False),
        sa.Column("layout", sa.Text(), nullable=True),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("permille", sa.Integer(), nullable=False),
        sa.Column("tallies", sa.Text(), nullable=False),
        sa.Column("reported", sa.Text(), nullable=False),
        sa.Column("reported_in_all", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_client_import")),
    )
    op.create_index(
        op.f("ix_client_import_practice_id_created_at_id"),
        "client_import",
        ["practice_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_client_import_practice_id_digest"), "client_import", ["practice_id", "digest"], unique=False
    )
    op.create_table(
        "client_import_part",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "import_id"],
            ["client_import.practice_id", "client_import.id"],
            name=op.f("fk_client_import_part_practice_id_import_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "import_id", "number", name=op.f("pk_client_import_part")),
    )
    guard("client_import")
    guard("client_import_part")


def downgrade() -> None:
    """Step down."""
    op.drop_table("client_import_part")
    op.drop_index(op.f("ix_client_import_practice_id_digest"), table_name="client_import")
    op.drop_index(op.f("ix_client_import_practice_id_created_at_id"), table_name="client_import")
    op.drop_table("client_import")
