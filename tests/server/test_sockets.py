"""graphql-transport-ws, row by row, against a real server by a real client."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
import structlog
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol

from server.edge import Edge, SocketRules
from tests.server.casefile import id_of, member
from tests.server.serving import Served, served
from tests.waiting import until

COOKIE = "session"
PROTOCOL = Subprotocol("graphql-transport-ws")
RULES = SocketRules(
    first_message_seconds=0.3, recheck_seconds=0.1, operations=3, message_bytes=2_000, sockets=5, last_answers_seconds=1
)
COUNT = {"query": "subscription { count }"}
ENDLESS = {"query": "subscription { count(to: 1000000, pause: 0.005) }"}


@pytest.fixture(scope="module")
async def running() -> AsyncIterator[Served]:
    async with served(Edge(cookie=COOKIE, deadline_seconds=0.3, sockets=RULES)) as running:
        yield running


@pytest.fixture
async def server(running: Served) -> AsyncIterator[Served]:
    running.case_file.begin_anew()
    yield running
    await running.live.settles()


class Client:
    """A client that speaks in frames."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def say(self, kind: str, **parts: Any) -> None:
        await self.connection.send(json.dumps({"type": kind} | parts))

    async def hear(self) -> dict[str, Any]:
        heard: dict[str, Any] = json.loads(await asyncio.wait_for(self.connection.recv(), 2))
        return heard

    async def begin(self, **payload: Any) -> None:
        await self.say("connection_init", **({"payload": payload} if payload else {}))
        assert await self.hear() == {"type": "connection_ack"}

    async def subscribe(self, id: str, **payload: Any) -> None:
        await self.say("subscribe", id=id, payload=payload)

    async def answer(self, query: str, **payload: Any) -> dict[str, Any]:
        """The only payload of an operation that has one."""
        await self.subscribe("only", query=query, **payload)
        heard = await self.hear()
        if heard["type"] == "next":
            assert await self.hear() == {"id": "only", "type": "complete"}
        assert heard["id"] == "only"
        return heard

    async def rest(self, within: float = 2.0) -> list[dict[str, Any]]:
        """All that the server says until the socket is closed."""
        heard = []
        with suppress(ConnectionClosed):
            async with asyncio.timeout(within):
                async for message in self.connection:
                    heard.append(json.loads(message))
        return heard

    async def closed(self, within: float = 2.0) -> int | None:
        """The code that the server closes with, whatever it says before."""
        await self.rest(within)
        return self.connection.close_code


@asynccontextmanager
async def speaking(server: Served, **options: Any) -> AsyncIterator[Client]:
    """A client on an open socket, before its first message."""
    usual: dict[str, Any] = {"subprotocols": [PROTOCOL], "open_timeout": 2, "close_timeout": 1}
    async with connect(server.socket_url, **(usual | options)) as connection:
        yield Client(connection)


@asynccontextmanager
async def begun(server: Served, payload: dict[str, Any] | None = None, **options: Any) -> AsyncIterator[Client]:
    """A client whose socket is acknowledged."""
    async with speaking(server, **options) as client:
        await client.begin(**(payload or {}))
        yield client


async def test_a_socket_without_a_first_message_is_closed(server: Served) -> None:
    async with speaking(server) as client:
        assert await client.closed() == 4408


async def test_a_subscription_before_the_acknowledgement_closes(server: Served) -> None:
    async with speaking(server) as client:
        await client.subscribe("1", **COUNT)
        assert await client.closed() == 4401


async def test_a_second_first_message_closes(server: Served) -> None:
    async with begun(server) as client:
        await client.say("connection_init")
        assert await client.closed() == 4429


async def test_two_operations_under_one_id_close(server: Served) -> None:
    async with begun(server) as client:
        await client.subscribe("1", **ENDLESS)
        await client.subscribe("1", **ENDLESS)
        assert await client.closed() == 4409
    await server.live.settles()


MALFORMED: dict[str, str | bytes] = {
    "an unknown type": '{"type": "start"}',
    "no type": "{}",
    "a type that is no text": '{"type": 5}',
    "a message only servers send": '{"type": "next", "id": "1", "payload": {}}',
    "invalid JSON": "{",
    "nothing": "",
    "a lone surrogate": '{"type": "subscribe", "id": "1", "payload": {"query": "\\ud800"}}',
    "JSON nested 900 deep": "[" * 900,
    "binary": b'{"type": "ping"}',
    "a list": "[]",
    "null": "null",
    "a text": '"x"',
    "a number": "5",
    "no id": '{"type": "subscribe", "payload": {"query": "{ me { name } }"}}',
    "an id that is no text": '{"type": "subscribe", "id": 1, "payload": {"query": "{ me { name } }"}}',
    "an empty id": '{"type": "subscribe", "id": "", "payload": {"query": "{ me { name } }"}}',
    "no payload": '{"type": "subscribe", "id": "1"}',
    "a payload of null": '{"type": "subscribe", "id": "1", "payload": null}',
    "a payload of a list": '{"type": "subscribe", "id": "1", "payload": []}',
    "no query": '{"type": "subscribe", "id": "1", "payload": {}}',
    "a query that is no text": '{"type": "subscribe", "id": "1", "payload": {"query": 5}}',
    "variables that are a list": '{"type": "subscribe", "id": "1", "payload": {"query": "{ a }", "variables": [1]}}',
    "an operationName no text": '{"type": "subscribe", "id": "1", "payload": {"query": "{ a }", "operationName": {}}}',
    "extensions that are a text": '{"type": "subscribe", "id": "1", "payload": {"query": "{ a }", "extensions": "x"}}',
    "a ping with a payload of a text": '{"type": "ping", "payload": "x"}',
    "a completion without an id": '{"type": "complete"}',
}


@pytest.mark.parametrize("message", MALFORMED.values(), ids=MALFORMED.keys())
async def test_a_malformed_message_closes(server: Served, message: str | bytes) -> None:
    with structlog.testing.capture_logs() as logs:
        async with begun(server) as client:
            await client.connection.send(message)
            assert await client.closed() == 4400
    assert logs == []
    assert server.live.opened == []


@pytest.mark.parametrize("payload", ["x", [], 5, True], ids=repr)
async def test_a_first_message_of_a_wrong_shape_closes(server: Served, payload: object) -> None:
    async with speaking(server) as client:
        await client.say("connection_init", payload=payload)
        assert await client.closed() == 4400


@pytest.mark.parametrize("parts", [{}, {"payload": None}, {"payload": {}}, {"payload": {"other": 1}}], ids=str)
async def test_a_first_message_may_say_nothing(server: Served, parts: dict[str, Any]) -> None:
    async with speaking(server) as client:
        await client.say("connection_init", **parts)
        assert await client.hear() == {"type": "connection_ack"}


async def test_an_operation_is_followed_to_its_end(server: Served) -> None:
    async with begun(server) as client:
        await client.subscribe("1", **COUNT)
        heard = [await client.hear() for _ in range(4)]
    assert heard == [
        *({"id": "1", "type": "next", "payload": {"data": {"count": number}}} for number in range(3)),
        {"id": "1", "type": "complete"},
    ]


REFUSED = {
    "a syntax error": ({"query": "{"}, "BAD_DOCUMENT"),
    "an unknown operation name": ({"query": "query A { me { name } }", "operationName": "B"}, "BAD_DOCUMENT"),
    "a document that is not valid": ({"query": "{ nothing }"}, "BAD_DOCUMENT"),
    "a costly document": ({"query": "{ " + "me { name } " * 60 + "}"}, "TOO_COSTLY"),
    "a bad variable": ({"query": "query ($n: Int!) { me { friends(first: $n) { name } } }"}, "BAD_VARIABLES"),
    "NUL in a variable": ({"query": "{ me { name } }", "variables": {"a": "\0"}}, "BAD_REQUEST"),
    "a subscription that may not begin": ({"query": "subscription { denied }"}, "FORBIDDEN"),
    "an operation beyond its deadline": ({"query": "{ slow(seconds: 60) }"}, "TIMED_OUT"),
    "a bad idempotency key": ({"query": "{ me { name } }", "extensions": {"idempotencyKey": 5}}, "BAD_REQUEST"),
}


@pytest.mark.parametrize(("payload", "code"), REFUSED.values(), ids=REFUSED.keys())
async def test_an_operation_that_fails_ends_alone(server: Served, payload: dict[str, Any], code: str) -> None:
    async with begun(server) as client:
        await client.subscribe("1", **payload)
        heard = await client.hear()
        assert (heard["id"], heard["type"]) == ("1", "error")
        assert heard["payload"][0]["extensions"]["code"] == code
        assert (await client.answer("{ me { name } }"))["payload"] == {"data": {"me": {"name": "Ada"}}}
    assert server.live.open_operations == 0


async def test_an_error_leaves_other_operations_alone(server: Served) -> None:
    async with begun(server) as client:
        await client.subscribe("live", **ENDLESS)
        await client.subscribe("bad", query="{")
        while (await client.hear())["id"] != "bad":
            pass
        assert (await client.hear())["id"] == "live"


async def test_a_source_that_breaks_ends_its_operation_masked(server: Served) -> None:
    with structlog.testing.capture_logs():
        async with begun(server) as client:
            await client.subscribe("1", query="subscription { torn }")
            assert (await client.hear())["payload"] == {"data": {"torn": 0}}
            heard = await client.hear()
    assert heard["payload"][0]["extensions"]["code"] == "DEFECT"
    assert "hunter2" not in str(heard)


async def test_a_ping_is_answered_by_a_pong(server: Served) -> None:
    async with begun(server) as client:
        await client.say("ping", payload={"at": 1})
        assert await client.hear() == {"type": "pong"}


async def test_a_ping_is_answered_before_the_acknowledgement(server: Served) -> None:
    async with speaking(server) as client:
        await client.say("ping")
        assert await client.hear() == {"type": "pong"}


async def test_a_pong_and_a_completion_of_nothing_are_heard_in_silence(server: Served) -> None:
    async with begun(server) as client:
        await client.say("pong")
        await client.say("complete", id="nothing")
        await client.say("ping")
        assert await client.hear() == {"type": "pong"}


@pytest.mark.parametrize("protocols", [["graphql-ws"], ["other"], None], ids=str)
async def test_another_subprotocol_is_refused(server: Served, protocols: list[Subprotocol] | None) -> None:
    async with speaking(server, subprotocols=protocols) as client:
        assert client.connection.subprotocol is None
        assert await client.closed() == 4406


async def test_ours_is_chosen_among_several_subprotocols(server: Served) -> None:
    async with begun(server, subprotocols=[Subprotocol("graphql-ws"), PROTOCOL]) as client:
        assert client.connection.subprotocol == PROTOCOL


async def test_a_completion_stops_the_operation_and_its_clearing_up_runs(server: Served) -> None:
    async with begun(server) as client:
        await client.subscribe("1", **ENDLESS)
        await client.hear()
        await client.say("complete", id="1")
        await server.live.settles()
    assert server.live.open_operations == 0


async def test_nothing_is_heard_of_an_operation_after_its_completion(server: Served) -> None:
    async with begun(server) as client:
        await client.subscribe("1", **ENDLESS)
        await client.say("complete", id="1")
        await client.say("ping")
        while (await client.hear())["type"] != "pong":
            pass
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await client.connection.recv()


async def test_an_id_is_free_again_right_after_its_completion(server: Served) -> None:
    async with begun(server) as client:
        for _ in range(5):
            await client.subscribe("1", **ENDLESS)
            await client.say("complete", id="1")
        await client.subscribe("1", **COUNT)
        while (await client.hear())["type"] != "complete":
            pass
    await server.live.settles()


async def test_an_id_is_free_again_after_its_end(server: Served) -> None:
    async with begun(server) as client:
        for _ in range(3):
            assert (await client.answer("{ me { name } }"))["type"] == "next"


async def test_an_abrupt_drop_stops_everything(server: Served) -> None:
    async with begun(server) as client:
        for id in ("1", "2", "3"):
            await client.subscribe(id, **ENDLESS)
        await server.live.settles(running=3)
        client.connection.transport.abort()
        await server.live.settles()
    assert server.live.open_operations == 0


async def test_a_closed_socket_stops_a_mutation_like_any_operation(server: Served) -> None:
    async with begun(server) as client:
        await client.subscribe("1", query="{ slow(seconds: 60) }")
        await server.live.settles(running=1)
    await server.live.settles()


async def test_a_foreign_origin_is_refused(server: Served) -> None:
    with pytest.raises(InvalidStatus) as caught:
        async with speaking(server, origin=Origin("https://evil.example")):
            pass
    assert caught.value.response.status_code == 403


async def test_our_own_origin_is_taken(server: Served) -> None:
    async with begun(server, origin=Origin(f"http://{server.address}")) as client:
        assert (await client.answer("{ caller }"))["payload"] == {"data": {"caller": "nobody"}}


async def test_a_foreign_host_is_refused(server: Served) -> None:
    with pytest.raises(InvalidStatus) as caught:
        async with connect(
            "ws://evil.example/graphql",
            host="127.0.0.1",
            port=int(server.address.rpartition(":")[2]),
            subprotocols=[PROTOCOL],
        ):
            pass
    assert caught.value.response.status_code == 403


async def test_more_operations_than_allowed_are_refused_one_by_one(server: Served) -> None:
    async with begun(server) as client:
        for number in range(3):
            await client.subscribe(str(number), **ENDLESS)
        await client.subscribe("too many", **COUNT)
        while (heard := await client.hear())["type"] == "next":
            pass
        assert (heard["id"], heard["type"]) == ("too many", "error")
        assert heard["payload"][0]["extensions"]["code"] == "TOO_MANY_REQUESTS"
        await client.say("complete", id="0")
        await client.subscribe("one more", query="{ me { name } }")
        while (await client.hear())["id"] != "one more":
            pass


async def test_more_sockets_than_allowed_are_asked_to_come_later(server: Served) -> None:
    clients = [speaking(server) for _ in range(5)]
    for client in clients:
        await (await client.__aenter__()).begin()
    async with speaking(server) as client_too_many:
        assert await client_too_many.closed() == 1013
    for client in clients:
        await client.__aexit__(None, None, None)


async def test_a_message_too_long_closes(server: Served) -> None:
    async with begun(server) as client:
        await client.subscribe("1", query="{ me { name } }" + " " * 2_000)
        assert await client.closed() == 1009


async def test_a_message_longer_than_the_transport_takes_closes(server: Served) -> None:
    async with begun(server) as client:
        await client.connection.send("x" * (2**18 + 1))
        assert await client.closed() == 1009


async def test_queries_and_mutations_are_answered_too(server: Served) -> None:
    async with begun(server) as client:
        assert (await client.answer('mutation { rename(input: {name: "x"}) { name } }'))["type"] == "next"
        answered = await client.answer("query ($n: Int!) { me { friends(first: $n) { name } } }", variables={"n": 1})
    assert answered["payload"] == {"data": {"me": {"friends": [{"name": "Ada0"}]}}}
    assert server.live.written == ["x"]


async def test_a_failed_field_is_part_of_the_answer(server: Served) -> None:
    async with begun(server) as client:
        answered = await client.answer("{ secret }")
    assert answered["payload"]["data"] == {"secret": None}
    assert answered["payload"]["errors"][0]["extensions"] == {"code": "FORBIDDEN"}


async def test_each_operation_is_one_of_its_own(server: Served) -> None:
    async with begun(server) as client:
        ids = {(await client.answer("{ requestId }"))["payload"]["data"]["requestId"] for _ in range(3)}
    assert len(ids) == 3
    assert len({id(operation) for operation in server.live.opened}) == 3


async def test_an_idempotency_key_reaches_the_operation(server: Served) -> None:
    async with begun(server) as client:
        answered = await client.answer("{ idempotencyKey }", extensions={"idempotencyKey": "k-1"})
    assert answered["payload"] == {"data": {"idempotencyKey": "k-1"}}


async def test_the_caller_is_known_by_a_cookie(server: Served) -> None:
    headers = {"cookie": f"{COOKIE}=ada-token", "origin": f"http://{server.address}"}
    async with begun(server, additional_headers=headers) as client:
        assert (await client.answer("{ caller }"))["payload"] == {"data": {"caller": "Ada"}}


@pytest.mark.parametrize("name", ["authorization", "Authorization"])
async def test_the_caller_is_known_by_the_first_message(server: Served, name: str) -> None:
    async with begun(server, {name: "Bearer bob-token"}) as client:
        assert (await client.answer("{ caller }"))["payload"] == {"data": {"caller": "Bob"}}


@pytest.mark.parametrize("authorization", ["Bearer stolen", "Basic YTpi", "Bearer ", 5], ids=repr)
async def test_an_authorization_that_is_refused_closes(server: Served, authorization: object) -> None:
    async with speaking(server) as client:
        await client.say("connection_init", payload={"authorization": authorization})
        assert await client.closed() == 4403


async def test_a_session_that_ends_closes_its_socket_and_all_that_runs_on_it(server: Served) -> None:
    async with begun(server, {"authorization": "Bearer ada-token"}) as client:
        await client.subscribe("1", **ENDLESS)
        await server.live.settles(running=1)
        del server.case_file.sessions["ada-token"]
        assert await client.closed(within=1) == 4403
    await server.live.settles()


async def test_the_session_of_a_cookie_that_ends_closes_its_socket(server: Served) -> None:
    async with begun(server, additional_headers={"cookie": f"{COOKIE}=ada-token"}) as client:
        del server.case_file.sessions["ada-token"]
        assert await client.closed(within=1) == 4403


async def test_a_session_is_looked_at_again_for_every_operation(server: Served) -> None:
    async with begun(server, {"authorization": "Bearer ada-token"}) as client:
        del server.case_file.sessions["ada-token"]
        await client.subscribe("1", query="{ caller }")
        assert await client.closed(within=0.09) == 4403
    assert server.live.opened == []


async def test_a_session_that_goes_over_to_another_practice_closes_its_socket(server: Served) -> None:
    async with begun(server, {"authorization": "Bearer ada-token"}) as client:
        server.case_file.sessions["ada-token"] = member("Ada", practice="Elm Street")
        assert await client.closed(within=1) == 4403


async def test_a_session_that_enters_a_practice_goes_on_in_it(server: Served) -> None:
    async with begun(server, {"authorization": "Bearer new-token"}) as client:
        await client.answer("{ caller }")
        server.case_file.sessions["new-token"] = member("Eve")
        await client.answer("{ caller }")
    assert [operation.viewer.practice_id for operation in server.live.opened] == [None, id_of("Oak Street")]


async def test_a_stopping_server_answers_what_is_under_way_and_goes_away() -> None:
    async with served(Edge(sockets=RULES)) as server, begun(server) as client:
        await client.subscribe("live", **ENDLESS)
        await client.subscribe("query", query="{ slow(seconds: 0.2) }")
        await server.live.settles(running=2)
        server.server.should_exit = True
        heard = await client.rest()
        assert client.connection.close_code == 1001
    of_query = [message["type"] for message in heard if message["id"] == "query"]
    assert of_query == ["next", "complete"]
    assert {message["type"] for message in heard if message["id"] == "live"} == {"next"}
    assert server.live.running == 0


async def test_the_open_sockets_and_subscriptions_are_counted(server: Served) -> None:
    metrics = server.app.state.metrics
    async with begun(server) as client:
        await client.subscribe("1", **ENDLESS)
        await server.live.settles(running=1)
        assert (metrics.sockets._value.get(), metrics.subscriptions._value.get()) == (1, 1)
    await server.live.settles()
    await until(lambda: (metrics.sockets._value.get(), metrics.subscriptions._value.get()) == (0, 0))
