"""Notes, their earlier versions, addenda and labels: rows and the questions asked of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Index, Select, Text, and_, bindparam, exists, false, func, not_, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from domain import searching
from domain.events import Subject
from domain.notes import NoteStatus
from storage.database.base import Base, Kept, OfPractice, reference
from storage.database.columns import Folded, Moment
from storage.database.ordering import Backend, Slice, count, counts_per_parent, page, page_per_parent
from storage.database.people import Membership
from storage.database.selecting import Columns, Reachable, among, columns, names_of, of_practice, table_of


def words_of(title: str | None, text: str, private_to: UUID | None, addenda: tuple[str, ...] = ()) -> str | None:
    """The words by which a note is found. A private one is found by none, so nobody can look for what it says."""
    return None if private_to else searching.words_kept(title, text, *addenda)


def _words_of_new(context: Any) -> str | None:
    told = context.get_current_parameters()
    return words_of(told.get("title"), told["text"], told.get("private_to"))


class Note(Kept, Base):
    """A note in Markdown. `private_to` is its author when nobody else is to see it."""

    __tablename__ = "note"
    announces = Subject.NOTE
    __table_args__ = (
        reference("client_id", "client"),
        reference("journey_id", "journey"),
        Index(None, "practice_id", "client_id", "occurred_at", "id"),
        Index(None, "practice_id", "occurred_at", "id"),
        Index(None, "practice_id", "journey_id"),
        Index(None, "practice_id", "source", unique=True),
    )
    client_id: Mapped[UUID]
    journey_id: Mapped[UUID | None]
    title: Mapped[str | None]
    text: Mapped[str] = mapped_column(Text, info={"body": True})
    occurred_at: Mapped[datetime] = mapped_column(Moment)
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    author_id: Mapped[UUID | None]
    author_name: Mapped[str | None]
    private_to: Mapped[UUID | None]
    pinned: Mapped[bool] = mapped_column(default=False)
    imported: Mapped[bool] = mapped_column(default=False)
    signed_at: Mapped[datetime | None] = mapped_column(Moment)
    signed_by: Mapped[UUID | None]
    digest: Mapped[bytes | None]
    needs_cosignature: Mapped[bool] = mapped_column(default=False)
    cosigned_at: Mapped[datetime | None] = mapped_column(Moment)
    cosigned_by: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(Moment)
    sitting_at: Mapped[datetime | None] = mapped_column(Moment)
    sitting_by: Mapped[UUID | None]
    archived_at: Mapped[datetime | None] = mapped_column(Moment)
    archived_by: Mapped[UUID | None]
    archive_reason: Mapped[str | None]
    source: Mapped[str | None]
    search_words: Mapped[str | None] = mapped_column(Text, default=_words_of_new, deferred=True)


class NoteRevision(OfPractice, Base):
    """A note as it stood before it was changed."""

    __tablename__ = "note_revision"
    audited = False
    __table_args__ = (reference("note_id", "note"),)
    note_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str | None]
    text: Mapped[str] = mapped_column(Text)
    occurred_at: Mapped[datetime] = mapped_column(Moment)
    replaced_at: Mapped[datetime] = mapped_column(Moment)
    replaced_by: Mapped[UUID | None]


class Addendum(Kept, Base):
    """What was added to a note after it was fixed. It hangs on the note, so it goes wherever the note goes."""

    __tablename__ = "addendum"
    audited = False  # written down as a fact about the note's client
    __table_args__ = (reference("note_id", "note"), Index(None, "practice_id", "note_id", "recorded_at", "id"))
    note_id: Mapped[UUID]
    text: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    author_id: Mapped[UUID | None]


class NoteLabel(OfPractice, Base):
    """A word that a note is sorted by; two spellings that fold to the same are the same label."""

    __tablename__ = "note_label"
    audited = False  # written down as a change of the note
    __table_args__ = (reference("note_id", "note"), Index(None, "practice_id", "folded"))
    note_id: Mapped[UUID] = mapped_column(primary_key=True)
    folded: Mapped[str] = mapped_column(Folded, primary_key=True)
    label: Mapped[str]


@dataclass(slots=True)
class NoteRow:
    """A note in Markdown."""

    id: UUID
    client_id: UUID
    journey_id: UUID | None
    title: str | None
    text: str
    occurred_at: datetime
    recorded_at: datetime
    author_id: UUID | None
    author_name: str | None
    private_to: UUID | None
    pinned: bool
    imported: bool
    signed_at: datetime | None
    signed_by: UUID | None
    digest: bytes | None
    needs_cosignature: bool
    cosigned_at: datetime | None
    cosigned_by: UUID | None
    version: int
    updated_at: datetime
    archived_at: datetime | None
    archived_by: UUID | None
    archive_reason: str | None


@dataclass(slots=True)
class NoteRevisionRow:
    """A note as it stood before it was changed."""

    note_id: UUID
    version: int
    title: str | None
    text: str
    occurred_at: datetime
    replaced_at: datetime
    replaced_by: UUID | None


@dataclass(slots=True)
class AddendumRow:
    """What was added to a note after it was fixed."""

    id: UUID
    note_id: UUID
    text: str
    recorded_at: datetime
    author_id: UUID | None


@dataclass(slots=True)
class NoteLabelRow:
    """A label of a note."""

    note_id: UUID
    label: str


@dataclass(slots=True)
class LabelUseRow:
    """A label, and how many notes carry it."""

    folded: str
    label: str
    number: int


@dataclass(slots=True)
class NumberRow:
    """How many notes a count found."""

    number: int


@dataclass(frozen=True, slots=True)
class Filter:
    """Which filters a list of notes goes by; values are bound by name, those of words and labels by their number:
    `word_0`, `label_0` and so on. `to_cosign` are those that wait for a signature that `member` may give."""

    archived: bool = False
    statuses: frozenset[NoteStatus] | None = None
    private: bool | None = None
    pinned: bool | None = None
    authors: bool = False
    since: bool = False
    until: bool = False
    words: int = 0
    labels: int = 0
    to_cosign: bool = False

    def conditions(self, note: Any, reach: Reachable) -> list[ColumnElement[bool]]:
        """The conditions on the notes, kept to what the viewer reaches."""
        found = [of_practice(note), reach.clinical(note)]
        if not self.archived:
            found.append(note.c.archived_at.is_(None))
        if self.statuses is not None:
            found.append(or_(false(), *(_has_status(note, each) for each in sorted(self.statuses))))
        if self.private is not None:
            found.append(note.c.private_to.is_not(None) if self.private else note.c.private_to.is_(None))
        if self.pinned is not None:
            found.append(note.c.pinned if self.pinned else not_(note.c.pinned))
        if self.authors:
            found.append(among(note.c.author_id, "authors"))
        if self.since:
            found.append(note.c.occurred_at >= bindparam("since", type_=Moment()))
        if self.until:
            found.append(note.c.occurred_at < bindparam("until", type_=Moment()))
        found += [has_words(note, number) for number in range(self.words)]
        found += [_has_label(note, number) for number in range(self.labels)]
        return found + (_to_cosign(note, reach) if self.to_cosign else [])


def has_words(source: Any, number: int) -> ColumnElement[bool]:
    """Rows kept under a word with the prefix bound as `word_…`, as the pattern that `pattern` makes."""
    found: ColumnElement[bool] = source.c.search_words.like(bindparam(f"word_{number}", type_=Text()))
    return found


def pattern(prefix: str) -> str:
    """What a folded prefix is looked for by; it is made of letters and digits only, so nothing needs escaping."""
    return f"% {prefix}%"


def _has_status(note: Any, status: NoteStatus) -> ColumnElement[bool]:
    signed, cosigned = note.c.signed_at.is_not(None), note.c.cosigned_at.is_not(None)
    found: dict[NoteStatus, ColumnElement[bool]] = {
        NoteStatus.IMPORTED: note.c.imported,
        NoteStatus.DRAFT: and_(not_(note.c.imported), note.c.signed_at.is_(None)),
        NoteStatus.AWAITING_COSIGNATURE: and_(signed, note.c.needs_cosignature, note.c.cosigned_at.is_(None)),
        NoteStatus.SIGNED: and_(signed, not_(note.c.needs_cosignature)),
        NoteStatus.COSIGNED: cosigned,
    }
    return found[status]


def _has_label(note: Any, number: int) -> ColumnElement[bool]:
    label = table_of(NoteLabel).alias(f"label_{number}")
    return exists().where(
        of_practice(label), label.c.note_id == note.c.id, label.c.folded == bindparam(f"label_{number}", type_=Folded)
    )


def _to_cosign(note: Any, reach: Reachable) -> list[ColumnElement[bool]]:
    own = table_of(Membership).alias("own")
    free = exists().where(of_practice(own), own.c.id == bindparam("member"), not_(own.c.supervised))
    waiting = _has_status(note, NoteStatus.AWAITING_COSIGNATURE)
    return [waiting, reach.clinical_writing(note), note.c.author_id != bindparam("member"), free]


def by_ids(reach: Reachable) -> Select[Any]:
    """Notes in reach, by `ids`."""
    note = table_of(Note)
    return select(*columns(note, NoteRow)).where(of_practice(note), among(note.c.id, "ids"), reach.clinical(note))


def of_parents(
    backend: Backend, parent: str, reach: Reachable, chosen: Filter, part: Slice, wanted: Columns | None
) -> Select[Any]:
    """A page of notes for each of `parents`, clients or journeys by the column that names them."""
    names = names_of(NoteRow, None if wanted is None else wanted | set(part.order.names))
    return page_per_parent(backend, table_of(Note), parent, names, lambda note: chosen.conditions(note, reach), part)


def counts_of(backend: Backend, parent: str, reach: Reachable, chosen: Filter) -> Select[Any]:
    """How many notes each of `parents` has."""
    return counts_per_parent(backend, table_of(Note), parent, lambda note: chosen.conditions(note, reach))


def page_of(reach: Reachable, chosen: Filter, part: Slice, wanted: Columns | None) -> Select[Any]:
    """A page of all the notes in reach."""
    note = table_of(Note)
    needed = None if wanted is None else wanted | set(part.order.names)
    return page(note, columns(note, NoteRow, needed), chosen.conditions(note, reach), part)


def count_of(reach: Reachable, chosen: Filter) -> Select[Any]:
    """How many notes in reach, counted no further than `most`."""
    note = table_of(Note)
    return count(note, chosen.conditions(note, reach))


def revisions_of(wanted: Columns | None) -> Select[Any]:
    """The earlier versions of the notes `ids`, oldest first."""
    revision = table_of(NoteRevision)
    return (
        select(*columns(revision, NoteRevisionRow, wanted))
        .where(of_practice(revision), among(revision.c.note_id, "ids"))
        .order_by(revision.c.note_id, revision.c.version)
    )


def addenda_of(wanted: Columns | None) -> Select[Any]:
    """What was added to the notes `ids`, oldest first."""
    addendum = table_of(Addendum)
    return (
        select(*columns(addendum, AddendumRow, wanted))
        .where(of_practice(addendum), among(addendum.c.note_id, "ids"))
        .order_by(addendum.c.note_id, addendum.c.recorded_at, addendum.c.id)
    )


def addenda_by_ids(reach: Reachable) -> Select[Any]:
    """Addenda to notes in reach, by `ids`."""
    addendum, note = table_of(Addendum), table_of(Note)
    added = and_(note.c.practice_id == addendum.c.practice_id, note.c.id == addendum.c.note_id)
    return (
        select(*columns(addendum, AddendumRow))
        .select_from(addendum.join(note, added))
        .where(of_practice(addendum), of_practice(note), among(addendum.c.id, "ids"), reach.clinical(note))
    )


def labels_of() -> Select[Any]:
    """The labels of the notes `ids`, by their folded form."""
    label = table_of(NoteLabel)
    return (
        select(label.c.note_id, label.c.label)
        .where(of_practice(label), among(label.c.note_id, "ids"))
        .order_by(label.c.note_id, label.c.folded)
    )


def labels_in_use(reach: Reachable) -> Select[Any]:
    """The labels of all notes in reach that are not put away, the most used first; at most `size`."""
    label, note = table_of(NoteLabel), table_of(Note)
    carried = and_(note.c.practice_id == label.c.practice_id, note.c.id == label.c.note_id)
    number = func.count().label("number")
    return (
        select(label.c.folded, func.min(label.c.label).label("label"), number)
        .select_from(label.join(note, carried))
        .where(of_practice(label), of_practice(note), note.c.archived_at.is_(None), reach.clinical(note))
        .group_by(label.c.folded)
        .order_by(number.desc(), label.c.folded)
        .limit(bindparam("size"))
    )
