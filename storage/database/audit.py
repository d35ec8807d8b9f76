"""Who changed what and who looked at what: append-only rows, chained by hashes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.database.base import Base, Kept, OfPractice
from storage.database.columns import Json, Moment


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
    __table_args__ = (Index(None, "practice_id", "client_id"),)
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
