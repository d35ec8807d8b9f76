"""Leaving, over real sockets: sessions, keys, sockets and feeds end with the membership, at that commit."""

import asyncio
import json
from contextlib import suppress
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from domain.people import Role
from tests.journeys.conftest import PASSWORD, SIGN_IN, House, ask
from tests.journeys.test_following import CREATE, NOTE, follow, opened, text_of

KEY = """mutation { apiKeyCreate(input: {name: "Reports", scopes: [READ_CLIENTS, READ_CLINICAL]}) {
  secret apiKey { id } problems { code } } }"""
END = "mutation ($id: ID!) { membershipEnd(input: {id: $id}) { problems { code message } } }"
REVOKE = "mutation ($id: ID!) { apiKeyRevoke(input: {id: $id}) { problems { code } } }"
CHANGE = """mutation ($c: String!, $p: String!) {
  passwordChange(input: {currentPassword: $c, password: $p}) { problems { code } } }"""
WHO = "{ viewer { kind } }"


async def closed_with(socket: ClientConnection) -> tuple[int, list[dict[str, Any]]]:
    """The code a socket is closed with, and what came before."""
    messages = []
    async with asyncio.timeout(10):
        with suppress(ConnectionClosed):
            while True:
                messages.append(json.loads(await socket.recv()))
    return socket.close_code or 0, messages


async def status_of(house: House, token: str) -> int:
    async with house.browser(authorization=f"Bearer {token}") as program:
        return (await program.post("/graphql", json={"query": WHO})).status_code


async def client_of(program: httpx.AsyncClient) -> tuple[str, str]:
    """A new client, and where their timeline stands."""
    client = (await ask(program, CREATE))["data"]["clientCreate"]["client"]
    return client["id"], client["timeline"]["liveCursor"]


async def test_who_leaves_loses_sessions_keys_sockets_and_feeds_at_that_commit(house: House) -> None:
    practice = await house.practice()
    owner_email, _ = await house.person(practice)
    email, held = await house.person(practice, Role.OWNER)
    tokens = [await house.token(email) for _ in range(2)]
    async with (
        house.browser(authorization=f"Bearer {await house.token(owner_email)}") as owner,
        house.browser(authorization=f"Bearer {tokens[0]}") as leaver,
    ):
        key = (await ask(leaver, KEY))["data"]["apiKeyCreate"]["secret"]
        client, cursor = await client_of(owner)
        assert [await status_of(house, each) for each in (*tokens, key)] == [200, 200, 200]
        async with (
            await opened(house, tokens[0]) as feed,
            await opened(house, tokens[1]) as idle,
            await opened(house, key) as key_feed,
        ):
            for socket in (feed, key_feed):
                await follow(socket, id=client, after=cursor)
            await ask(owner, NOTE, id=client, text="before")
            assert [(await text_of(socket))[0] for socket in (feed, key_feed)] == ["before", "before"]
            ended = await ask(owner, END, id=f"membership_{held.id.hex}")
            statuses = [await status_of(house, each) for each in (*tokens, key)]
            await ask(owner, NOTE, id=client, text="after they have left")
            codes = [await closed_with(socket) for socket in (feed, idle, key_feed)]

    assert ended["data"]["membershipEnd"]["problems"] == []
    assert statuses == [401, 401, 401]
    assert [code for code, _ in codes] == [4403, 4403, 4403]
    assert "after they have left" not in json.dumps([messages for _, messages in codes])


async def test_a_socket_of_a_revoked_key_is_closed_and_others_stay_open(house: House) -> None:
    practice = await house.practice()
    email, _ = await house.person(practice)
    token = await house.token(email)
    async with house.browser(authorization=f"Bearer {token}") as owner:
        made = (await ask(owner, KEY))["data"]["apiKeyCreate"]
        async with await opened(house, made["secret"]) as of_key, await opened(house, token) as of_owner:
            await ask(owner, REVOKE, id=made["apiKey"]["id"])
            code, _ = await closed_with(of_key)
            await of_owner.send(json.dumps({"type": "ping"}))
            async with asyncio.timeout(10):
                assert json.loads(await of_owner.recv()) == {"type": "pong"}

    assert code == 4403
    assert await status_of(house, made["secret"]) == 401


async def test_another_password_closes_the_sockets_of_all_other_sessions(house: House) -> None:
    email, _ = await house.person(await house.practice())
    here, there = await house.token(email), await house.token(email)
    async with (
        house.browser(authorization=f"Bearer {here}") as person,
        await opened(house, there) as elsewhere,
        await opened(house, here) as mine,
    ):
        changed = await ask(person, CHANGE, c=PASSWORD, p="another good password")
        code, _ = await closed_with(elsewhere)
        await mine.send(json.dumps({"type": "ping"}))
        async with asyncio.timeout(10):
            assert json.loads(await mine.recv()) == {"type": "pong"}

    assert changed["data"]["passwordChange"]["problems"] == []
    assert code == 4403
    assert [await status_of(house, each) for each in (here, there)] == [200, 401]


@pytest.mark.parametrize("text", ["invitationAccept", "passwordReset"])
async def test_a_page_of_another_site_cannot_use_a_link(house: House, text: str) -> None:
    payload = "viewer { kind }" if text == "invitationAccept" else "problems { code }"
    query = f'mutation {{ {text}(input: {{token: "x", password: "a good long password"}}) {{ {payload} }} }}'
    email, _ = await house.person(await house.practice())
    async with house.browser() as browser:
        await ask(browser, SIGN_IN, input={"email": email, "password": PASSWORD})
        with_cookie = await browser.post("/graphql", json={"query": query}, headers={"origin": "https://evil.example"})
        simple = await browser.post(
            "/graphql", content=query, headers={"origin": "https://evil.example", "content-type": "text/plain"}
        )
        by_get = await browser.get("/graphql", params={"query": query}, headers={"accept": "application/json"})

    assert (with_cookie.status_code, by_get.status_code) == (403, 405)
    assert simple.status_code in (403, 415)
