"""FHIR's DocumentReference with text attachments as notes (https://hl7.org/fhir/R4/documentreference.html)."""

import base64
import binascii
import html
import re
from dataclasses import dataclass, field
from datetime import datetime

from domain import texts
from domain.fhir import times
from domain.fhir.times import Known, Precision
from domain.fhir.values import Json, Place, SourceIdentity, Troubles, object_at, objects_at, text_at, words_of
from domain.texts import MARKDOWN, TITLE

DEFAULT_TITLE = "Document"
MOST_ATTACHMENTS = 50

_BETWEEN_ATTACHMENTS = "\n\n---\n\n"
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_PLAIN_TYPES = frozenset({"text/plain", "text/markdown", "text/x-markdown"})
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_UNSHOWN = re.compile(r"<(script|style|head)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL)
_LINE_ENDS = re.compile(r"<(?:br|/p|/div|/h[1-6]|/li|/tr)\b[^>]*>", re.IGNORECASE)
_TAGS = re.compile(r"</?[a-zA-Z][^<>]*>|<![^<>]*>|<\?[^<>]*>")


@dataclass(frozen=True, slots=True)
class ImportedNote:
    """A text from another system, at its date."""

    source: SourceIdentity
    client: SourceIdentity
    encounter: SourceIdentity | None
    occurred_at: datetime
    precision: Precision
    title: str
    author: str | None
    custodian: str | None
    """The organisation that keeps the original."""
    status: str | None
    """`current` or `superseded`, as the other system had it."""
    text: str
    place: Place = field(default="", compare=False)
    """Where the input says it."""


def read(
    resource: Json, source: SourceIdentity, client: SourceIdentity, encounter: SourceIdentity | None,
    encounter_began: Known | None, troubles: Troubles,
) -> ImportedNote | None:  # fmt: skip
    """The note behind a DocumentReference; None, with the reason among the troubles, without a date or any text."""
    known = _date(resource) or encounter_began
    if known is None:
        troubles.wholly("has no date")
    text = _text(resource, troubles)
    if text is None:
        troubles.wholly("has no text that can be read", "content")
    elif len(text) > MARKDOWN.most:
        troubles.wholly(f"has a text of more than {MARKDOWN.most:,} characters", "content")
    if known is None or text is None or len(text) > MARKDOWN.most:
        return None
    return ImportedNote(
        source=source,
        client=client,
        encounter=encounter,
        occurred_at=known.moment,
        precision=known.precision,
        title=_title(resource),
        author=_author(resource),
        custodian=text_at(resource, "custodian", "display"),
        status=text_at(resource, "status"),
        text=text,
        place=troubles.place,
    )


def _date(resource: Json) -> Known | None:
    """When the document was made; else what it tells of; else when its text was written down."""
    candidates = [
        resource.get("date"),
        object_at(resource, "context", "period").get("start"),
        *(object_at(content, "attachment").get("creation") for content in objects_at(resource, "content")),
    ]
    return next((known for known in map(times.read, candidates) if known), None)


def _title(resource: Json) -> str:
    titles = (text_at(content, "attachment", "title") for content in objects_at(resource, "content"))
    said = (text_at(resource, "description"), *titles, words_of(object_at(resource, "type")))
    categories = map(words_of, objects_at(resource, "category"))
    return texts.scrubbed(next(filter(None, (*said, *categories)), DEFAULT_TITLE), TITLE)


def _author(resource: Json) -> str | None:
    names = [text_at(author, "display") for author in objects_at(resource, "author")]
    return ", ".join(filter(None, names)) or text_at(resource, "authenticator", "display")


def _text(resource: Json, troubles: Troubles) -> str | None:
    parts: list[str] = []
    for number, content in enumerate(objects_at(resource, "content")):
        at = f"content[{number}].attachment"
        if number >= MOST_ATTACHMENTS:
            troubles.partly(f"comes after the first {MOST_ATTACHMENTS} attachments", at)
            break
        part = _attachment(object_at(content, "attachment"), at, troubles)
        if part and part not in parts:  # the same text is often there twice, as plain text and as HTML
            parts.append(part)
    return _BETWEEN_ATTACHMENTS.join(parts) or None


def _attachment(attachment: Json, at: str, troubles: Troubles) -> str | None:
    data, media_type = attachment.get("data"), str(attachment.get("contentType") or "text/plain")
    kind = media_type.partition(";")[0].strip().lower()
    if not isinstance(data, str):
        troubles.partly("is kept elsewhere" if attachment.get("url") else "has no data", at)
    elif kind not in _PLAIN_TYPES | _HTML_TYPES:
        troubles.partly(f"is no text: {texts.scrubbed(kind, texts.LABEL)}", at)
    else:
        return _decoded(data, media_type, kind, at, troubles)
    return None


def _decoded(data: str, media_type: str, kind: str, at: str, troubles: Troubles) -> str | None:
    try:
        content = base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        troubles.partly("is not written in base64", at)
        return None
    text = _of_charset(content, media_type, at, troubles)
    if text is not None and kind in _HTML_TYPES:
        text = plain_of_html(text)
    return None if text is None else texts.scrubbed(text, texts.TextKind(most=len(text) + 1, lines=True)) or None


def _of_charset(content: bytes, media_type: str, at: str, troubles: Troubles) -> str | None:
    """The characters behind the bytes: by the charset said; else UTF-8, or Windows' Western one."""
    said = _CHARSET.search(media_type)
    for charset in [said.group(1)] if said else ["utf-8-sig", "cp1252"]:
        try:
            return content.decode(charset)
        except (LookupError, ValueError):
            continue
    troubles.partly(f"is not written in {said.group(1) if said else 'UTF-8'}", at)
    return None


def plain_of_html(text: str) -> str:
    """The words of an HTML text, line by line."""
    shown = _TAGS.sub("", _LINE_ENDS.sub("\n", _UNSHOWN.sub("", text)))
    lines = (" ".join(line.split()) for line in html.unescape(shown).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
