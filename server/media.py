"""Which media types a request brings and wants (GraphQL over HTTP, draft of 2025)."""

from collections.abc import Iterator
from functools import lru_cache

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
HTML = "text/html"

_WILDCARDS = ("*/*", "application/*")


# A client says the same at each of its requests, and there are few kinds of clients.
@lru_cache(maxsize=64)
def answer_type(accept: str | None) -> str | None:
    """The media type to answer in; JSON for whoever has no wish, `None` when nothing we speak is wanted."""
    if not accept or not accept.strip():
        return JSON
    best, best_quality = None, 0.0
    for media_type, quality in _wishes(accept):
        spoken = JSON if media_type in _WILDCARDS else media_type
        if spoken in (JSON, GRAPHQL_JSON) and quality > best_quality:
            best, best_quality = spoken, quality
    return best


def wants_page(accept: str | None) -> bool:
    """Whether a person with a browser is asking, rather than a program."""
    wishes = dict(_wishes(accept or ""))
    return wishes.get(HTML, 0.0) > max(wishes.get(JSON, 0.0), wishes.get(GRAPHQL_JSON, 0.0))


@lru_cache(maxsize=64)
def is_json(content_type: str | None) -> bool:
    """Whether a body says that it is JSON in UTF-8: exactly, since anything looser opens the door to forged forms."""
    media_type, *parameters = (part.strip().lower() for part in (content_type or "").split(";"))
    charsets = [value.strip('" ') for name, _, value in (one.partition("=") for one in parameters) if name == "charset"]
    return media_type == JSON and all(charset in ("utf-8", "utf8") for charset in charsets)


def _wishes(accept: str) -> Iterator[tuple[str, float]]:
    for wish in accept.split(","):
        media_type, *parameters = (part.strip().lower() for part in wish.split(";"))
        qualities = [one.partition("=")[2] for one in parameters if one.startswith("q=")]
        yield media_type, _quality(qualities[0]) if qualities else 1.0


def _quality(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0
