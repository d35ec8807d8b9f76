"""Why the rules say no, in codes and sentences."""

import pytest

from domain.refusals import (
    AlreadyDone,
    Conflict,
    Findings,
    IdempotencyMismatch,
    Invalid,
    LinkRefused,
    NotAllowedNow,
    NoteSigned,
    NotFound,
    NotYours,
    PossibleDuplicates,
    Problem,
    ProblemCode,
    Refusal,
    Refused,
    SignInRefused,
)


@pytest.mark.parametrize(
    ("refusal", "code", "message"),
    [
        (
            Invalid(("input", "birthDate"), "must not be in the future"),
            "INVALID",
            "Birth date must not be in the future.",
        ),
        (Invalid(("input", "names", "0"), "must not be empty"), "INVALID", "Names must not be empty."),
        (Invalid((), "must not be empty"), "INVALID", "The input must not be empty."),
        (NotFound("client"), "NOT_FOUND", "There is no such client."),
        (Conflict(7), "CONFLICT", "It was changed meanwhile: it now stands at version 7."),
        (PossibleDuplicates(1), "POSSIBLE_DUPLICATES", "One other looks like the same."),
        (PossibleDuplicates(3), "POSSIBLE_DUPLICATES", "3 others look like the same."),
        (NotAllowedNow("ARCHIVED", "be changed"), "NOT_ALLOWED_NOW", "Cannot be changed while ARCHIVED."),
        (AlreadyDone("ARCHIVED"), "ALREADY_DONE", "It is ARCHIVED already."),
        (IdempotencyMismatch(), "IDEMPOTENCY_MISMATCH", "This idempotency key was used before with another input."),
    ],
)
def test_every_refusal_gives_its_code_and_a_sentence(refusal: Refusal, code: str, message: str) -> None:
    assert (refusal.problem.code, refusal.problem.message) == (code, message)


def test_a_problem_knows_its_place_in_the_input() -> None:
    assert Invalid(("input", "title"), "must not be empty").problem.path == ("input", "title")


def test_every_code_of_the_enum_is_said_by_a_refusal() -> None:
    said = {
        kind.problem.code
        for kind in (
            Invalid((), ""), NotFound("client"), Conflict(1), PossibleDuplicates(1),
            NotAllowedNow("", ""), AlreadyDone(""), NoteSigned(), NotYours("", ""), IdempotencyMismatch(),
            SignInRefused(), LinkRefused(),
        )
    }  # fmt: skip
    assert said == set(ProblemCode)


def test_no_findings_refuse_nothing() -> None:
    findings = Findings()
    findings.settle()
    assert not findings


def test_a_single_finding_is_raised_as_it_is() -> None:
    findings = Findings()
    findings.add(Conflict(2))
    with pytest.raises(Conflict) as caught:
        findings.settle()
    assert caught.value.current_version == 2


def test_several_findings_are_raised_together_in_order() -> None:
    findings = Findings()
    findings.invalid(("title",), "must not be empty")
    findings.invalid(("body",), "must not be empty")
    with pytest.raises(Refused) as caught:
        findings.settle()
    assert caught.value.problems == (
        Problem(ProblemCode.INVALID, "Title must not be empty.", ("title",)),
        Problem(ProblemCode.INVALID, "Body must not be empty.", ("body",)),
    )
