"""How Alembic runs our migrations: on the connection it is given."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from storage.database.columns import Ids, Json, Moment, Word
from storage.database.models import metadata

PLAIN = {Moment: "sa.DateTime(timezone=True)", Word: "sa.String(40)", Json: "sa.Text()", Ids: "sa.Text()"}


def render(kind: str, element: Any, autogenerate: AutogenContext) -> str | Literal[False]:
    """Write our column types as the plain types they rest on, so old migrations need none of today's code."""
    return PLAIN.get(type(element), False) if kind == "type" else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_item=render,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
