"""What is written in one turn of the loop leaves in one piece; nothing is lost, and nothing much is held."""

import asyncio
from typing import Any

from server.joining import MOST_HELD_BYTES, Joining
from tests.server.serving import served


class Wire(asyncio.Transport):
    """A transport that keeps what leaves."""

    def __init__(self) -> None:
        super().__init__({"peername": ("192.0.2.1", 443)})
        self.left: list[bytes] = []

    def write(self, data: Any) -> None:
        self.left.append(bytes(data))

    def close(self) -> None:
        self.left.append(b"closed")


def joining() -> tuple[Wire, Joining]:
    wire = Wire()
    return wire, Joining(wire, asyncio.get_running_loop())


async def test_a_head_and_its_body_leave_together() -> None:
    wire, joined = joining()
    joined.write(b"head ")
    joined.write(b"body")
    assert wire.left == []
    await asyncio.sleep(0)
    joined.write(b"next")
    await asyncio.sleep(0)
    assert wire.left == [b"head body", b"next"]


async def test_much_is_not_held() -> None:
    wire, joined = joining()
    joined.write(b"head ")
    joined.write(b"x" * MOST_HELD_BYTES)
    assert [len(each) for each in wire.left] == [MOST_HELD_BYTES + 5]
    joined.write(b"more")
    await asyncio.sleep(0)
    assert wire.left[1:] == [b"more"]


async def test_what_was_written_leaves_before_the_end() -> None:
    wire, joined = joining()
    joined.write(b"last")
    joined.close()
    await asyncio.sleep(0)
    assert wire.left == [b"last", b"closed"]


async def test_in_all_else_it_is_the_transport() -> None:
    _, joined = joining()
    assert joined.get_extra_info("peername") == ("192.0.2.1", 443)


async def test_two_requests_sent_at_once_are_answered_in_turn() -> None:
    request = b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n"
    async with served() as server:
        host, _, port = server.address.partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(request * 2)
        for _ in range(2):
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
            assert head.startswith(b"HTTP/1.1 200")
            length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
            await reader.readexactly(length)
        writer.close()
        await writer.wait_closed()
