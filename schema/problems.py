"""What kept a mutation from being carried out: one type and one enum for the whole graph."""

import schema.given
from domain.refusals import Problem as ProblemRow
from domain.refusals import ProblemCode
from schema.fields import presents

schema.given.one_of(ProblemCode)


@presents(ProblemRow)
class Problem:
    """One thing that kept a mutation from being carried out."""

    code: ProblemCode
    "What kind of problem it is; programs go by this."
    message: str
    "One English sentence for people."
    path: list[str]
    "The place in the arguments it is about, such as `input`, `birthDate`; empty when it is about the whole."
