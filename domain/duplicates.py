"""Whether two clients may be one person: a score with its reasons, only ever a hint to a person who decides.

E-mail and telephone are shared by families, so they count little; a name that differs altogether speaks against it
(twins share a birthday, a mother and all her contact points). The order of the two never matters.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from domain import searching
from domain.names import Name

HIGHEST = 100
DEFAULT_THRESHOLD = 60
WITHOUT_A_COMMON_NAME = 50
"""The most that two people with different names come to, unless an identifier is the same."""
OTHER_BIRTH_DATE = -30

Key = TypeVar("Key", bound=Hashable)


class LikenessReason(StrEnum):
    """What speaks for two clients being one person."""

    SAME_IDENTIFIER = "SAME_IDENTIFIER"
    """The same identifier from the same system."""
    SAME_NAME = "SAME_NAME"
    """The same given and family name, perhaps the other way round; case and accents do not count."""
    SIMILAR_NAME = "SIMILAR_NAME"
    """One of the two names is the same, the other differs by a letter or a shortening."""
    SAME_GIVEN_NAME = "SAME_GIVEN_NAME"
    """The same given name with another family name, as after a wedding."""
    SAME_BIRTH_DATE = "SAME_BIRTH_DATE"
    """Born on the same day."""
    SIMILAR_BIRTH_DATE = "SIMILAR_BIRTH_DATE"
    """Birth dates that differ as a slip of the hand makes them differ: one digit, or day and month exchanged."""
    SAME_EMAIL = "SAME_EMAIL"
    """The same e-mail address."""
    SAME_PHONE = "SAME_PHONE"
    """The same telephone number."""


_POINTS = {
    LikenessReason.SAME_IDENTIFIER: 100,
    LikenessReason.SAME_NAME: 40,
    LikenessReason.SIMILAR_NAME: 25,
    LikenessReason.SAME_GIVEN_NAME: 15,
    LikenessReason.SAME_BIRTH_DATE: 35,
    LikenessReason.SIMILAR_BIRTH_DATE: 15,
    LikenessReason.SAME_EMAIL: 25,
    LikenessReason.SAME_PHONE: 20,
}
_MOST_BY_NAME = _POINTS[LikenessReason.SAME_NAME] + _POINTS[LikenessReason.SIMILAR_BIRTH_DATE]
"""What two clients come to at most who share neither birth date, e-mail, telephone number nor identifier."""
_OF_NAMES = (LikenessReason.SAME_NAME, LikenessReason.SIMILAR_NAME, LikenessReason.SAME_GIVEN_NAME)


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a client is compared by, folded. Make it with `likeness`."""

    names: frozenset[tuple[str, str]]
    birth_date: date | None
    emails: frozenset[str]
    phones: frozenset[str]
    identifiers: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Resemblance:
    """How much two clients look alike: 0 to 100, and why, the weightiest reason first."""

    score: int
    reasons: tuple[LikenessReason, ...]


def likeness(
    names: Iterable[Name],
    birth_date: date | None = None,
    *,
    emails: Iterable[str] = (),
    phones: Iterable[str] = (),
    identifiers: Iterable[tuple[str, str]] = (),
) -> Likeness:
    """What a client is compared by; identifiers are pairs of system and value."""
    folded = ((_joined(name.given or ""), _joined(name.family or "")) for name in names)
    return Likeness(
        names=frozenset(pair for pair in folded if pair != ("", "")),
        birth_date=birth_date,
        emails=frozenset(filter(None, (searching.fold(email.strip()) for email in emails))),
        phones=frozenset(filter(None, (_joined(phone) for phone in phones))),
        identifiers=frozenset((system.strip(), _joined(value)) for system, value in identifiers if _joined(value)),
    )


def resemblance(one: Likeness, other: Likeness) -> Resemblance:
    """How much the two look alike, and why."""
    found = _reasons(one, other)
    score = sum(_POINTS[reason] for reason in found)
    if _is_born_otherwise(one, other) and LikenessReason.SIMILAR_BIRTH_DATE not in found:
        score += OTHER_BIRTH_DATE
    if LikenessReason.SAME_IDENTIFIER not in found and not any(reason in _OF_NAMES for reason in found):
        score = min(score, WITHOUT_A_COMMON_NAME)
    return Resemblance(min(HIGHEST, max(0, score)), tuple(sorted(found, key=lambda reason: -_POINTS[reason])))


def possible_duplicates(
    candidate: Likeness, known: Iterable[tuple[Key, Likeness]], threshold: int = DEFAULT_THRESHOLD
) -> list[tuple[Key, Resemblance]]:
    """Those of the known who reach the threshold, the most alike first; equals keep their order."""
    compared = ((key, resemblance(candidate, other)) for key, other in known)
    found = [(key, result) for key, result in compared if result.score >= threshold]
    return sorted(found, key=lambda pair: -pair[1].score)


def exact_words(candidate: Likeness, threshold: int = DEFAULT_THRESHOLD) -> list[str]:
    """Words of `search_word`, of which a possible duplicate has at least one, unless it has the same birth date.

    Names are among them only where they could be enough: thousands may share a given name, few a telephone number.
    """
    found = {email[: searching.MOST_CHARACTERS] for email in candidate.emails}
    found |= candidate.phones | {value for _, value in candidate.identifiers}
    if threshold <= _MOST_BY_NAME:
        found |= {part for name in candidate.names for part in name if part}
    return sorted(word[: searching.MOST_CHARACTERS] for word in found)


def _reasons(one: Likeness, other: Likeness) -> list[LikenessReason]:
    found = [_name_reason(one, other), _birth_reason(one, other)]
    if one.identifiers & other.identifiers:
        found.append(LikenessReason.SAME_IDENTIFIER)
    if one.emails & other.emails:
        found.append(LikenessReason.SAME_EMAIL)
    if one.phones & other.phones:
        found.append(LikenessReason.SAME_PHONE)
    return [reason for reason in found if reason is not None]


def _name_reason(one: Likeness, other: Likeness) -> LikenessReason | None:
    found = {_name_likeness(first, second) for first in one.names for second in other.names}
    return next((reason for reason in _OF_NAMES if reason in found), None)


def _name_likeness(one: tuple[str, str], other: tuple[str, str]) -> LikenessReason | None:
    if one in (other, other[::-1]):
        return LikenessReason.SAME_NAME
    same_given, same_family = (bool(first) and first == second for first, second in zip(one, other, strict=True))
    if (same_family and _is_close(one[0], other[0])) or (same_given and _is_close(one[1], other[1])):
        return LikenessReason.SIMILAR_NAME
    return LikenessReason.SAME_GIVEN_NAME if same_given else None


def _is_close(one: str, other: str) -> bool:
    """One of the two is missing, shortens the other, or they differ by one letter."""
    shorter, longer = sorted((one, other), key=len)
    if not shorter:
        return True
    if len(shorter) >= 2 and longer.startswith(shorter):
        return True
    return len(shorter) >= 3 and _is_one_letter_apart(shorter, longer)


def _is_one_letter_apart(shorter: str, longer: str) -> bool:
    if len(longer) - len(shorter) > 1:
        return False
    place = next((at for at, letter in enumerate(shorter) if letter != longer[at]), len(shorter))
    skip = 1 if len(shorter) == len(longer) else 0
    exchanged = shorter[place : place + 2] == longer[place : place + 2][::-1] and skip
    return shorter[place + skip :] == longer[place + 1 :] or bool(
        exchanged and shorter[place + 2 :] == longer[place + 2 :]
    )


def _birth_reason(one: Likeness, other: Likeness) -> LikenessReason | None:
    if one.birth_date is None or other.birth_date is None:
        return None
    if one.birth_date == other.birth_date:
        return LikenessReason.SAME_BIRTH_DATE
    first, second = one.birth_date, other.birth_date
    exchanged = (first.year, first.month, first.day) == (second.year, second.day, second.month)
    differing = sum(a != b for a, b in zip(first.isoformat(), second.isoformat(), strict=True))
    return LikenessReason.SIMILAR_BIRTH_DATE if exchanged or differing == 1 else None


def _is_born_otherwise(one: Likeness, other: Likeness) -> bool:
    return one.birth_date is not None and other.birth_date is not None and one.birth_date != other.birth_date


def _joined(text: str) -> str:
    return "".join(searching.words(text))
