"""The alert to an owner that somebody opened a file in an emergency, as a job."""

from uuid import UUID

from domain import letters
from resolvers import mailing
from resolvers.jobs import Handler, Work
from storage.database.break_glass import BreakGlass
from storage.database.people import Membership, Person, Practice


async def send(work: Work) -> None:
    """Tell one owner. The letter names nobody but the member: whose file it was stands in the review queue."""
    post = mailing.post_of(work)
    async with work.writing() as write:
        session, practice_id = write.session, work.practice_id
        row = await session.get_one(BreakGlass, (practice_id, UUID(work.payload["glass"])))
        owner = await session.get_one(Membership, (practice_id, UUID(work.payload["owner"])))
        who = await session.get_one(Membership, (practice_id, row.membership_id))
        to = (await session.get_one(Person, owner.person_id)).email
        practice = (await session.get_one(Practice, practice_id)).name
    await post.carrier.carry(letters.glass_broken(to, practice, who.name, row.from_at, row.to_at), work.lease.id)


LETTER = Handler("break_glass_letter", send)
