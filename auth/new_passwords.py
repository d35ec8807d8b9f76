"""Passwords that are new: invented ones, and what is asked of one that somebody chose."""

import secrets

SHORTEST, LONGEST = 12, 1_000
"""Characters. Long enough to need no rules about their kinds (NIST SP 800-63B section 3.1.1.2)."""
_UNMISTAKABLE = "23456789abcdefghjkmnpqrstuvwxyz"
_GROUPS, _GROUP_CHARACTERS = 4, 4


def invented() -> str:
    """A random password of 79 bits that can be read out over the telephone."""
    groups = ("".join(secrets.choice(_UNMISTAKABLE) for _ in range(_GROUP_CHARACTERS)) for _ in range(_GROUPS))
    return "-".join(groups)


def is_long_enough(password: str) -> bool:
    """Whether a chosen password may be used."""
    return SHORTEST <= len(password) <= LONGEST
