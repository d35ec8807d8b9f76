"""Anything with an id, by that id."""

from collections import defaultdict
from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from typing_extensions import Doc

from domain import identity
from domain.identity import Kind, NotAnId
from resolvers.asking import Ask
from resolvers.given import AnyId
from resolvers.loaders import Loaders

MOST_NODES = 100

LOADERS: dict[Kind, Callable[[Loaders], Any]] = {
    Kind.CLIENT: lambda loaders: loaders.client_by_id,
    Kind.JOURNEY: lambda loaders: loaders.journey_by_id,
    Kind.NOTE: lambda loaders: loaders.note_by_id,
    Kind.ADDENDUM: lambda loaders: loaders.addendum_by_id,
    Kind.NOTIFICATION: lambda loaders: loaders.notification_by_id,
    Kind.ENTRY: lambda loaders: loaders.entry_by_id,
    Kind.CLIENT_IMPORT: lambda loaders: loaders.import_by_id,
    Kind.MEMBERSHIP: lambda loaders: loaders.member_by_id,
    Kind.INVITATION: lambda loaders: loaders.invitation_by_id,
    Kind.API_KEY: lambda loaders: loaders.api_key_by_id,
    Kind.BREAK_GLASS: lambda loaders: loaders.break_glass_by_id,
    Kind.FOLDER: lambda loaders: loaders.folder_by_id,
    Kind.DOCUMENT: lambda loaders: loaders.document_by_id,
    Kind.DOCUMENT_VERSION: lambda loaders: loaders.document_version_by_id,
    Kind.UPLOAD: lambda loaders: loaders.upload_by_id,
    Kind.GRANT: lambda loaders: loaders.grant_by_id,
    Kind.TAG: lambda loaders: loaders.tag_by_id,
    Kind.CLIENT_TAG: lambda loaders: loaders.client_tag_by_id,
    Kind.CONTACT_POINT: lambda loaders: loaders.contact_point_by_id,
    Kind.ADDRESS: lambda loaders: loaders.address_by_id,
    Kind.RELATED_PERSON: lambda loaders: loaders.related_person_by_id,
    Kind.IDENTIFIER: lambda loaders: loaders.identifier_by_id,
    Kind.SAFETY_FLAG: lambda loaders: loaders.safety_flag_by_id,
}


class TooManyIds(Exception):
    """More ids than one request may ask for."""

    code = "TOO_MANY_IDS"

    def __init__(self) -> None:
        super().__init__(f"At most {MOST_NODES} ids at once.")


async def node(ask: Ask, *, id: Annotated[AnyId, Doc("Any id the graph has given out.")]) -> Any:
    """Anything with an id; null when there is none within reach."""
    return (await nodes(ask, ids=[id]))[0]


async def nodes(
    ask: Ask, *, ids: Annotated[list[AnyId], Doc("Up to 100 ids that the graph has given out.")]
) -> list[Any]:
    """Things with ids, in the order asked for; null in the place of what is not within reach."""
    if len(ids) > MOST_NODES:
        raise TooManyIds
    found: dict[str, Any] = {}
    for kind, wanted in _by_kind(ids).items():
        if kind in LOADERS:
            rows = await LOADERS[kind](ask.loaders).load_many(list(wanted))
            found.update(zip(wanted.values(), rows, strict=True))
    return [found.get(id) for id in ids]


def _by_kind(ids: list[str]) -> dict[Kind, dict[UUID, str]]:
    kinds: dict[Kind, dict[UUID, str]] = defaultdict(dict)
    for text in ids:
        try:
            kind, value = identity.read(text)
        except NotAnId:
            continue
        kinds[kind][value] = text
    return kinds
