"""API keys: shown once, narrowed by scopes, ended with their maker, and used without writing at every use."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from auth import api_keys
from auth.credentials import Credentials
from auth.errors import NotSignedIn
from auth.permissions import SCOPES, May
from auth.viewers import Key, Member
from domain.people import Role
from resolvers import writing
from storage.database.api_keys import ApiKey
from storage.database.audit import AccessEvent, AuditDetail, AuditEvent
from storage.database.doors import Door
from storage.database.jobs import IdempotentWrite
from tests import care
from tests.following import following
from tests.makers import Answer, PracticeUnderTest

CREATE = """mutation ($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) {
  secret apiKey { id name prefix scopes state usedAt member { name } } problems { code path } } }"""
REVOKE = "mutation ($id: ID!) { apiKeyRevoke(input: {id: $id}) { apiKey { state } problems { code } } }"
LIST = """{ practice { apiKeys(past: true) { totalCount { value } edges { node { id name state usedAt } } } } }"""
READ = "query ($id: ID!) { client(id: $id) { displayName } }"
WHO = "{ viewer { kind memberships { role } ... on KeyViewer { scopes member { name } } } }"
CLIENT = """mutation { clientCreate(input: {names: [{use: LEGAL, given: "Ana"}]}) {
  client { id timeline(first: 1) { edges { node { actor { name } } } } } problems { code } } }"""


async def made(practice: PracticeUnderTest, maker: Member, *scopes: str, **given: Any) -> Any:
    """A new key: its secret and its id."""
    values = {"name": "Reports", "scopes": list(scopes) or ["READ_CLIENTS"], **given}
    answer = (await practice.get(maker, CREATE, input=values))["apiKeyCreate"]
    assert answer["problems"] == []
    return answer


async def as_key(practice: PracticeUnderTest, secret: str) -> Key:
    viewer = await practice.casegraph.viewer_of(Credentials(bearer=secret))
    assert isinstance(viewer, Key)
    return viewer


async def used_at(practice: PracticeUnderTest) -> datetime | None:
    async with practice.casegraph.database.write(practice.id) as session:
        found: datetime | None = await session.scalar(select(ApiKey.used_at).where(ApiKey.practice_id == practice.id))
        return found


async def refused(practice: PracticeUnderTest, secret: str) -> bool:
    try:
        await practice.casegraph.viewer_of(Credentials(bearer=secret))
    except NotSignedIn:
        return True
    return False


async def test_a_key_is_shown_once_and_kept_nowhere(practice: PracticeUnderTest) -> None:
    owner = await practice.member(name="Rosa")

    answer = await made(practice, owner)

    secret, prefix = answer["secret"], answer["apiKey"]["prefix"]
    assert secret.startswith(f"{prefix}_")
    assert len(prefix) == api_keys.PREFIX_CHARACTERS
    assert answer["apiKey"]["member"] == {"name": "Rosa"}
    async with practice.casegraph.database.write(practice.id) as session:
        for model in (ApiKey, Door, AuditEvent, AuditDetail, IdempotentWrite):
            for row in await session.execute(select(*model.__table__.c)):
                assert secret not in str(row), model
                assert secret.removeprefix(prefix) not in str(row)


async def test_an_idempotency_key_keeps_no_secret_and_makes_a_second_key(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    values = {"name": "Reports", "scopes": ["READ_CLIENTS"]}

    one, two = [(await practice.ask(owner, CREATE, key="k", input=values)).data["apiKeyCreate"] for _ in range(2)]

    assert one["secret"] != two["secret"]
    async with practice.casegraph.database.write(practice.id) as session:
        assert list(await session.scalars(select(IdempotentWrite.outcome))) == []


async def test_a_key_may_what_its_scopes_say_and_no_more(practice: PracticeUnderTest) -> None:
    owner = await practice.member(name="Rosa")
    client = await care.client(practice)
    await care.note(practice, client)
    key = await as_key(practice, (await made(practice, owner, "READ_CLIENTS"))["secret"])

    who = await practice.get(key, WHO)
    read = await practice.get(key, READ, id=care.client_id(client))
    notes = await practice.ask(
        key, "query ($id: ID!) { client(id: $id) { notes { edges { node { id } } } } }", id=care.client_id(client)
    )
    written = await practice.ask(key, CLIENT)
    settings = await practice.ask(key, "{ practice { settings { locale } apiKeys { edges { cursor } } } }")

    assert who == {"viewer": {"kind": "KEY", "memberships": [], "scopes": ["READ_CLIENTS"], "member": {"name": "Rosa"}}}
    assert read["client"] is not None
    assert (notes.data, notes.codes) == ({"client": {"notes": None}}, ["FORBIDDEN"])
    assert (written.data, written.codes) == ({"clientCreate": None}, ["FORBIDDEN"])
    assert settings.codes == ["FORBIDDEN", "FORBIDDEN"]


@pytest.mark.parametrize("scope", sorted(SCOPES))
async def test_without_a_scope_the_table_gives_nothing(practice: PracticeUnderTest, scope: May) -> None:
    owner = await practice.member()
    key = await as_key(practice, (await made(practice, owner, scope))["secret"])

    given = {may for may in SCOPES if not writing.reach_of(key).permission(may).is_none}

    assert given == {scope}


async def test_what_a_key_writes_is_its_makers_and_the_log_names_the_key(practice: PracticeUnderTest) -> None:
    owner = await practice.member(name="Rosa")
    answer = await made(practice, owner, "READ_CLIENTS", "CREATE_CLIENTS")
    key = await as_key(practice, answer["secret"])

    created = (await practice.get(key, CLIENT))["clientCreate"]["client"]

    assert created["timeline"]["edges"][0]["node"]["actor"] == {"name": "Rosa"}
    async with practice.casegraph.database.write(practice.id) as session:
        told = select(AuditEvent.actor_kind, AuditEvent.actor_id).where(
            AuditEvent.practice_id == practice.id, AuditEvent.subject == "client"
        )
        assert [tuple(row) for row in await session.execute(told)] == [("KEY", key.key_id)]
        looked = select(AccessEvent.actor_kind, AccessEvent.actor_id).where(AccessEvent.practice_id == practice.id)
        assert {tuple(row) for row in await session.execute(looked)} == {("KEY", key.key_id)}


async def test_a_key_reaches_only_what_its_maker_reaches(practice: PracticeUnderTest) -> None:
    owner, admin = await practice.member(), await practice.member(Role.ADMIN)
    near, far = await care.client(practice), await care.client(practice)
    await care.grant(practice, admin, near)
    key = await as_key(practice, (await made(practice, admin, "READ_CLIENTS", "READ_CLINICAL"))["secret"])
    text = "query ($id: ID!) { client(id: $id) { notes { edges { node { id } } } } }"
    for client in (near, far):
        await care.note(practice, client)

    seen = [len((await practice.get(key, text, id=care.client_id(each)))["client"]["notes"]["edges"])
            for each in (near, far)]  # fmt: skip

    assert seen == [1, 0]
    # Who becomes less, is less through their keys as well.
    await practice.get(owner, """mutation ($id: ID!) { membershipUpdate(input: {id: $id, role: READ_ONLY}) {
      problems { code } } }""", id=care.member_id(admin))  # fmt: skip
    viewer = await practice.casegraph.viewer_of(Credentials(bearer=(await made_again(practice, owner))))
    assert viewer.role is Role.OWNER
    stale = await practice.ask(key, CLIENT)
    assert stale.codes == ["FORBIDDEN"]


async def made_again(practice: PracticeUnderTest, maker: Member) -> str:
    return str((await made(practice, maker))["secret"])


async def test_a_makers_new_role_counts_for_the_key_at_once(practice: PracticeUnderTest) -> None:
    owner, admin = await practice.member(), await practice.member(Role.ADMIN)
    secret = (await made(practice, admin, "READ_CLIENTS", "MANAGE_PEOPLE"))["secret"]
    client = await care.client(practice)
    await practice.get(owner, """mutation ($id: ID!) { membershipUpdate(input: {id: $id, role: READ_ONLY}) {
      problems { code } } }""", id=care.member_id(admin))  # fmt: skip

    key = await as_key(practice, secret)

    assert await practice.get(key, READ, id=care.client_id(client)) == {"client": None}
    assert (await practice.ask(key, "{ practice { invitations { edges { cursor } } } }")).codes == ["FORBIDDEN"]


async def test_nobody_gives_a_key_what_they_do_not_have(practice: PracticeUnderTest) -> None:
    admin = await practice.member(Role.ADMIN)
    for scopes in ([], ["ANYONE"], ["SIGNED_IN"], ["BREAK_GLASS"], ["READ_CLIENTS", "REVIEW_BREAK_GLASS"]):
        answer = (await practice.get(admin, CREATE, input={"name": "Reports", "scopes": scopes}))["apiKeyCreate"]

        assert (answer["secret"], answer["apiKey"]) == (None, None)
        assert answer["problems"] == [{"code": "INVALID", "path": ["input", "scopes"]}]
    assert await listed(practice, admin) == []


async def listed(practice: PracticeUnderTest, viewer: Member) -> list[Any]:
    edges = (await practice.get(viewer, LIST))["practice"]["apiKeys"]["edges"]
    return [edge["node"] for edge in edges]


async def test_a_key_makes_no_key_and_breaks_no_glass(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    key = await as_key(practice, (await made(practice, owner, *sorted(SCOPES)))["secret"])
    glass = 'mutation { breakGlass(input: {reason: "x", fileNumber: "C-1"}) { problems { code } } }'

    answers = [
        await practice.ask(key, CREATE, input={"name": "More", "scopes": ["READ_CLIENTS"]}),
        await practice.ask(key, glass),
    ]

    assert [answer.codes for answer in answers] == [["FORBIDDEN"], ["FORBIDDEN"]]
    assert len(await listed(practice, owner)) == 1


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.BILLING, Role.ASSISTANT, Role.READ_ONLY])
async def test_others_make_see_and_revoke_no_keys(practice: PracticeUnderTest, role: Role) -> None:
    owner, member = await practice.member(), await practice.member(role)
    key = await made(practice, owner)

    answers: list[Answer] = [
        await practice.ask(member, CREATE, input={"name": "More", "scopes": ["READ_CLIENTS"]}),
        await practice.ask(member, REVOKE, id=key["apiKey"]["id"]),
        await practice.ask(member, LIST),
    ]
    seen = await practice.get(member, "query ($id: ID!) { node(id: $id) { id } }", id=key["apiKey"]["id"])

    assert [answer.codes for answer in answers] == [["FORBIDDEN"]] * 3
    assert seen == {"node": None}
    assert not await refused(practice, key["secret"])


async def test_a_revoked_key_is_refused_from_that_commit_on(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    client = await care.client(practice)
    answer = await made(practice, owner, "READ_CLIENTS", "CREATE_CLIENTS")
    key = await as_key(practice, answer["secret"])

    async with following(practice, key, clientId=care.client_id(client)) as followed:
        await followed.begins()
        revoked = await practice.get(owner, REVOKE, id=answer["apiKey"]["id"])
        assert await followed.refused() == ["NOT_SIGNED_IN"]
    late = await practice.ask(key, CLIENT)
    again = await practice.get(owner, REVOKE, id=answer["apiKey"]["id"])

    assert revoked["apiKeyRevoke"] == {"apiKey": {"state": "REVOKED"}, "problems": []}
    assert late.codes == ["NOT_SIGNED_IN"]
    assert again["apiKeyRevoke"]["problems"] == [{"code": "ALREADY_DONE"}]
    assert await refused(practice, answer["secret"])


async def test_a_key_ends_with_the_work_of_its_maker(practice: PracticeUnderTest) -> None:
    owner, admin = await practice.member(), await practice.member(Role.ADMIN)
    client = await care.client(practice)
    answer = await made(practice, admin)
    key = await as_key(practice, answer["secret"])
    end = "mutation ($id: ID!) { membershipEnd(input: {id: $id}) { problems { code } } }"

    async with following(practice, key, clientId=care.client_id(client)) as followed:
        await followed.begins()
        await practice.get(owner, end, id=care.member_id(admin))
        assert await followed.refused() == ["NOT_SIGNED_IN"]

    assert await refused(practice, answer["secret"])
    assert [each["state"] for each in await listed(practice, owner)] == ["REVOKED"]


async def test_a_key_runs_out_by_the_clock(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    answer = await made(practice, owner)
    earlier = datetime.now(UTC) - timedelta(seconds=1)
    for model in (ApiKey, Door):
        async with practice.casegraph.database.write(practice.id) as session:
            await session.execute(update(model).where(model.practice_id == practice.id).values(ends_at=earlier))
            await session.commit()
        assert await refused(practice, answer["secret"])

    assert [each["state"] for each in await listed(practice, owner)] == ["EXPIRED"]


async def test_a_key_lasts_two_years_at_most(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    for days in (-1, 800):
        until = (datetime.now(UTC) + timedelta(days=days)).isoformat()
        values = {"name": "Reports", "scopes": ["READ_CLIENTS"], "endsAt": until}
        answer = (await practice.get(owner, CREATE, input=values))["apiKeyCreate"]
        assert answer["problems"] == [{"code": "INVALID", "path": ["input", "endsAt"]}]


async def test_guesses_are_refused_and_a_key_opens_nothing_as_a_cookie(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    secret: str = (await made(practice, owner))["secret"]

    for guess in (secret[:-1], f"{secret}x", secret.upper(), "cgk_", "cgk_00000000_", f"{secret.split('_')[1]}"):
        assert await refused(practice, guess)
    with pytest.raises(NotSignedIn):
        await practice.casegraph.viewer_of(Credentials(cookie=secret))


async def test_the_last_use_is_noted_once_a_minute(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    secret = (await made(practice, owner))["secret"]
    assert await used_at(practice) is None

    for _ in range(5):
        await as_key(practice, secret)
    first = await used_at(practice)
    for _ in range(5):
        await as_key(practice, secret)
    assert first is not None
    assert await used_at(practice) == first

    async with practice.casegraph.database.write(practice.id) as session:
        await session.execute(
            update(ApiKey).where(ApiKey.practice_id == practice.id).values(used_at=first - timedelta(minutes=2))
        )
        await session.commit()
    await as_key(practice, secret)
    later = await used_at(practice)
    assert later is not None
    assert later > first


async def test_the_key_of_another_practice_opens_only_that(practice: PracticeUnderTest) -> None:
    other = await PracticeUnderTest.founded(practice.casegraph)
    client = await care.client(practice)
    answer = await made(other, await other.member())
    key = await as_key(practice, answer["secret"])

    owner = await practice.member()
    revoked = await practice.get(owner, REVOKE, id=answer["apiKey"]["id"])

    assert key.practice_id == other.id
    assert await practice.get(key, READ, id=care.client_id(client)) == {"client": None}
    assert revoked["apiKeyRevoke"]["problems"] == [{"code": "NOT_FOUND"}]
    assert not await refused(practice, answer["secret"])
