"""Telling members of something, in the transaction of its cause."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from domain.identity import new_id
from domain.notifications import NotificationKind
from resolvers.writing import Write
from storage.database.notifications import Notification


async def tell(
    write: Write, kind: NotificationKind, members: Iterable[UUID], facts: Mapping[str, str | int | None], *,
    client_id: UUID | None = None, journey_id: UUID | None = None, subject_id: UUID | None = None,
) -> None:  # fmt: skip
    """Tell these members of what the write does; nobody is told of what they do themselves.

    `client_id` and `journey_id` say whose file it is about: who does not reach that is shown nothing. `subject_id` is
    the note for the kinds in `ABOUT_NOTES`.
    """
    rows = [
        Notification(
            id=new_id(), membership_id=member, kind=kind, client_id=client_id, journey_id=journey_id,
            subject_id=subject_id, actor_id=write.viewer.membership_id, facts=dict(facts), created_at=write.moment,
        )
        for member in dict.fromkeys(members)
        if member != write.viewer.membership_id
    ]  # fmt: skip
    await write.add(*rows)
