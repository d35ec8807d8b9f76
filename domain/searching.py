"""How people, numbers and codes are found: folded words, and ranges that find every word with a prefix.

Words are compared by code point (PostgreSQL: `COLLATE "C"`; SQLite's default), so a prefix is a range of an index.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

MOST_CHARACTERS = 64
"""Longer words are cut, both where they are kept and where they are asked for."""
MOST_PREFIXES = 8
"""More words in a query are left out: eight find anybody."""
SHORTEST_PHONE_END = 4
"""The last digits of a telephone number by which it can be found, at the least."""

_LETTERS_WITHOUT_PARTS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ı": "i", "ŧ": "t", "ŋ": "n"}
)
_LOOKS_LIKE_PHONE = re.compile(r"[+(]?[\d\s()./+-]{5,}")
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_LAST = "\U0010ffff"


def fold(text: str) -> str:
    """The text without case, width and diacritics: `Łukasz MÜLLER` becomes `lukasz muller`. Folding again is idle."""
    folded = text
    for _ in range(4):  # one round is enough for almost everything; a few letters fold to what folds once more
        before, folded = folded, _folded_once(folded)
        if folded == before:
            break
    return folded


def words(text: str) -> list[str]:
    """The folded words of a text, in order: letters and digits between anything else."""
    if text.isascii():  # the same, a hundred times faster: most long texts are
        return [word[:MOST_CHARACTERS] for word in _ASCII_WORD.findall(text.lower())]
    return [word[:MOST_CHARACTERS] for word in _split(fold(text))]


def words_of_name(name: str) -> set[str]:
    """The words under which a name is found: its parts, what a hyphen or apostrophe joins (`obrien`), all in one."""
    found = {"".join(words(name))[:MOST_CHARACTERS]} - {""}
    for token in fold(name).split():
        parts = _split(token)
        found.update(part[:MOST_CHARACTERS] for part in parts)
        found.update(["".join(parts)[:MOST_CHARACTERS]] if parts else [])
    return found


def words_of_code(code: str) -> set[str]:
    """The words under which a file number or an identifier is found: its parts, all in one, without zeros in front."""
    parts = words(code)
    joined = "".join(parts)[:MOST_CHARACTERS]
    found = {*parts, joined}
    found.update(word.lstrip("0") for word in (*parts, joined) if word.isdecimal())
    return found - {""}


def words_of_email(email: str) -> set[str]:
    """The words under which an e-mail address is found: the whole of it, and the parts before the `@`."""
    folded = fold(email.strip())
    return {folded[:MOST_CHARACTERS], *words(folded.rpartition("@")[0])} - {""}


def words_of_phone(number: str) -> set[str]:
    """The words under which a telephone number is found: its digits from any place on, so also without the country."""
    digits = _digits(number)[:MOST_CHARACTERS]
    ends = range(len(digits) - SHORTEST_PHONE_END + 1)
    return {digits[start:] for start in ends} | ({digits} if digits else set())


def prefixes(query: str) -> list[str]:
    """The folded prefixes of what somebody typed, all of which must match; none when there is nothing to look for."""
    if _LOOKS_LIKE_PHONE.fullmatch(query.strip()):
        digits = _digits(query.replace("(0)", ""))
        return [(digits.lstrip("0") or digits)[:MOST_CHARACTERS]] if digits else []
    found: dict[str, None] = {}
    for token in fold(query).split():
        for part in [token[:MOST_CHARACTERS]] if "@" in token.strip("@") else _split(token):
            found[part[:MOST_CHARACTERS]] = None
    return list(_widest(found))[:MOST_PREFIXES]


def words_kept(*texts: str | None) -> str:
    """The words of longer texts as they are kept beside them: each once, each behind a blank: ` to carry water`.

    A text is found by words that stand in one file, so a prefix is looked for in this line and needs no index.
    """
    found = dict.fromkeys(word for text in texts if text for word in words(text))
    return "".join(f" {word}" for word in found)


def prefixes_in_text(query: str) -> list[str]:
    """The folded prefixes by which a longer text is looked for, all of which must match. Only letters and digits."""
    return list(_widest(dict.fromkeys(words(query))))[:MOST_PREFIXES]


def is_in_text(kept: str, query: str) -> bool:
    """Whether a text kept as these words is an answer to the query: the rule that the statements follow."""
    return all(f" {prefix}" in kept for prefix in prefixes_in_text(query))


def prefix_range(prefix: str) -> tuple[str, str]:
    """`(low, high)` such that `low <= word < high` holds for exactly the words that begin with the prefix."""
    for place in range(len(prefix) - 1, -1, -1):
        following = _next_character(prefix[place])
        if following is not None:
            return prefix, prefix[:place] + following
    return prefix, _LAST * (MOST_CHARACTERS + 1)  # above every word, because words are not longer than that


def matches(found: Iterable[str], query: str) -> bool:
    """Whether something kept under these words is an answer to the query: the rule that the statements follow."""
    kept = list(found)
    return all(any(word.startswith(prefix) for word in kept) for prefix in prefixes(query))


def _folded_once(text: str) -> str:
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    # Classes below 10 are not diacritics: the marks of Indic and Japanese writing, without which a word is another.
    kept = "".join(character for character in apart if unicodedata.combining(character) < 10)
    return unicodedata.normalize("NFC", kept.translate(_LETTERS_WITHOUT_PARTS))


def _split(folded: str) -> list[str]:
    spaced = "".join(character if _is_of_word(character) else " " for character in folded)
    return spaced.split()


def _is_of_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM"


def _digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(character)) for character in text if character.isdecimal())


def _widest(found: Iterable[str]) -> Iterator[str]:
    """Without the prefixes that another one implies: whoever matches `annab` matches `anna` too."""
    all_found = list(found)
    for prefix in all_found:
        if not any(other != prefix and other.startswith(prefix) for other in all_found):
            yield prefix


def _next_character(character: str) -> str | None:
    if character == _LAST:
        return None
    number = ord(character) + 1
    return chr(0xE000 if 0xD800 <= number <= 0xDFFF else number)
