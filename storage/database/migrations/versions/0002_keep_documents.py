"""Keep documents."""

import sqlalchemy as sa
from alembic import op

from storage.database.migrations.guarding import guard

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


TENANT_TABLES = ("blob", "document", "document_version", "folder", "upload")


def upgrade() -> None:
    """Step up. Every new tenant table needs a `guard(table)`."""
    op.create_table(
        "blob",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_blob")),
    )
    op.create_index(op.f("ix_blob_practice_id_store_id"), "blob", ["practice_id", "store", "id"], unique=False)
    op.create_table(
        "folder",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sort_name", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["client.practice_id", "client.id"],
            name=op.f("fk_folder_practice_id_client_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "parent_id"],
            ["folder.practice_id", "folder.id"],
            name=op.f("fk_folder_practice_id_parent_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_folder")),
    )
    op.create_index(
        op.f("ix_folder_practice_id_client_id_sort_name_id"),
        "folder",
        ["practice_id", "client_id", "sort_name", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_folder_practice_id_parent_id_sort_name_id"),
        "folder",
        ["practice_id", "parent_id", "sort_name", "id"],
        unique=False,
    )
    op.create_table(
        "document",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("journey_id", sa.Uuid(), nullable=True),
        sa.Column("folder_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sort_name", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("visibility", sa.String(40), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("current_number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archived_by", sa.Uuid(), nullable=True),
        sa.Column("archive_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["client.practice_id", "client.id"],
            name=op.f("fk_document_practice_id_client_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "folder_id"],
            ["folder.practice_id", "folder.id"],
            name=op.f("fk_document_practice_id_folder_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "journey_id"],
            ["journey.practice_id", "journey.id"],
            name=op.f("fk_document_practice_id_journey_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_document")),
    )
    op.create_index(
        op.f("ix_document_practice_id_client_id_created_at_id"),
        "document",
        ["practice_id", "client_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_document_practice_id_client_id_sort_name_id"),
        "document",
        ["practice_id", "client_id", "sort_name", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_document_practice_id_folder_id_sort_name_id"),
        "document",
        ["practice_id", "folder_id", "sort_name", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_document_practice_id_journey_id_sort_name_id"),
        "document",
        ["practice_id", "journey_id", "sort_name", "id"],
        unique=False,
    )
    op.create_table(
        "document_version",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("blob_id", sa.Uuid(), nullable=False),
        sa.Column("thumbnail_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "blob_id"],
            ["blob.practice_id", "blob.id"],
            name=op.f("fk_document_version_practice_id_blob_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["client.practice_id", "client.id"],
            name=op.f("fk_document_version_practice_id_client_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "document_id"],
            ["document.practice_id", "document.id"],
            name=op.f("fk_document_version_practice_id_document_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "thumbnail_id"],
            ["blob.practice_id", "blob.id"],
            name=op.f("fk_document_version_practice_id_thumbnail_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_document_version")),
    )
    op.create_index(
        op.f("ix_document_version_practice_id_blob_id"), "document_version", ["practice_id", "blob_id"], unique=False
    )
    op.create_index(
        op.f("ix_document_version_practice_id_client_id_sha256"),
        "document_version",
        ["practice_id", "client_id", "sha256"],
        unique=False,
    )
    op.create_index(
        op.f("ix_document_version_practice_id_document_id_number"),
        "document_version",
        ["practice_id", "document_id", "number"],
        unique=True,
    )
    op.create_index(
        op.f("ix_document_version_practice_id_thumbnail_id"),
        "document_version",
        ["practice_id", "thumbnail_id"],
        unique=False,
    )
    op.create_table(
        "upload",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("journey_id", sa.Uuid(), nullable=True),
        sa.Column("folder_id", sa.Uuid(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("adds_version", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("visibility", sa.String(40), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("refusal", sa.String(40), nullable=True),
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("multipart", sa.String(), nullable=True),
        sa.Column("blob_id", sa.Uuid(), nullable=False),
        sa.Column("thumbnail_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("swept_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["client.practice_id", "client.id"],
            name=op.f("fk_upload_practice_id_client_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "document_id"],
            ["document.practice_id", "document.id"],
            name=op.f("fk_upload_practice_id_document_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "folder_id"],
            ["folder.practice_id", "folder.id"],
            name=op.f("fk_upload_practice_id_folder_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "journey_id"],
            ["journey.practice_id", "journey.id"],
            name=op.f("fk_upload_practice_id_journey_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_upload")),
    )
    op.create_index(op.f("ix_upload_practice_id_folder_id"), "upload", ["practice_id", "folder_id"], unique=False)
    op.create_index(
        "ix_upload_unswept",
        "upload",
        ["practice_id", "expires_at"],
        unique=False,
        sqlite_where=sa.text("swept_at IS NULL"),
        postgresql_where=sa.text("swept_at IS NULL"),
    )
    for table in TENANT_TABLES:
        guard(table)


def downgrade() -> None:
    """Step down."""
    op.drop_index(
        "ix_upload_unswept",
        table_name="upload",
        sqlite_where=sa.text("swept_at IS NULL"),
        postgresql_where=sa.text("swept_at IS NULL"),
    )
    op.drop_index(op.f("ix_upload_practice_id_folder_id"), table_name="upload")
    op.drop_table("upload")
    op.drop_index(op.f("ix_document_version_practice_id_thumbnail_id"), table_name="document_version")
    op.drop_index(op.f("ix_document_version_practice_id_document_id_number"), table_name="document_version")
    op.drop_index(op.f("ix_document_version_practice_id_client_id_sha256"), table_name="document_version")
    op.drop_index(op.f("ix_document_version_practice_id_blob_id"), table_name="document_version")
    op.drop_table("document_version")
    op.drop_index(op.f("ix_document_practice_id_journey_id_sort_name_id"), table_name="document")
    op.drop_index(op.f("ix_document_practice_id_folder_id_sort_name_id"), table_name="document")
    op.drop_index(op.f("ix_document_practice_id_client_id_sort_name_id"), table_name="document")
    op.drop_index(op.f("ix_document_practice_id_client_id_created_at_id"), table_name="document")
    op.drop_table("document")
    op.drop_index(op.f("ix_folder_practice_id_parent_id_sort_name_id"), table_name="folder")
    op.drop_index(op.f("ix_folder_practice_id_client_id_sort_name_id"), table_name="folder")
    op.drop_table("folder")
    op.drop_index(op.f("ix_blob_practice_id_store_id"), table_name="blob")
    op.drop_table("blob")
