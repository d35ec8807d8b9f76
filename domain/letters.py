"""The letters that leave the house about people's own logins and work: who they are to, and what they say.

A letter names no client, and no reason that somebody wrote: a letter box is not a case file.
"""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter, in plain text. Its `repr` leaves out what it says: a link in it may be a secret."""

    to: str
    subject: str
    text: str

    def __repr__(self) -> str:
        return "Letter(…)"


def invitation(to: str, practice: str, inviter: str | None, link: str, ends_at: datetime) -> Letter:
    """An invitation to work for a practice."""
    who = f"{inviter} invites you" if inviter else "You are invited"
    return _letter(
        to,
        f"Invitation to {practice}",
        f"{who} to work for {practice}.",
        f"Open this link to accept. It works once, until {_until(ends_at)}:",
        link,
        "If you have a login with this address already, you keep it, and its password.",
        "If you did not expect this, nothing happens unless you open the link.",
    )


def password_reset(to: str, link: str, ends_at: datetime) -> Letter:
    """The way to a new password."""
    return _letter(
        to,
        "Choose a new password",
        "Somebody, probably you, asked for a new password for this address.",
        f"Open this link to choose one. It works once, until {_until(ends_at)}:",
        link,
        "If it was not you, nothing has changed, and nothing will unless you open the link.",
    )


def password_changed(to: str) -> Letter:
    """Word that a password is another one now."""
    return _letter(
        to,
        "Your password was changed",
        "The password of your login was changed, and you were signed out on your other devices.",
        "If it was not you, ask for a new password now, and tell an owner of your practice.",
    )


def email_change(to: str, link: str, ends_at: datetime) -> Letter:
    """The question to a new address whether it is the person's."""
    return _letter(
        to,
        "Confirm your new address",
        "Somebody, probably you, wants to sign in with this address from now on.",
        f"Open this link to confirm. It works once, until {_until(ends_at)}:",
        link,
        "If it was not you, nothing happens unless you open the link.",
    )


def email_changed(to: str) -> Letter:
    """Word to the old address that it is no longer a login's."""
    return _letter(
        to,
        "Your address was changed",
        "From now on your login has another address than this one.",
        "If it was not you, tell an owner of your practice at once.",
    )


def glass_broken(to: str, practice: str, who: str, from_at: datetime, to_at: datetime) -> Letter:
    """The alert to an owner that somebody opened a file in an emergency."""
    return _letter(
        to,
        f"{practice}: a file was opened in an emergency",
        f"{who} opened a client's file by breaking the glass, from {_until(from_at)} to {_until(to_at)}.",
        "Whose file it was, the reason given and everything read stand in Casegraph, where it waits for your review.",
    )


def _letter(to: str, subject: str, *paragraphs: str) -> Letter:
    return Letter(to, " ".join(subject.split()), "\n\n".join(paragraphs) + "\n")


def _until(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%d %B %Y, %H:%M} UTC"
