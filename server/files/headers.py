"""What a browser may do with somebody else's file: the one place that says so, for our own answers and for links."""

from dataclasses import dataclass
from urllib.parse import quote

from domain import media
from resolvers.documents.reading import Readable

OCTETS = "application/octet-stream"
RUN_BY_BROWSERS = frozenset({"text/html", "image/svg+xml", "application/xml"})
"""Never sent under their own name, though they are only handed over as files: an old browser might open them."""
LOCKED = "default-src 'none'; sandbox; frame-ancestors 'none'"
VIEWED = (
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'"
)
# Browsers show PDF by a viewer of their own, which a sandbox would lock out with everything else.
PAGED = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a file is handed over."""

    media_type: str
    inline: bool

    @classmethod
    def of(cls, media_type: str, *, save: bool = False) -> "Delivery":
        """Shown in its place when that is harmless and nobody asked to save it; otherwise handed over as a file."""
        inline = media_type in media.INLINE and not save
        return cls(OCTETS if media_type in RUN_BY_BROWSERS else media_type, inline)

    @property
    def content_type(self) -> str:
        """The value of `Content-Type`."""
        return f"{self.media_type}; charset=utf-8" if self.media_type == "text/plain" else self.media_type

    def headers(self, file: Readable) -> dict[str, str]:
        """All headers that do not depend on which part of the file is sent."""
        policy = (PAGED if self.media_type == "application/pdf" else VIEWED) if self.inline else LOCKED
        return {
            "content-type": self.content_type,
            "content-disposition": disposition(file.file_name, file.bare_name, inline=self.inline),
            "content-security-policy": policy,
            "x-content-type-options": "nosniff",
            "x-frame-options": "SAMEORIGIN" if self.inline else "DENY",
            "cross-origin-resource-policy": "same-site",
            "referrer-policy": "no-referrer",
            "cache-control": "private, no-store",
            "accept-ranges": "bytes",
            "etag": file.etag,
        }


def disposition(file_name: str, bare_name: str, *, inline: bool) -> str:
    """`Content-Disposition` after RFC 6266: a plain name for old programs, and the real one in UTF-8 (RFC 8187)."""
    shown = "".join(character for character in file_name if character.isprintable())
    return f"{'inline' if inline else 'attachment'}; filename=\"{bare_name}\"; filename*=UTF-8''{quote(shown, safe='')}"
