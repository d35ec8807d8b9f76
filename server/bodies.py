"""Reading a body no further than it may be long."""

from starlette.requests import ClientDisconnect, Request

from server.refusals import TooLarge, WrongMediaType


async def read(request: Request, most_bytes: int) -> bytes:
    """The whole body. Raises `TooLarge` as soon as it is known to be, and `WrongMediaType` for a compressed one,
    and `ClientDisconnect`."""
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise WrongMediaType("A compressed body is not taken.")
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced[:20]) > most_bytes:
        raise _too_large(most_bytes)
    chunks, size, is_whole = [], 0, False
    while not is_whole:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > most_bytes:
            raise _too_large(most_bytes)
        chunks.append(chunk)
        is_whole = not message.get("more_body", False)
    return b"".join(chunks)


def _too_large(most_bytes: int) -> TooLarge:
    return TooLarge(f"A request may bring at most {most_bytes} bytes.")
