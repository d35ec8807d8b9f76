"""Section 6.2, executing operations: queries (6.2.1), mutations (6.2.2), subscriptions (6.2.3)."""

from tests.schema.execution.cases.case import Case
from tests.schema.execution.corpus.rows import Fault


def rename(alias: str, name: str, field: str = "rename", number: int = 1, select: str = "names animal { name }") -> str:
    """One mutation."""
    return f'{alias}: {field}(input: {{number: {number}, name: "{name}"}}) {{ {select} problems {{ code path }} }}'


def mutation(*fields: str) -> str:
    """Several mutations."""
    return "mutation { " + " ".join(fields) + " }"


A, B, C = rename("a", "first"), rename("b", "second", number=2), rename("c", "third", number=3)
SURE = "sureAnimal { name }"
BEINGS = (
    "subscription ($numbers: [Int!]!) { beings(numbers: $numbers) { __typename name friends { name } best { name } } }"
)
MAYBE = "subscription ($numbers: [Int!]!) { maybeBeings(numbers: $numbers) { ... on Cat { name sureOwner { name } } ... on Person { whisper pets { name } } } }"

# One line a case.
# fmt: off
OPERATIONS = [
    Case("6.2.1 a query", "{ animal { number name } person { number name } }"),
    Case("6.2.1 a query whose data are null", "{ animal { name } something }", errors=1),
    Case("6.2.1 many roots", "{ animals { name } people { name } boxes { label } found { __typename } nothing { name } }"),
    Case("6.2.2 serial: each payload sees what was done before, not after", mutation(A, B, C)),
    Case("6.2.2 serial in the order of the document, fragments included", "mutation { ...F " + B + " } fragment F on Mutation { " + C + " " + A + " }"),
    Case("6.2.2 a problem is a payload", mutation(rename("a", "x", number=99), B)),
    Case("6.2.2 a failure between", mutation(A, rename("b", "break"), C), errors=1),
    Case("6.2.2 a refusal between", mutation(A, rename("b", "refuse"), C), errors=1),
    Case("6.2.2 a failing payload between", mutation(rename("a", "x", select=SURE), rename("b", "x", number=99, select=SURE), C), errors=1),
    Case("6.2.2 a failing payload of a sure field ends it", mutation(A, rename("b", "x", "renameSurely", 99, SURE), C), errors=1),
    Case("6.2.2 a sure field that fails ends it", mutation(A, rename("b", "break", "renameSurely"), C), errors=1),
    Case("6.2.2 a sure field that goes well", mutation(rename("a", "x", "renameSurely"), B)),
    Case("6.2.2 outside a transaction", mutation(A, rename("b", "here", "renameHere", 2), C)),
    Case("6.2.2 outside a transaction, failing", mutation(A, rename("b", "break", "renameHere"), C), errors=1),
    Case("6.2.2 merged mutations run once", mutation(A, rename("a", "first", select="animal { mood }"))),
    Case("6.2.2 a skipped mutation is not carried out", "mutation ($no: Boolean = true) { " + A.replace(") {", ") @skip(if: $no) {", 1) + B + " }"),
    Case("6.2.2 what every level of a payload asks", mutation(rename("a", "x", select="animal { name friends { name ... on Cat { sureOwner { name } } } owner { boxes { label } } }"), B)),
    Case("6.2.2 a name on its own", "mutation { __typename " + A + " }"),
    Case("6.2.2 a bad argument between", "mutation ($n: Int!) { " + A + ' b: rename(input: {number: $n, name: "y"}) { names } }', {"n": None}, refused=1),
    Case("6.2.2 payload questions fail", mutation(rename("a", "x", select="animal { name friends { name } }"), B), faults={"friends": Fault.RAISES}, errors=1),
    Case("6.2.3 every event is answered", BEINGS, {"numbers": [1, 2, 101, 3]}),
    Case("6.2.3 no event", BEINGS, {"numbers": []}),
    Case("6.2.3 left before its end", BEINGS, {"numbers": [1, 2, 3, 4]}, events=2),
    Case("6.2.3 an event that fails, among others", MAYBE, {"numbers": [1, 999, 2, 404, 101, 300, 3]}, errors=2),
    Case("6.2.3 an event that may not be null is, among others", BEINGS, {"numbers": [1, 404, 2, 999, 300, 3]}, errors=3),
    Case("6.2.3 questions of an event fail", BEINGS, {"numbers": [1, 2, 101]}, faults={"friends": Fault.ANSWERS, "best": Fault.NONE}, errors=2),
    Case("6.2.3 the source fails", BEINGS, {"numbers": [1, 0, 2]}),
    Case("6.2.3 the source refuses", BEINGS, {"numbers": [1, -1, 2]}),
    Case("6.2.3 the source fails at once", BEINGS, {"numbers": [0]}),
    Case("6.2.3 who may not follow", "subscription { denied(numbers: [1]) { name } }", anonymous=True),
    Case("6.2.3 a source with a bad argument", "subscription ($n: Int) { beings(numbers: [1, $n]) { name } }", {"n": None}, refused=1),
    Case("6.2.3 an alias and a fragment", "subscription { it: beings(numbers: [1, 2]) { ...B __typename } } fragment B on Being { name ... on Dog { weight } }"),
    Case("6.2.3 variables steer each event", "subscription ($no: Boolean!) { beings(numbers: [1, 2]) { name @skip(if: $no) number friends(first: 1) @include(if: $no) { name } } }", {"no": True}),
    Case("6.2.3 nothing of one event lives on in the next", "subscription { beings(numbers: [1, 1, 1]) { name weight: number ... on Cat { lives } } }", spoils={"animal 1 lives": "many"}, errors=3),
]
