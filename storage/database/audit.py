"""Who changed what and who looked at what: append-only rows, chained by hashes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Index,
    Integer,
    Select,
    Uuid,
    and_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.database.base import Base, Kept, OfPractice
from storage.database.columns import Json, Moment
from storage.database.selecting import among, columns, names_of, of_practice, table_of
from storage.database.timeline import PracticeEvent, PracticeSeq


class AuditEvent(OfPractice, Base):
    """One fact of a write. `link` (on ordinal 0) is the head of the chain after the write."""

    __tablename__ = "audit_event"
    audited = False
    __table_args__ = (Index(None, "practice_id", "client_id", "seq"),)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    facts_in_write: Mapped[int]
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    request_id: Mapped[str | None]
    operation: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    subject_id: Mapped[str]
    client_id: Mapped[UUID | None]
    changes: Mapped[dict[str, str]] = mapped_column(Json)
    digest: Mapped[bytes]
    link: Mapped[bytes | None]


class AuditDetail(OfPractice, Base):
    """What stood before and after, with the salt its hashes were made with; outside the chain, so it can be erased."""

    __tablename__ = "audit_detail"
    audited = False
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    salt: Mapped[bytes]
    values: Mapped[dict[str, Any]] = mapped_column(Json)


class AccessEvent(Kept, Base):
    """One request that read or tried to read clients' data."""

    __tablename__ = "access_event"
    audited = False
    __table_args__ = (Index(None, "practice_id", "batch"), Index(None, "practice_id", "occurred_at"))
    batch: Mapped[int] = mapped_column(BigInteger)
    occurred_at: Mapped[datetime] = mapped_column(Moment)
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    request_id: Mapped[str | None]
    operation: Mapped[str | None]
    purpose: Mapped[str]
    clients_in_list: Mapped[int | None]
    details: Mapped[dict[str, Any]] = mapped_column(Json)
    digest: Mapped[bytes]


class AccessSubject(OfPractice, Base):
    """A client whom an access event reached, or was refused."""

    __tablename__ = "access_subject"
    audited = False
    __table_args__ = (Index(None, "practice_id", "client_id", "access_id"),)
    access_id: Mapped[UUID] = mapped_column(primary_key=True)
    client_id: Mapped[UUID] = mapped_column(primary_key=True)
    refused: Mapped[bool]


class AccessBatch(OfPractice, Base):
    """A group of access events committed together: one link of their chain."""

    __tablename__ = "access_batch"
    audited = False
    batch: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    events: Mapped[int]
    link: Mapped[bytes]


class AccessSeq(OfPractice, Base):
    """The head of the practice's chain of access events."""

    __tablename__ = "access_seq"
    audited = False
    batch: Mapped[int] = mapped_column(BigInteger)
    last_hash: Mapped[bytes]


@dataclass(slots=True)
class FactRow:
    """One fact of a write, with the detail beside it; `salt` and `values` are None when the detail was erased."""

    practice_id: UUID
    seq: int
    ordinal: int
    facts_in_write: int
    recorded_at: datetime
    actor_kind: str
    actor_id: UUID | None
    request_id: str | None
    operation: str
    action: str
    subject: str
    subject_id: str
    client_id: UUID | None
    changes: dict[str, str]
    digest: bytes
    link: bytes | None
    salt: bytes | None
    values: dict[str, Any] | None


@dataclass(slots=True)
class BatchRow:
    """One link of the chain of accesses."""

    practice_id: UUID
    batch: int
    events: int
    link: bytes


@dataclass(slots=True)
class AccessRow:
    """One request that read or tried to read clients' data."""

    practice_id: UUID
    id: UUID
    batch: int
    occurred_at: datetime
    actor_kind: str
    actor_id: UUID | None
    request_id: str | None
    operation: str | None
    purpose: str
    clients_in_list: int | None
    details: dict[str, Any]
    digest: bytes


@dataclass(slots=True)
class SubjectRow:
    """A client whom an access reached, or was refused."""

    access_id: UUID
    client_id: UUID
    refused: bool


@dataclass(slots=True)
class NumberRow:
    """A number of a sequence."""

    number: int | None


@dataclass(slots=True)
class HeadsRow:
    """The ends of the practice's two chains."""

    seq: int
    link: bytes
    batch: int
    batch_link: bytes


def heads() -> Select[Any]:
    """The ends of the practice's two chains."""
    seq, access = table_of(PracticeSeq), table_of(AccessSeq)
    return (
        select(seq.c.seq, seq.c.last_hash.label("link"), access.c.batch, access.c.last_hash.label("batch_link"))
        .select_from(seq.join(access, access.c.practice_id == seq.c.practice_id))
        .where(of_practice(seq))
    )


def facts_after() -> Select[Any]:
    """The next `size` facts of the audit log, after the fact `ordinal` of the write `seq`."""
    event, detail = table_of(AuditEvent), table_of(AuditDetail)
    position = tuple_(bindparam("seq", type_=BigInteger()), bindparam("ordinal", type_=Integer()))
    beside = and_(*(event.c[name] == detail.c[name] for name in ("practice_id", "seq", "ordinal")))
    told = [event.c[name] for name in names_of(FactRow) if name in event.c]
    return (
        select(*told, detail.c.salt, detail.c["values"])
        .select_from(event.outerjoin(detail, beside))
        .where(of_practice(event), tuple_(event.c.seq, event.c.ordinal) > position)
        .order_by(event.c.seq, event.c.ordinal)
        .limit(bindparam("size"))
    )


def first_detail_alone() -> Select[Any]:
    """The number of the first write with a detail that no fact belongs to."""
    event, detail = table_of(AuditEvent), table_of(AuditDetail)
    beside = [event.c[name] == detail.c[name] for name in ("practice_id", "seq", "ordinal")]
    return select(func.min(detail.c.seq).label("number")).where(of_practice(detail), ~exists().where(*beside))


def first_event_beyond() -> Select[Any]:
    """The first event of the feeds with a number that no write has taken; `head` is the last that was."""
    event, head = table_of(PracticeEvent), bindparam("head", type_=BigInteger())
    return select(func.min(event.c.seq).label("number")).where(
        of_practice(event), or_(event.c.seq < 1, event.c.seq > head)
    )


def batches_after() -> Select[Any]:
    """The next `size` links of the chain of accesses, after `batch`."""
    kept = table_of(AccessBatch)
    return (
        select(*columns(kept, BatchRow))
        .where(of_practice(kept), kept.c.batch > bindparam("batch", type_=BigInteger()))
        .order_by(kept.c.batch)
        .limit(bindparam("size"))
    )


def accesses_after() -> Select[Any]:
    """The next `size` accesses, after the access `id` of `batch`."""
    event = table_of(AccessEvent)
    position = tuple_(bindparam("batch", type_=BigInteger()), bindparam("id", type_=Uuid()))
    return (
        select(*columns(event, AccessRow))
        .where(of_practice(event), tuple_(event.c.batch, event.c.id) > position)
        .order_by(event.c.batch, event.c.id)
        .limit(bindparam("size"))
    )


def subjects_of() -> Select[Any]:
    """The clients of the accesses `ids`."""
    subject = table_of(AccessSubject)
    return select(*columns(subject, SubjectRow)).where(of_practice(subject), among(subject.c.access_id, "ids"))


def first_subject_alone() -> Select[Any]:
    """Whether there is a client of an access that is not there: 0, or None."""
    subject, event = table_of(AccessSubject), table_of(AccessEvent)
    its = [event.c.practice_id == subject.c.practice_id, event.c.id == subject.c.access_id]
    found = select(literal(0).label("number")).where(of_practice(subject), ~exists().where(*its))
    return found.limit(1)
