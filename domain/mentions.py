"""Naming a colleague in a text. A mention tells somebody of something; it never lets them see more than before."""

import re
from collections.abc import Iterable
from uuid import UUID

MOST = 20
"""More people are not told by one text."""

_MARK = re.compile(r"(?:@|\(@?)membership_([0-9a-f]{32})(?![0-9a-f])")


def marked(text: str) -> list[UUID]:
    """The members marked in a Markdown text, in order: `@membership_0192…` or `[@Ama](membership_0192…)`."""
    return list(dict.fromkeys(UUID(hex=digits) for digits in _MARK.findall(text)))


def of(text: str, given: Iterable[UUID], author: UUID | None) -> list[UUID]:
    """Who is mentioned, by the input or in the text, each once; who wrote it is not told of their own words."""
    found = dict.fromkeys([*given, *marked(text)])
    return [member for member in found if member != author]
