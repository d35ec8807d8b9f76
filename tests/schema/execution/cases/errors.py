"""Section 6.4.4, handling errors: where null goes when it may not stay, and what else lives."""

from tests.schema.execution.cases.case import Case
from tests.schema.execution.corpus.rows import Fault

RAISES, ANSWERS, DENIES, NONE, FEW, STRANGE = Fault


def failing(says: str, text: str, errors: int, spoils: dict[str, object] | None = None, **faults: Fault) -> Case:
    """An operation some of whose questions fail."""
    return Case(f"6.4.4 {says}", text, faults=faults, spoils=spoils or {}, errors=errors)


# One line a case.
# fmt: off
ERRORS = [
    failing("null in a nullable field stays", "{ animals { name owner { name } } }", 0, owners=NONE),
    failing("null in a sure field goes to its object", "{ boxes { number mark } animal { name } }", 1, marks=NONE),
    failing("null in a sure field of a nullable object", "{ animal { name ... on Cat { sureOwner { name } } } person { name } }", 1, sure_owners=NONE),
    failing("null in a sure field of a nullable item", "{ people(first: 6) { name pets { ... on Cat { name sureOwner { name } } } } }", -1, sure_owners=NONE),
    failing("an exception in a sure field of a nullable item", "{ people(first: 6) { name pets { ... on Cat { name sureOwner { name } } } } }", -1, sure_owners=ANSWERS),
    failing("null goes up several levels", "{ boxes { sureLid { sureLid { sureLid { mark } } } } animal { name } }", 1, marks=NONE),
    failing("null goes up to the nullable one", "{ boxes { lid { sureLid { sureLid { mark } } label } number } }", 1, marks=NONE),
    failing("null goes up to the root", "{ surePerson(number: 99) { name } animal { name } }", 1),
    failing("null goes up to the root from below", "{ surePerson { friends { owner { name } } } animal { name } }", 1, friends=NONE),
    failing("an exception goes up to the root from below", "{ surePerson { friends { owner { name } } } animal { name } }", 1, friends=ANSWERS),
    failing("one error for each place", "{ people(first: 9) { name pets { name owner { name } } } }", -1, owners=ANSWERS),
    failing("two fields fail, each at its place", "{ people(first: 9) { pets { name } boxes { label } } }", 6, pets=ANSWERS, boxes_of=DENIES),
    failing("two sure fields fail under one place", "{ boxes { mark sureLid { number } label } }", 1, marks=ANSWERS, lids=NONE),
    failing("two sure fields fail under two places", "{ boxes { lid { mark } other: lid { sureLid { number } } } }", -1, marks=ANSWERS, lids=ANSWERS),
    failing("under several names", "{ boxes { a: lid { mark } b: lid { mark } label } }", 2, marks=NONE),
    failing("one error of a field that was merged", "{ animals { friends { name } friends { mood } } }", 1, friends=RAISES),
    failing("locations of every part of a merged field", "{\n  animal {\n    owner { name }\n    ...F\n  }\n}\nfragment F on Cat {\n  owner { mood }\n}", 1, owners=ANSWERS),
    failing("strange answers", "{ boxes(first: 4) { number lid { label } } }", 2, lids=STRANGE),
    failing("strange answers where sure", "{ boxes(first: 4) { number sureLid { label } } animal { name } }", 1, lids=STRANGE),
    failing("strange beings", "{ people(first: 4) { name best { name } } }", 2, best=STRANGE),
    failing("strange lists", "{ people(first: 4) { name pets { name } } }", 2, pets=STRANGE),
    failing("strange leaves", "{ boxes(first: 4) { mark } }", 1, marks=STRANGE),
    failing("a leaf from a question is an exception", "{ beings(numbers: [1, 101]) { number name } }", 2, numbers=ANSWERS),
    failing("a leaf from a question is null", "{ beings(numbers: [1, 101, 2]) { number name } }", 2, numbers=NONE),
    failing("a leaf from a question is null where nobody may be missing", "{ sureBeings(numbers: [2, 1, 101]) { number name } }", 1, numbers=NONE),
    failing("an answer is missing for a sure list", "{ people { friends { name } } animal { name } }", 1, friends=FEW),
    failing("everything fails", "{ people { name best { name } pets { name } boxes { label } } }", 9, best=RAISES, pets=RAISES, boxes_of=RAISES),
    failing("siblings live", "{ people(first: 4) { name mood pets { name } friends { name } } animals { name } }", 2, pets=DENIES),
    failing("nothing is asked below a place that is null", "{ people { friends { best { friends { name } } } } }", 1, friends=ANSWERS),
    failing("a spoiled leaf in a list of lists", "{ boxes(first: 4) { shelves { name mood } } }", -1, {"animal 1 mood": None}),
    failing("a spoiled leaf in a sure list of lists", "{ boxes(first: 4) { lid { fullShelves { mood } } } }", -1, {"animal 1 mood": None}),
    failing("a spoiled leaf in a nullable item", "{ people(first: 9) { name pets { mood } } }", -1, {"animal 5 mood": "sad"}),
    failing("spoiled leaves of one object", "{ animals { name mood lives } }", 1, {"animal 2 mood": None, "animal 2 lives": "x"}),
    failing("spoiled leaves of many objects", "{ animals(first: 9) { name lives tags } }", 3, {"animal 2 lives": "x", "animal 3 lives": 2**40, "animal 5 tags": 7}),
    failing("a name of a type lives beside an error", "{ boxes { __typename lid { __typename mark } } }", 1, marks=NONE),
    failing("errors below a union", "{ found { ... on Cat { sureOwner { name } } ... on Box { mark } ... on Person { pets { name } } } }", 2, sure_owners=NONE, marks=NONE),
    failing("errors below a sure union", "{ boxes(first: 2) { sureThings { ... on Cat { name } } } animal { name } }", 1, things=STRANGE),
    failing("a field of its own gives null where sure", "{ people(first: 12) { name whisper } }", 1),
    failing("a field of its own gives null below a nullable one", "{ person(number: 12) { name whisper } animal { name } }", 1),
    failing("errors at a root, and data beside them", "{ broken { name } refused givenError animal { name } }", 3),
    failing("errors under names of lists", "{ a: people { x: pets { y: owner { name } } } }", -1, owners=DENIES),
]
