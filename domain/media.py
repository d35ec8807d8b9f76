"""What the bytes of a file are, told from its beginning: a closed list of what is taken, and what a browser may show.

Signatures after the WHATWG's MIME Sniffing Standard (https://mimesniff.spec.whatwg.org/), ISO 14496-12 (`ftyp` brands),
APPNOTE.TXT of PKWARE (zip), ECMA-376 and ODF 1.2 part 3 (office documents in zips), DICOM part 10 (`DICM`).
A file's name is never looked at.
"""

import re
from collections.abc import Mapping

HEAD_BYTES = 4096
"""How much of a file's beginning is looked at."""

ZIP = "application/zip"
OLE = "application/x-ole-storage"
_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"

_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (0, b"PK\x03\x04", ZIP),
    (0, b"PK\x05\x06", ZIP),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (0, b"{\\rtf", "application/rtf"),
    (128, b"DICM", "application/dicom"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"OggS\x00", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
_BRANDS = {
    b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heif", b"avif": "image/avif", b"avis": "image/avif",
    b"qt  ": "video/quicktime", b"M4A ": "audio/mp4",
}  # fmt: skip
_ZIPPED = {
    b"word/": f"{_OFFICE}.wordprocessingml.document",
    b"xl/": f"{_OFFICE}.spreadsheetml.sheet",
    b"ppt/": f"{_OFFICE}.presentationml.presentation",
}
_MARKUP = re.compile(
    rb"<(?P<name>!doctype\s+html|html|head|body|script|iframe|table|div|style|title|a|img|h1|p|br|!--"
    rb"|svg|\?xml|!doctype\s+svg)(?=[\s/>:]|\Z)?",
    re.IGNORECASE,
)
_EXECUTABLE = (b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe",
               b"\xcf\xfa\xed\xfe", b"#!", b"\x00asm", b"dex\n")  # fmt: skip

EXTENSIONS: Mapping[str, str] = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/bmp": "bmp",
    "image/tiff": "tiff",
    "image/heic": "heic",
    "image/heif": "heif",
    "image/avif": "avif",
    "image/svg+xml": "svg",
    "text/html": "html",
    "application/xml": "xml",
    "text/plain": "txt",
    "application/rtf": "rtf",
    f"{_OFFICE}.wordprocessingml.document": "docx",
    f"{_OFFICE}.spreadsheetml.sheet": "xlsx",
    f"{_OFFICE}.presentationml.presentation": "pptx",
    f"{_OPEN}.text": "odt",
    f"{_OPEN}.spreadsheet": "ods",
    f"{_OPEN}.presentation": "odp",
    OLE: "doc",
    ZIP: "zip",
    "application/dicom": "dcm",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/ogg": "ogg",
    "audio/flac": "flac",
    "audio/wav": "wav",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/webm": "webm",
}
"""Every type that is taken, as `sniffed` names it, and the ending of its files' names."""

INLINE = frozenset({
    "application/pdf", "image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/bmp", "text/plain",
    "audio/mpeg", "audio/mp4", "audio/ogg", "audio/wav", "video/mp4", "video/webm",
})  # fmt: skip
"""What a browser may show in its place, because nothing in it is ever run; all else is only handed over as a file."""
DRAWN = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp", "image/tiff"})
"""Pictures that a thumbnail is made of."""

_SAME: Mapping[str, str] = {
    "image/jpg": "image/jpeg", "image/pjpeg": "image/jpeg", "image/x-ms-bmp": "image/bmp", "image/tif": "image/tiff",
    "application/x-pdf": "application/pdf", "text/xml": "application/xml", "application/xhtml+xml": "text/html",
    "application/x-zip-compressed": ZIP, "application/msword": OLE, "application/vnd.ms-excel": OLE,
    "application/vnd.ms-powerpoint": OLE, "application/vnd.ms-outlook": OLE, "text/rtf": "application/rtf",
    "text/csv": "text/plain", "text/markdown": "text/plain", "text/calendar": "text/plain", "text/vcard": "text/plain",
    "application/json": "text/plain", "audio/mp3": "audio/mpeg", "audio/x-wav": "audio/wav", "audio/wave": "audio/wav",
    "audio/x-m4a": "audio/mp4", "audio/webm": "video/webm", "video/x-matroska": "video/webm", "video/ogg": "audio/ogg",
    "application/fhir+json": "text/plain", "application/fhir+xml": "application/xml",
}  # fmt: skip
_FAMILIES: Mapping[str, frozenset[str]] = {
    "image/heic": frozenset({"image/heif"}),
    "image/heif": frozenset({"image/heic"}),
    "audio/mp4": frozenset({"video/mp4"}),
    "video/quicktime": frozenset({"video/mp4"}),
    "video/mp4": frozenset({"video/quicktime"}),
}


def announced(media_type: str) -> str | None:
    """The type that somebody announces, as `sniffed` would name it; None for one that is not taken."""
    bare = media_type.partition(";")[0].strip().lower()
    named = _SAME.get(bare, bare)
    return named if named in EXTENSIONS else None


def sniffed(head: bytes) -> str | None:
    """What a file is by its first 4 KiB; None for programs, and for what is of no type that is taken."""
    head = head[:HEAD_BYTES]
    if head.startswith(_EXECUTABLE) or (head.startswith(b"MZ") and b"\x00" in head[:64]):
        return None
    if head.startswith(b"BM") and head[6:10] == b"\x00\x00\x00\x00":
        return "image/bmp"
    for at, signature, media_type in _SIGNATURES:
        if head[at : at + len(signature)] == signature:
            return _zipped(head) if media_type == ZIP else media_type
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    return _text(head)


def fits(declared: str, found: str) -> bool:
    """Whether content of the type found may go under the type that was announced."""
    return declared == found or found in _FAMILIES.get(declared, ())


def _zipped(head: bytes) -> str:
    """Office documents are zips: the names of their first entries tell which."""
    if head[30:38] == b"mimetype" and head[38:].startswith(_OPEN.encode()):
        named = re.match(rb"[a-z.-]+", head[38 + len(_OPEN) :])
        found = _OPEN + (named.group().decode() if named else "")
        return next((each for each in EXTENSIONS if each.startswith(_OPEN) and found.startswith(each)), ZIP)
    if b"[Content_Types].xml" in head or b"_rels/" in head:
        return next((each for mark, each in _ZIPPED.items() if mark in head), ZIP)
    return ZIP


def _text(head: bytes) -> str | None:
    """Text of some kind: markup that a browser would run is told from what it would only show."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _markup(head.replace(b"\x00", b"")[2:]) or "text/plain"
    text = head.removeprefix(b"\xef\xbb\xbf")
    if not text or any(byte < 0x09 or byte == 0x0B or 0x0E <= byte < 0x1B or 0x1B < byte < 0x20 for byte in text):
        return None
    return _markup(text) or "text/plain"


def _markup(text: bytes) -> str | None:
    found = _MARKUP.match(text.lstrip())
    if found is None:
        return None
    lowered = text.lower()
    if b"<svg" in lowered and b"<html" not in lowered:
        return "image/svg+xml"
    named = found["name"].lower()
    is_xml = named == b"?xml" and b"<html" not in lowered and b"<!doctype html" not in lowered
    return "application/xml" if is_xml else "text/html"
