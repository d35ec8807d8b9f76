"""Keeping the list of tags: making, changing, putting away, taking up again, and their order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

import domain.tags
import resolvers.versions
import storage.database.tags
from auth.permissions import May
from domain import texts
from domain.identity import new_id
from domain.people import Role
from domain.refusals import AlreadyDone, Findings, Invalid, NotAllowedNow, NotFound
from resolvers.asking import Ask
from resolvers.given import ABSENT, AbsentType, TagId
from resolvers.loaders import loaded
from resolvers.outcomes import Outcome
from resolvers.writing import Write
from storage.database.selecting import among, table_of
from storage.database.tags import Tag, TagRow

AT = ("input",)


@dataclass(frozen=True)
class TagCreateInput:
    """A new tag. It stands last in the order."""

    name: str
    """What it is called, at most 60 characters; no other tag may go by the same name but for case and blanks."""
    colour: str | None = None
    """How it is shown: # and six hex digits, such as #2e7d32."""
    description: str | None = None
    """What it is meant for, in a sentence."""
    visible_to: list[Role] | None = None
    """The roles that see it; everybody if left out. Owners and administrators always do."""


@dataclass(frozen=True)
class TagUpdateInput:
    """What becomes of a tag; what is left out stays as it is."""

    id: TagId
    """The tag."""
    expected_version: int | None = None
    """The version that the caller has seen; if left out, any will do."""
    name: str | AbsentType = ABSENT
    """What it is called."""
    colour: str | AbsentType | None = ABSENT
    """How it is shown; null for no colour."""
    description: str | AbsentType | None = ABSENT
    """What it is meant for."""
    visible_to: list[Role] | AbsentType | None = ABSENT
    """The roles that see it; null for everybody. Owners and administrators always do."""


@dataclass(frozen=True)
class TagArchiveInput:
    """Which tag is put away."""

    id: TagId
    """The tag."""
    expected_version: int | None = None
    """The version that the caller has seen; if left out, any will do."""


@dataclass(frozen=True)
class TagRestoreInput:
    """Which tag is taken up again."""

    id: TagId
    """The tag."""
    expected_version: int | None = None
    """The version that the caller has seen; if left out, any will do."""


@dataclass(frozen=True)
class TagsReorderInput:
    """In which order tags are shown."""

    ids: list[TagId]
    """The tags that stand first, in this order; those not named follow, in the order they have among themselves."""


@dataclass(slots=True, kw_only=True)
class TagChanged(Outcome):
    """What came of changing a tag. `current_id` is its own when somebody else changed it meanwhile, `existing_id` that
    of another tag of the name."""

    tag_id: UUID | None = None
    current_id: UUID | None = None
    existing_id: UUID | None = None


@dataclass(slots=True, kw_only=True)
class TagsReordered(Outcome):
    """What came of ordering the tags."""

    done: bool = False


async def create(write: Write, input: TagCreateInput) -> TagChanged:
    """Make a tag. When another goes by the name, an archived one too, nothing is made and `existing` is given."""
    findings = Findings()
    columns = _checked(input, ("name", "colour", "description", "visible_to"), findings)
    findings.settle()
    await _check_free(write, columns["name_key"], None)
    number, last = (await write.session.execute(_standing(write))).one()
    domain.tags.check_room(number)
    tag = Tag(
        id=new_id(), position=0 if last is None else last + 1, created_at=write.moment, updated_at=write.moment,
        created_by=write.viewer.membership_id, **columns,
    )  # fmt: skip
    await write.add(tag)
    return TagChanged(tag_id=tag.id)


async def update(write: Write, input: TagUpdateInput) -> TagChanged:
    """Change a tag. On clients it reads differently at once."""
    tag = await _found(write, input.id, input.expected_version)
    given = [name for name in ("name", "colour", "description", "visible_to") if getattr(input, name) is not ABSENT]
    findings = Findings()
    columns = _checked(input, given, findings)
    findings.settle()
    if columns.get("name_key", tag.name_key) != tag.name_key:
        await _check_free(write, columns["name_key"], tag.id)
    for name, value in columns.items():
        setattr(tag, name, value)
    if write.session.is_modified(tag):
        _touch(write, tag)
        await write.flush()
    return TagChanged(tag_id=tag.id)


async def archive(write: Write, input: TagArchiveInput) -> TagChanged:
    """Put a tag away: it can be put on nobody any more, and stays on the clients who have it."""
    tag = await _found(write, input.id, input.expected_version)
    if tag.archived_at is not None:
        raise AlreadyDone("archived")
    tag.archived_at = write.moment
    _touch(write, tag)
    return TagChanged(tag_id=tag.id)


async def restore(write: Write, input: TagRestoreInput) -> TagChanged:
    """Take a tag up again that was put away, as it was and where it stood."""
    tag = await _found(write, input.id, input.expected_version)
    if tag.archived_at is None:
        raise NotAllowedNow("not archived", "be restored")
    tag.archived_at = None
    _touch(write, tag)
    return TagChanged(tag_id=tag.id)


async def reorder(write: Write, input: TagsReorderInput) -> TagsReordered:
    """Say in which order the practice's tags are shown."""
    findings = Findings()
    domain.tags.check_many(input.ids, domain.tags.MOST_TAGS, (*AT, "ids"), findings)
    findings.settle()
    tags = await held(write, None)
    for place, id in enumerate(input.ids):
        if id not in tags:
            findings.add(NotFound("tag", (*AT, "ids", str(place))))
        elif id in input.ids[:place]:
            findings.invalid((*AT, "ids", str(place)), "must not be given twice")
    findings.settle()
    rest = sorted((tag for tag in tags.values() if tag.id not in input.ids), key=lambda tag: (tag.position, tag.id))
    for position, tag in enumerate([*(tags[id] for id in input.ids), *rest]):
        if tag.position != position:
            tag.position = position
            _touch(write, tag)
    await write.flush()
    return TagsReordered(done=True)


async def held(write: Write, ids: Iterable[UUID] | None) -> dict[UUID, Tag]:
    """Tags that the caller may see and that were not merged away, all of them if no ids are given, locked in the order
    of their ids: whoever puts a tag on clients, moves or archives it does so one after another."""
    table = table_of(Tag)
    chosen = [] if ids is None else [among(table.c.id, "ids")]
    statement = (
        select(Tag)
        .where(table.c.practice_id == write.practice_id, table.c.merged_into_id.is_(None))
        .where(write.reach.tag(table), *chosen)
        .order_by(table.c.id)
        .with_for_update(key_share=True)
    )
    values = {} if ids is None else {"ids": sorted(set(ids))}
    return {tag.id: tag for tag in await write.session.scalars(statement, values)}


async def tags_changed(ask: Ask, outcomes: Sequence[TagChanged]) -> Sequence[TagRow | None]:
    """The tag as it stands now; null when nothing was done."""
    return await loaded(ask.loaders.tag_by_id, [outcome.tag_id for outcome in outcomes])


async def tags_as_they_stand(ask: Ask, outcomes: Sequence[TagChanged]) -> Sequence[TagRow | None]:
    """After a `CONFLICT`: the tag as somebody else left it meanwhile."""
    return await loaded(ask.loaders.tag_by_id, [outcome.current_id for outcome in outcomes])


async def tags_of_the_name(ask: Ask, outcomes: Sequence[TagChanged]) -> Sequence[TagRow | None]:
    """The other tag that goes by the name, when that is the problem."""
    return await loaded(ask.loaders.tag_by_id, [outcome.existing_id for outcome in outcomes])


async def in_order(ask: Ask, outcomes: Sequence[TagsReordered]) -> Sequence[list[TagRow] | None]:
    """The tags that can be put on clients, as they are ordered now; null when nothing was done."""
    if not any(outcome.done for outcome in outcomes):
        return [None for _ in outcomes]
    rows = await ask.rows(TagRow, storage.database.tags.listed, ask.reach, False)
    return [rows if outcome.done else None for outcome in outcomes]


async def _found(write: Write, id: UUID, expected_version: int | None) -> Tag:
    tag = await write.find(Tag, id, May.MANAGE_TAGS, "tag")
    resolvers.versions.agree(expected_version, tag)
    if tag.merged_into_id is not None:
        raise NotAllowedNow("merged into another", "be changed")
    return tag


def _checked(input: Any, names: Iterable[str], findings: Findings) -> dict[str, Any]:
    """The columns behind what was given of a tag."""
    columns: dict[str, Any] = {}
    for name in names:
        value = getattr(input, name)
        if name == "name":
            columns["name"] = " ".join(texts.taken(value, domain.tags.NAME, (*AT, "name"), findings).split())
            columns["name_key"] = domain.tags.key_of(columns["name"])
        elif name == "colour":
            columns["colour"] = domain.tags.colour(value, (*AT, "colour"), findings)
        elif name == "description":
            columns[name] = texts.taken_or_none(value, domain.tags.DESCRIPTION, (*AT, name), findings)
        else:
            columns["visible_to"] = domain.tags.visible_to(value)
    return columns


async def _check_free(write: Write, key: str, but: UUID | None) -> None:
    """No other tag goes by the name. A twin that takes it at this moment wins, and this write runs again."""
    same = select(Tag.id).where(Tag.practice_id == write.practice_id, Tag.name_key == key, Tag.merged_into_id.is_(None))
    existing = await write.session.scalar(same)
    if existing not in (None, but):
        raise Invalid((*AT, "name"), "must not be that of another tag").with_beside(existing_id=existing)


def _standing(write: Write) -> Any:
    return select(func.count(), func.max(Tag.position)).where(
        Tag.practice_id == write.practice_id, Tag.merged_into_id.is_(None)
    )


def _touch(write: Write, tag: Tag) -> None:
    tag.version += 1
    tag.updated_at = write.moment
