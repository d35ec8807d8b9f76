"""What a person is called: which of several names is shown, which stands on papers, which one sorts by."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from domain import searching
from domain.clients import NameUse
from domain.texts import is_visible

UNNAMED = "No name"
"""Shown for somebody of whom no name is known; a name on a screen is never empty."""
SORT_NAME_CHARACTERS = 200

_SHOWN_FIRST = (NameUse.USED, NameUse.LEGAL, NameUse.FORMER)
_LEGAL_FIRST = (NameUse.LEGAL, NameUse.USED, NameUse.FORMER)
_FAMILY_FIRST_SCRIPTS = ("CJK UNIFIED", "HANGUL", "HIRAGANA", "KATAKANA")


class Name(Protocol):
    """One name of a person, with its use."""

    @property
    def use(self) -> NameUse:
        """What the name is used for."""

    @property
    def given(self) -> str | None:
        """The given names, as one text."""

    @property
    def family(self) -> str | None:
        """The family name."""


@dataclass(frozen=True, slots=True)
class PersonName:
    """One name of a person, with its use."""

    use: NameUse
    given: str | None = None
    family: str | None = None
    prefix: str | None = None
    suffix: str | None = None


def kept(names: Iterable[PersonName]) -> list[dict[str, str | None]]:
    """The names as plain JSON, for their column."""
    return [{**asdict(name), "use": name.use.value} for name in names]


def read(values: Iterable[Mapping[str, Any]]) -> list[PersonName]:
    """The names behind their plain JSON."""
    return [
        PersonName(
            NameUse(value["use"]), value.get("given"), value.get("family"), value.get("prefix"), value.get("suffix")
        )
        for value in values
    ]


def display_name(names: Iterable[Name]) -> str:
    """The name the person goes by, else the legal one, else a former one; never empty.

    Who goes by a given name alone keeps the legal family name: "Kit", legally Katherine Moore, is shown as
    "Kit Moore". A used name that consists of a family name alone is taken as the whole name.
    """
    return written(*_parts(names, _SHOWN_FIRST))


def legal_name(names: Iterable[Name]) -> str:
    """The name for official papers: the legal one, else what the person goes by; never empty."""
    return written(*_parts(names, _LEGAL_FIRST))


def sort_name(names: Iterable[Name]) -> str:
    """What lists are ordered by: family, then given name as shown, folded: Álvarez stands beside Alvarez."""
    given, family = _parts(names, _SHOWN_FIRST)
    folded = " ".join(searching.words(f"{family} {given}"))
    return (folded or searching.fold(UNNAMED))[:SORT_NAME_CHARACTERS]


def search_words(names: Iterable[Name]) -> set[str]:
    """The words under which the person is found, by any of their names."""
    parts = (part for name in names for part in (name.given, name.family) if part)
    return {word for part in parts for word in searching.words_of_name(part)}


def written(given: str | None, family: str | None) -> str:
    """Given name, then family name; in Chinese, Japanese or Korean writing the family name first, no blank."""
    given, family = _shown(given), _shown(family)
    if given and family and all(map(_is_family_first, given + family)):
        return family + given
    return f"{given} {family}".strip() or UNNAMED


def _parts(names: Iterable[Name], uses: tuple[NameUse, ...]) -> tuple[str, str]:
    known = [name for name in names if _shown(name.given) or _shown(name.family)]
    known.sort(key=lambda name: uses.index(name.use))  # stable: of several names with one use the first counts
    if not known:
        return "", ""
    given, family = _shown(known[0].given), _shown(known[0].family)
    if not family and known[0].use is NameUse.USED:
        family = next((_shown(name.family) for name in known if name.use is NameUse.LEGAL), "")
    return given, family


def _shown(part: str | None) -> str:
    """The part of a name, or nothing when there is nothing to see in it."""
    return part.strip() if part and is_visible(part) else ""


def _is_family_first(character: str) -> bool:
    return unicodedata.name(character, "").startswith(_FAMILY_FIRST_SCRIPTS)
