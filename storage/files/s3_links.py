"""Links to a bucket, and whether browsers can use them."""

import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import aiohttp

from storage.files.errors import Denied, Unreachable
from storage.files.interface import Link, checked_name
from storage.files.s3_errors import told

if TYPE_CHECKING:
    from types_aiobotocore_s3 import S3Client

SIGNED_HEADERS = "X-Amz-SignedHeaders"
SENT_BY_ITSELF = ("host", "content-length")
"""Headers that every client of HTTP writes of its own accord, and browsers let nobody else write."""


class S3Links:
    """Signs links with the client whose endpoint they lead to."""

    def __init__(self, client: "S3Client") -> None:
        self._client = client

    async def to_read(
        self, named: Mapping[str, str], lifetime: timedelta, *, filename: str, media_type: str, inline: bool
    ) -> Link:
        """A link to read, whose answer says how it is to be shown and that nobody may keep it."""
        kind = "inline" if inline else "attachment"
        answer = {
            "ResponseContentDisposition": f'{kind}; filename="{checked_name(filename)}"',
            "ResponseContentType": media_type,
            "ResponseCacheControl": "private, no-store",
        }
        return await self._signed("get_object", "GET", {**named, **answer}, {}, lifetime)

    async def to_store(
        self, named: Mapping[str, str], lifetime: timedelta, *, size: int, sha256: bytes, media_type: str
    ) -> Link:
        """A link to store: size, digest, type and that nothing may lie there are signed with it."""
        digest = base64.b64encode(sha256).decode()
        permits = {"ContentLength": size, "ContentType": media_type, "IfNoneMatch": "*", "ChecksumSHA256": digest}
        headers = {"content-type": media_type, "if-none-match": "*", "x-amz-checksum-sha256": digest}
        return await self._signed("put_object", "PUT", {**named, **permits}, headers, lifetime)

    async def to_send_part(
        self, named: Mapping[str, str], lifetime: timedelta, *, upload_id: str, number: int, size: int
    ) -> Link:
        """A link to send a part: its size is signed with it."""
        permits = {"UploadId": upload_id, "PartNumber": number, "ContentLength": size}
        return await self._signed("upload_part", "PUT", {**named, **permits}, {}, lifetime)

    async def _signed(
        self, operation: str, method: str, params: Mapping[str, Any], headers: Mapping[str, str], lifetime: timedelta
    ) -> Link:
        expires = datetime.now(UTC) + lifetime
        url = await self._client.generate_presigned_url(
            operation, Params=params, ExpiresIn=int(lifetime.total_seconds()), HttpMethod=method
        )
        signed = parse_qs(urlsplit(url).query)[SIGNED_HEADERS][0].split(";")
        # Nothing of what a link permits may be left unsigned, and nothing signed may be left unsaid.
        if sorted(signed) != sorted({*headers, "host", *(("content-length",) if method == "PUT" else ())}):
            raise RuntimeError(f"the library signed {signed} for {operation}")
        return Link(url, method, headers, expires)


async def reachable(store: str, link: Link, upload: Link, content: bytes, origins: Sequence[str]) -> None:
    """Whether a link gives what it should, and browsers on pages of these origins may read and store by links."""
    with told(store):
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session:
            async with session.get(link.url) as answer:
                if answer.status != 200 or await answer.read() != content:
                    raise Unreachable(store, f"does not honour its own links (status {answer.status}): see `public=`")
            for origin in origins:
                await preflight(store, session, upload, origin)


async def preflight(store: str, session: aiohttp.ClientSession, upload: Link, origin: str) -> None:
    """Ask as a browser does before it sends a file from a page of another origin."""
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": ",".join(sorted(upload.headers)),
    }
    async with session.options(upload.url, headers=asked) as answer:
        allowed = answer.headers.get("Access-Control-Allow-Origin")
        methods = answer.headers.get("Access-Control-Allow-Methods", "")
        if answer.status >= 300 or allowed not in ("*", origin) or "PUT" not in methods:
            says = f"lets no page of {origin} send files: give the bucket a CORS rule for it with GET and PUT"
            raise Denied(store, f"{says}, and the headers {', '.join(sorted(upload.headers))}")
