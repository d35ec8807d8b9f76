"""How texts come in: normalised, without what breaks storage, screens or trust, and within bounds."""

import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass, replace
from typing import NewType

from domain.refusals import Findings, Invalid, Path

# Texts of a known form, so that inputs and the graph can name it.
EmailAddress = NewType("EmailAddress", str)
PhoneNumber = NewType("PhoneNumber", str)
TimeZone = NewType("TimeZone", str)
Locale = NewType("Locale", str)


@dataclass(frozen=True, slots=True)
class TextKind:
    """What is expected of a text: at most so many characters after cleaning; on one line unless `lines`."""

    most: int
    lines: bool = False
    required: bool = True


NAME = TextKind(most=200)
"""One part of a person's name."""
OPTIONAL_NAME = TextKind(most=200, required=False)
TITLE = TextKind(most=200)
OPTIONAL_TITLE = TextKind(most=200, required=False)
LABEL = TextKind(most=100, required=False)
"""A few words: pronouns, gender, the label of a contact point, a role on the care team."""
LINE = TextKind(most=500, required=False)
"""One line of an address, a place, a name of a thing."""
FLAG = TextKind(most=500)
"""A warning, read at a glance."""
REASON = TextKind(most=1_000)
"""Why something was done, where the rule asks for it."""
OPTIONAL_REASON = TextKind(most=1_000, required=False)
PARAGRAPH = TextKind(most=5_000, lines=True, required=False)
"""A remark of a few sentences, line breaks allowed."""
MARKDOWN = TextKind(most=100_000, lines=True)
"""The body of a note."""
CODE = TextKind(most=200)
"""An identifier that somebody else gives out, or the name of the system that does."""
SEARCH = TextKind(most=200, required=False)
"""What somebody typed into a search field."""
EMAIL = TextKind(most=254)
"""RFC 5321: 64 characters, `@`, and a domain, 254 in all."""
PHONE = TextKind(most=16)
"""ITU E.164: a plus and at most 15 digits."""

_BEYOND_UNICODE = "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(17))
_REFUSED = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_BEYOND_UNICODE}]")
_BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_LINE_BREAKS = re.compile("[\n\t\u2028\u2029]")
_BLANK_START = re.compile(r"\A(?:[^\S\n]*\n)+")
_INVISIBLE_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_EMAIL_SHAPE = re.compile(
    r"[^\s@<>()\[\],;:\\\"]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W_](?:[\w-]{0,61}[^\W_])?"
)
_PHONE_SHAPE = re.compile(r"\+[1-9][0-9]{6,14}")
_LANGUAGE_SHAPE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}")


def clean(value: str, kind: TextKind, path: Path) -> str:
    """The text as it is kept; raises `Invalid` at the path.

    NFC, line ends as `\\n`, trimmed. Refused, because they break databases, screens or the reader's trust: NUL and
    other control characters, lone surrogates, noncharacters; on one line also characters that override the direction.
    """
    _refuse_characters(value, kind, path)
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    text = _BLANK_START.sub("", text).rstrip() if kind.lines else text.strip()
    if kind.required and not is_visible(text):
        raise Invalid(path, "must not be empty")
    if not kind.lines and _LINE_BREAKS.search(text):
        raise Invalid(path, "must stand on one line")
    if len(text) > kind.most:
        raise Invalid(path, f"must have at most {kind.most:,} characters, not {len(text):,}")
    return text


def taken(value: str, kind: TextKind, path: Path, findings: Findings) -> str:
    """The text as it is kept; what is wrong with it goes to the findings, and then the answer is empty."""
    try:
        return clean(value, kind, path)
    except Invalid as refusal:
        findings.add(refusal)
        return ""


def taken_or_none(value: str | None, kind: TextKind, path: Path, findings: Findings) -> str | None:
    """Like `taken`, for a text that may be left out: nothing to see is None."""
    if value is None:
        return None
    text = taken(value, replace(kind, required=False), path, findings)
    return text if is_visible(text) else None


def email(value: str, path: Path, findings: Findings) -> str:
    """An e-mail address as it is kept: the domain in lower case, the rest as given (RFC 5321 section 2.4)."""
    text = taken(value, EMAIL, path, findings)
    if text and not _EMAIL_SHAPE.fullmatch(text):
        findings.invalid(path, "must be an e-mail address")
        return ""
    local, _, domain = text.rpartition("@")
    return f"{local}@{domain.lower()}" if text else ""


def phone(value: str, path: Path, findings: Findings) -> str:
    """A telephone number in E.164 form; blanks, hyphens, dots, slashes and round brackets are taken out first."""
    text = re.sub(r"[\s().\-/]", "", taken(value, CODE, path, findings))
    if text and not _PHONE_SHAPE.fullmatch(text):
        findings.invalid(path, "must be a telephone number with its country code, such as +4930123456")
        return ""
    return text


def language(value: str, path: Path, findings: Findings) -> str:
    """A language tag of the shape of BCP 47, such as `de` or `pt-BR`, its case as that standard recommends."""
    text = taken(value, LABEL, path, findings)
    if text and not _LANGUAGE_SHAPE.fullmatch(text):
        findings.invalid(path, "must be a language tag, such as `de` or `pt-BR`")
        return ""
    first, *rest = text.split("-")
    cased = {2: str.upper, 4: str.title}
    return "-".join([first.lower(), *(cased.get(len(part), str.lower)(part) for part in rest)])


def time_zone(value: str, known: Container[str], path: Path, findings: Findings) -> str:
    """The name of a time zone of the IANA database, of which `known` holds all names."""
    text = taken(value, LABEL, path, findings)
    if text and text not in known:
        findings.invalid(path, "must be the name of a time zone, such as Europe/Berlin")
        return ""
    return text


def scrubbed(value: str, kind: TextKind) -> str:
    """For texts that come from another system and must not be lost: what `clean` would refuse is taken out.

    Too long a text is cut and ends in an ellipsis. May be empty.
    """
    text = _REFUSED.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    if not kind.lines:
        text = " ".join(_BIDI_CONTROLS.sub("", text).split())
    text = unicodedata.normalize("NFC", text)
    text = _BLANK_START.sub("", text).rstrip() if kind.lines else text.strip()
    return text if len(text) <= kind.most else f"{text[: kind.most - 1].rstrip()}…"


def is_visible(text: str) -> bool:
    """Whether there is anything to see: more than blanks, format characters and letters that have no shape."""
    return any(
        unicodedata.category(character)[0] in "LNPS" and character not in _INVISIBLE_LETTERS for character in text
    )


def _refuse_characters(value: str, kind: TextKind, path: Path) -> None:
    # Normalising takes time and never shrinks a text to a quarter: so an absurd length stops here.
    if len(value) > 4 * kind.most + 100:
        raise Invalid(path, f"must have at most {kind.most:,} characters, not {len(value):,}")
    refused = _REFUSED.search(value.replace("\r", "\n"))
    if refused is None and not kind.lines:
        refused = _BIDI_CONTROLS.search(value)
    if refused is not None:
        raise Invalid(path, f"must not contain the character U+{ord(refused.group()):04X}")
