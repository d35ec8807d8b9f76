"""What tests send in: small files of known kinds, and the steps of sending one in over HTTP."""

import asyncio
import hashlib
import struct
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import httpx

PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"

BEGIN = """
mutation ($input: DocumentUploadBeginInput!) {
  documentUploadBegin(input: $input) {
    upload { id state size partSize parts { number size stored link { url method headers { name value } } } }
    duplicates { id document { name } }
    problems { code message path }
  }
}
"""
ADD_VERSION = """
mutation ($input: DocumentVersionAddInput!) {
  documentVersionAdd(input: $input) {
    upload { id state size partSize parts { number size stored link { url method headers { name value } } } }
    duplicates { id }
    problems { code message path }
  }
}
"""
COMPLETE = """
mutation ($input: DocumentUploadCompleteInput!) {
  documentUploadComplete(input: $input) { upload { id state refusal } problems { code message path } }
}
"""
UPLOAD = """
query ($id: ID!) {
  upload(id: $id) {
    state refusal
    parts(first: 1000) { number size stored link { url method headers { name value } } }
    document { id name kind version current { id number url thumbnailUrl mediaType size sha256 } }
    version { id number url thumbnailUrl mediaType size sha256 }
  }
}
"""


def png(width: int = 40, height: int = 30, remark: bytes = b"") -> bytes:
    """A picture, all red, perhaps with a remark in it."""
    rows = (b"\x00" + b"\xe0\x20\x20" * width) * height
    remarks = _chunk(b"tEXt", b"Comment\x00" + remark) if remark else b""
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + remarks
        + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")
    )  # fmt: skip


def bomb(edge: int = 60_000) -> bytes:
    """A picture of a few kilobytes that says it is 60,000 by 60,000, and is: its rows are all alike."""
    packer = zlib.compressobj(9)
    row = b"\x00" + bytes(edge // 8)
    packed = b"".join(packer.compress(row) for _ in range(edge)) + packer.flush()
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", edge, edge, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def zip_bomb() -> bytes:
    """A zip of a few kilobytes that unfolds to a hundred megabytes."""
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        packed.writestr("zeros", bytes(100 << 20))
    return kept.getvalue()


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


@dataclass
class Sender:
    """Somebody with a token who sends documents in."""

    browser: httpx.AsyncClient
    token: str

    async def ask(self, query: str, **variables: Any) -> Any:
        """The data of an operation that must go well."""
        headers = {"authorization": f"Bearer {self.token}"}
        answer = await self.browser.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
        body = answer.json()
        assert "errors" not in body, body
        return body["data"]

    async def begin(self, client_id: str, content: bytes, **said: Any) -> Any:
        """What comes of beginning to send a document in."""
        given = {
            "clientId": client_id, "name": "Letter.pdf", "kind": "REFERRAL_FORM", "mediaType": "application/pdf",
            "size": len(content), "sha256": hashlib.sha256(content).hexdigest(), **said,
        }  # fmt: skip
        return (await self.ask(BEGIN, input=given))["documentUploadBegin"]

    async def send(self, part: dict[str, Any], content: bytes) -> httpx.Response:
        """Send the bytes of a part by its link, and nothing else: no token, no cookie."""
        link = part["link"]
        headers = {each["name"]: each["value"] for each in link["headers"]}
        url = httpx.URL(link["url"])
        target = url if url.is_absolute_url else self.browser.base_url.join(url)
        async with httpx.AsyncClient(timeout=60) as stranger:
            return await stranger.request(link["method"], target, content=content, headers=headers)

    async def send_all(self, upload: dict[str, Any], content: bytes) -> None:
        """Send every part that is missing."""
        start = 0
        for part in upload["parts"]:
            if part["link"] is not None:
                response = await self.send(part, content[start : start + part["size"]])
                assert response.status_code in (200, 204), (response.status_code, response.text)
            start += part["size"]

    async def complete(self, upload_id: str) -> Any:
        """What comes of completing an upload."""
        return (await self.ask(COMPLETE, input={"id": upload_id}))["documentUploadComplete"]

    async def ended(self, upload_id: str, seconds: float = 30) -> Any:
        """The upload when nobody looks at it any more."""
        async with asyncio.timeout(seconds):
            found = await self.upload(upload_id)
            while found["state"] in ("WAITING", "CHECKING"):
                await asyncio.sleep(0.05)
                found = await self.upload(upload_id)
        return found

    async def upload(self, upload_id: str) -> Any:
        """The upload as it stands now, with fresh links."""
        return (await self.ask(UPLOAD, id=upload_id))["upload"]

    async def filed(self, client_id: str, content: bytes, **said: Any) -> Any:
        """A document, from the first step to the last."""
        begun = await self.begin(client_id, content, **said)
        assert begun["problems"] == []
        await self.send_all(begun["upload"], content)
        assert (await self.complete(begun["upload"]["id"]))["problems"] == []
        ended = await self.ended(begun["upload"]["id"])
        assert ended["state"] == "AVAILABLE", ended
        return ended["document"]

    async def read(self, url: str, **headers: str) -> httpx.Response:
        """What is read at a file's address, led on where that leads on; the token goes to our own server only."""
        answer = await self.browser.get(url, headers={"authorization": f"Bearer {self.token}", **headers})
        if answer.status_code == 302:
            async with httpx.AsyncClient() as stranger:
                return await stranger.get(answer.headers["location"], headers=headers)
        return answer
