"""Why the rules say no.

    Refusal                    something the caller can mend; carries the Problems to show
    ├── Invalid                a value cannot be taken: where, and what is wrong with it
    ├── NotFound               does not exist or is out of reach; which of the two is never said
    ├── Conflict               somebody else changed it meanwhile: the version that stands now
    ├── PossibleDuplicates     seems to stand in the practice already: how many look alike
    ├── NotAllowedNow          where the thing stands does not allow what was asked: state and action
    ├── AlreadyDone            what was asked is so already: state and action
    ├── NoteSigned             what is signed stays as it is: an addendum says more
    ├── NotYours               only somebody else may do this: who wrote it, or who did not
    ├── IdempotencyMismatch    the idempotency key was used before, for something else
    ├── SignInRefused          e-mail or password is wrong
    ├── LinkRefused            the secret of a link opens nothing: why is never said
    └── Refused                several of these at once

Rules that look at a whole input write into a `Findings`, so that a form hears of everything at once.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Path = tuple[str, ...]
"""Where in the caller's input something stands: `("input", "names", "0", "given")`."""


class ProblemCode(StrEnum):
    """What kind of problem kept a mutation from being carried out."""

    INVALID = "INVALID"
    """A value of the input cannot be taken; `path` says which, `message` why."""
    NOT_FOUND = "NOT_FOUND"
    """There is no such thing within the caller's reach."""
    CONFLICT = "CONFLICT"
    """Somebody else changed it meanwhile; nothing was changed. Read it again, then decide."""
    POSSIBLE_DUPLICATES = "POSSIBLE_DUPLICATES"
    """It seems to exist already; nothing was created. Say so explicitly to create it all the same."""
    NOT_ALLOWED_NOW = "NOT_ALLOWED_NOW"
    """The state of the thing does not allow this."""
    ALREADY_DONE = "ALREADY_DONE"
    """It is so already; nothing was changed."""
    NOTE_SIGNED = "NOTE_SIGNED"
    """The note is signed, and what it says stays as it is; nothing was changed. An addendum can say more."""
    NOT_YOURS = "NOT_YOURS"
    """It is not for the caller to do this, but for somebody else who reaches the same."""
    SIGN_IN_REFUSED = "SIGN_IN_REFUSED"
    """The e-mail address or the password is wrong; nobody was signed in."""
    LINK_REFUSED = "LINK_REFUSED"
    """The link opens nothing: it was used, ran out, was withdrawn or never was. Ask for a new one."""
    IDEMPOTENCY_MISMATCH = "IDEMPOTENCY_MISMATCH"
    """The idempotency key was used before with another input; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that kept a mutation from being carried out."""

    code: ProblemCode
    """What kind of problem it is; programs go by this."""
    message: str
    """One English sentence for people."""
    path: Path = ()
    """The place in the input that it is about; empty when it is about the whole."""


class Refusal(Exception):
    """Something the caller can mend."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems = problems
        self.beside: dict[str, Any] = {}

    def with_beside(self, **beside: Any) -> "Refusal":
        """The same, with what a screen needs to mend it: fields of the outcome, such as `current_id`."""
        self.beside.update(beside)
        return self

    @property
    def problem(self) -> Problem:
        """The first of its problems; most refusals have exactly one."""
        return self.problems[0]


class Invalid(Refusal):
    """A value cannot be taken. The reason continues the sentence that the field's name begins: `must not be empty`."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(Problem(ProblemCode.INVALID, f"{_name_at(path)} {reason}.", path))


class NotFound(Refusal):
    """There is no such thing within reach. `kind` is its word in the graph: `client`, `journey`."""

    def __init__(self, kind: str, path: Path = ()) -> None:
        self.kind = kind
        super().__init__(Problem(ProblemCode.NOT_FOUND, f"There is no such {_words(kind)}.", path))


class Conflict(Refusal):
    """Somebody else changed it meanwhile."""

    def __init__(self, current_version: int, path: Path = ()) -> None:
        self.current_version = current_version
        sentence = f"It was changed meanwhile: it now stands at version {current_version}."
        super().__init__(Problem(ProblemCode.CONFLICT, sentence, path))


class PossibleDuplicates(Refusal):
    """It seems to stand in the practice already."""

    def __init__(self, count: int, path: Path = ()) -> None:
        self.count = count
        sentence = "One other looks like the same." if count == 1 else f"{count} others look like the same."
        super().__init__(Problem(ProblemCode.POSSIBLE_DUPLICATES, sentence, path))


class NotAllowedNow(Refusal):
    """The state does not allow the action. The action reads after "Cannot": `be restored`, `become ACTIVE`."""

    def __init__(self, state: str, action: str, path: Path = ()) -> None:
        self.state = state
        self.action = action
        super().__init__(Problem(ProblemCode.NOT_ALLOWED_NOW, f"Cannot {action} while {state}.", path))


class AlreadyDone(Refusal):
    """What was asked is so already."""

    def __init__(self, state: str, path: Path = ()) -> None:
        self.state = state
        super().__init__(Problem(ProblemCode.ALREADY_DONE, f"It is {state} already.", path))


class NoteSigned(Refusal):
    """What is signed stays as it is."""

    def __init__(self, path: Path = ()) -> None:
        sentence = "The note is signed, so what it says stays as it is; write an addendum."
        super().__init__(Problem(ProblemCode.NOTE_SIGNED, sentence, path))


class NotYours(Refusal):
    """It is not for the caller to do this. `who` begins the sentence: `who wrote the note`."""

    def __init__(self, who: str, action: str, path: Path = ()) -> None:
        super().__init__(Problem(ProblemCode.NOT_YOURS, f"Only {who} can {action}.", path))


class IdempotencyMismatch(Refusal):
    """The idempotency key was used before, for something else."""

    def __init__(self) -> None:
        sentence = "This idempotency key was used before with another input."
        super().__init__(Problem(ProblemCode.IDEMPOTENCY_MISMATCH, sentence))


class SignInRefused(Refusal):
    """No such login: which of address and password was wrong is never said."""

    def __init__(self) -> None:
        super().__init__(Problem(ProblemCode.SIGN_IN_REFUSED, "E-mail or password is wrong.", ("input",)))


class LinkRefused(Refusal):
    """The secret of a link opens nothing: whether it was used, ran out, was withdrawn or never was is never said."""

    def __init__(self) -> None:
        super().__init__(Problem(ProblemCode.LINK_REFUSED, "This link does not work any more.", ("input", "token")))


class Refused(Refusal):
    """Several problems at once."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        if not problems:
            raise ValueError("a refusal needs at least one problem")
        super().__init__(*problems)


class Findings:
    """Gathers what is wrong with an input; `settle` refuses it when anything is."""

    def __init__(self) -> None:
        self._refusals: list[Refusal] = []

    def __bool__(self) -> bool:
        return bool(self._refusals)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything found so far, in the order found."""
        return tuple(problem for refusal in self._refusals for problem in refusal.problems)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why values cannot be taken, each continuing the sentence that the name of its place begins."""
        return tuple(refusal.reason for refusal in self._refusals if isinstance(refusal, Invalid))

    def add(self, refusal: Refusal) -> None:
        """Note a refusal, and go on looking."""
        self._refusals.append(refusal)

    def invalid(self, path: Path, reason: str) -> None:
        """Note that the value at the path cannot be taken."""
        self.add(Invalid(path, reason))

    def settle(self) -> None:
        """Raise what was found: the refusal itself when it is the only one, else `Refused`; else nothing."""
        if len(self._refusals) == 1:
            raise self._refusals[0]
        if self._refusals:
            raise Refused(self.problems)


def _name_at(path: Path) -> str:
    named = [step for step in path if not step.isdigit()]
    words = _words(named[-1]) if named else "the input"
    return words[:1].upper() + words[1:]


def _words(name: str) -> str:
    """`birthDate` and `birth_date` as a person would write them: `birth date`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).replace("_", " ").lower()
