"""The letter of an invitation, as a job. The secret of its link is made here and kept nowhere but in the letter.

A letter that is tried again holds a new secret; the one before then opens nothing.
"""

from uuid import UUID

from sqlalchemy import select

from auth import doors
from domain import letters
from resolvers import mailing
from resolvers.jobs import Handler, Work
from storage.database.doors import DoorKind
from storage.database.invitations import Invitation
from storage.database.people import Membership, Practice

PAGE = "invitation"


async def send(work: Work) -> None:
    """Send an invitation, unless it was withdrawn or accepted meanwhile."""
    post = mailing.post_of(work)
    async with work.writing() as write:
        key = (work.practice_id, UUID(work.payload["invitation"]))
        row = await write.session.get(Invitation, key, with_for_update=True)
        if row is None or row.accepted_at or row.withdrawn_at or row.ends_at <= write.moment:
            return
        secret = await doors.cut(write.session, DoorKind.INVITATION, row.id, row.ends_at, work.practice_id)
        row.sent_at = write.moment
        practice = (await write.session.get_one(Practice, work.practice_id)).name
        inviter = await write.session.scalar(
            select(Membership.name).where(
                Membership.practice_id == work.practice_id, Membership.id == row.created_by
            )
        )  # fmt: skip
    letter = letters.invitation(row.email, practice, inviter, post.link(PAGE, secret), row.ends_at)
    await post.carrier.carry(letter, work.lease.id)


LETTER = Handler("invitation_letter", send)
