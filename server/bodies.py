"""Reading a body no further than it may be long."""

from starlette.requests import Request

from server.refusals import TooLarge, WrongMediaType


async def read(request: Request, most_bytes: int) -> bytes:
    """The whole body. Raises `TooLarge` as soon as it is known to be, and `WrongMediaType` for a compressed one."""
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise WrongMediaType("A compressed body is not taken.")
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced[:20]) > most_bytes:
        raise _too_large(most_bytes)
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most_bytes:
            raise _too_large(most_bytes)
        chunks.append(chunk)
    return b"".join(chunks)


def _too_large(most_bytes: int) -> TooLarge:
    return TooLarge(f"A request may bring at most {most_bytes} bytes.")
