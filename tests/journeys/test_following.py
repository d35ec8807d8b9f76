"""A timeline followed over a real WebSocket while somebody writes over HTTP."""

import asyncio
import json
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from tests.journeys.conftest import House, ask

CREATE = """
mutation { clientCreate(input: {names: [{use: LEGAL, given: "Ana", family: "Example"}]}) {
  client { id timeline(first: 1) { liveCursor } } problems { code }
} }
"""
NOTE = """
mutation ($id: ID!, $text: String!) {
  noteCreate(input: {clientId: $id, text: $text}) { note { id } problems { code } }
}
"""
FOLLOW = """
subscription ($id: ID!, $after: String) { timelineUpdates(clientId: $id, after: $after) {
  ... on TimelineUpdate { change cursor entry { summary subject { ... on Note { text } } } }
  ... on ResyncRequired { reason }
} }
"""


async def opened(house: House, token: str) -> ClientConnection:
    """A socket that has said who it is."""
    socket = await connect(f"ws://{house.address}/graphql", subprotocols=["graphql-transport-ws"])  # type: ignore[list-item] # a plain word
    await socket.send(json.dumps({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}}))
    assert json.loads(await socket.recv()) == {"type": "connection_ack"}
    return socket


async def follow(socket: ClientConnection, **variables: Any) -> None:
    """Begin to follow under the id 1."""
    await socket.send(
        json.dumps({"id": "1", "type": "subscribe", "payload": {"query": FOLLOW, "variables": variables}})
    )


async def text_of(socket: ClientConnection) -> tuple[str, str]:
    """The text of the next note, and the cursor behind it."""
    async with asyncio.timeout(10):
        message = json.loads(await socket.recv())
    update = message["payload"]["data"]["timelineUpdates"]
    return update["entry"]["subject"]["text"], update["cursor"]


async def test_what_is_written_meanwhile_and_while_away_arrives_once_and_in_order(house: House) -> None:
    email, _ = await house.person(await house.practice())
    token = await house.token(email)
    async with house.browser(authorization=f"Bearer {token}") as program:
        client = (await ask(program, CREATE))["data"]["clientCreate"]["client"]
        after = client["timeline"]["liveCursor"]

        async with await opened(house, token) as socket:
            await ask(program, NOTE, id=client["id"], text="before following")
            await follow(socket, id=client["id"], after=after)
            first, _ = await text_of(socket)
            await ask(program, NOTE, id=client["id"], text="while following")
            second, cursor = await text_of(socket)
        await ask(program, NOTE, id=client["id"], text="while away")
        async with await opened(house, token) as socket:
            await follow(socket, id=client["id"], after=cursor)
            third, _ = await text_of(socket)

    assert [first, second, third] == ["before following", "while following", "while away"]


async def test_a_client_of_another_practice_cannot_be_followed(house: House) -> None:
    email, _ = await house.person(await house.practice())
    stranger, _ = await house.person(await house.practice())
    async with house.browser(authorization=f"Bearer {await house.token(email)}") as program:
        client = (await ask(program, CREATE))["data"]["clientCreate"]["client"]

    async with await opened(house, await house.token(stranger)) as socket:
        await follow(socket, id=client["id"])
        async with asyncio.timeout(10):
            answer = json.loads(await socket.recv())

    assert answer["type"] == "error"
    assert [error["extensions"]["code"] for error in answer["payload"]] == ["NOT_FOUND"]
