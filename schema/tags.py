"""Tags as the graph shows them."""

from datetime import datetime

import strawberry

import resolvers.tags.assigning
import resolvers.tags.finding
import resolvers.tags.managing
import schema.given
from domain.people import Role
from domain.tags import TaggingResult
from resolvers.tags.assigning import ClientTagsChanged, TaggingRow
from resolvers.tags.managing import TagChanged, TagsReordered
from schema.actors import Actor
from schema.fields import answered_by, presents
from schema.nodes import Node
from schema.problems import Problem
from schema.references import ClientRef, TagRef
from storage.database.tag_usage import TagUsageRow
from storage.database.tags import ClientTagRow, TagRow

schema.given.one_of(TaggingResult)


@presents(TagUsageRow)
class TagUsage:
    """How many clients within the viewer's reach have a tag."""

    active: int
    "Clients of any status but ARCHIVED: as many as a list filtered by the tag shows."
    archived: int
    "Clients whose files were put away."


@presents(TagRow)
class Tag(Node):
    """A word of the practice's own that clients are sorted and found by. Not a place for anything clinical: everybody
    who reaches the client and may see the tag reads it."""

    id: strawberry.ID = answered_by(resolvers.tags.finding.ids)
    name: str
    "What it is called."
    colour: str | None
    "How it is shown: # and six hex digits; null for no colour."
    description: str | None
    "What it is meant for."
    visible_to: list[Role] | None = answered_by(resolvers.tags.finding.audiences)
    usage: TagUsage = answered_by(resolvers.tags.finding.usages)
    version: int
    "Grows by one with every change; may be given back as `expectedVersion`."
    created_at: datetime
    "When it was made."
    created_by: Actor = answered_by(resolvers.tags.finding.makers)
    updated_at: datetime
    "When it was last changed."
    archived_at: datetime | None
    "When it was put away: since then it can be put on nobody."
    merged_into: TagRef | None = answered_by(resolvers.tags.finding.merged_into)


@presents(ClientTagRow)
class ClientTag(Node):
    """That a client has a tag, or had it: who put it on and when, who took it off and when."""

    id: strawberry.ID = answered_by(resolvers.tags.finding.client_tag_ids)
    tag: Tag = answered_by(resolvers.tags.finding.tags)
    client: ClientRef = answered_by(resolvers.tags.finding.clients)
    added_at: datetime
    "When it was put on."
    added_by: Actor = answered_by(resolvers.tags.finding.adders)
    removed_at: datetime | None
    "When it was taken off; null while it is on."
    removed_by: Actor | None = answered_by(resolvers.tags.finding.removers)


@presents(TagChanged)
class TagCreatePayload:
    """What came of making a tag."""

    tag: Tag | None = answered_by(resolvers.tags.managing.tags_changed)
    existing: Tag | None = answered_by(resolvers.tags.managing.tags_of_the_name)
    problems: list[Problem]
    "What kept it from being made; empty when it was."


@presents(TagChanged)
class TagUpdatePayload:
    """What came of changing a tag."""

    tag: Tag | None = answered_by(resolvers.tags.managing.tags_changed)
    current: Tag | None = answered_by(resolvers.tags.managing.tags_as_they_stand)
    existing: Tag | None = answered_by(resolvers.tags.managing.tags_of_the_name)
    problems: list[Problem]
    "What kept it from being changed; empty when it was."


@presents(TagChanged)
class TagArchivePayload:
    """What came of putting a tag away."""

    tag: Tag | None = answered_by(resolvers.tags.managing.tags_changed)
    current: Tag | None = answered_by(resolvers.tags.managing.tags_as_they_stand)
    problems: list[Problem]
    "What kept it from being put away; empty when it was."


@presents(TagChanged)
class TagRestorePayload:
    """What came of taking a tag up again."""

    tag: Tag | None = answered_by(resolvers.tags.managing.tags_changed)
    current: Tag | None = answered_by(resolvers.tags.managing.tags_as_they_stand)
    problems: list[Problem]
    "What kept it from being taken up; empty when it was."


@presents(TagChanged)
class TagMergePayload:
    """What came of merging two tags: the one that took the other's place."""

    tag: Tag | None = answered_by(resolvers.tags.managing.tags_changed)
    current: Tag | None = answered_by(resolvers.tags.managing.tags_as_they_stand)
    problems: list[Problem]
    "What kept them from being merged; empty when they were."


@presents(TagsReordered)
class TagsReorderPayload:
    """What came of ordering the tags."""

    tags: list[Tag] | None = answered_by(resolvers.tags.managing.in_order)
    problems: list[Problem]
    "What kept them from being ordered; empty when they were."


@presents(TaggingRow)
class ClientTagsResult:
    """What came of tagging one client, or of taking tags from one."""

    client_id: strawberry.ID = answered_by(resolvers.tags.assigning.client_ids)
    client: ClientRef | None = answered_by(resolvers.tags.assigning.clients)
    result: TaggingResult
    "What came of it."


@presents(ClientTagsChanged)
class ClientTagsAddPayload:
    """What came of putting tags on clients."""

    results: list[ClientTagsResult] = answered_by(resolvers.tags.assigning.results)
    changed: int
    "How many clients have a tag now that they did not have before."
    problems: list[Problem]
    "What kept it from being done for any client; empty when each has its result."


@presents(ClientTagsChanged)
class ClientTagsRemovePayload:
    """What came of taking tags off clients."""

    results: list[ClientTagsResult] = answered_by(resolvers.tags.assigning.results)
    changed: int
    "How many clients have lost a tag."
    problems: list[Problem]
    "What kept it from being done for any client; empty when each has its result."
