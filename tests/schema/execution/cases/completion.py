"""Section 6.4.3, value completion: lists, leaves, objects, abstract types."""

from collections import deque
from datetime import UTC
from types import MappingProxyType

from tests.schema.execution.cases.case import Case
from tests.schema.execution.corpus.inputs import NO_TEXT
from tests.schema.execution.corpus.rows import BORN, ELSEWHERE, SEEN, Kind, Stamp

LEAVES = "{ people(first: 2) { name mood height even adult born seen } }"
CAT = "{ animal { name mood lives tags ... on Cat { weight } } }"
NAMES = ("free", "full", "some", "all", "grid", "solid", "cube")
PEOPLE = ("freePeople", "fullPeople", "somePeople", "allPeople", "gridPeople", "solidPeople", "loosePeople")
HELD = {
    "numbers": "[1, 2]", "nothing": "null", "no list": "7", "a text": '"text"', "an object": '{"1": 2}', "none": "[]",
    "a null": "[1, null, 2]", "nulls": "[null, null]", "rows": "[[1], [2, 3]]", "an empty row": "[[], [1]]",
    "a null row": "[null, [1]]", "a null in a row": "[[1, null], [2]]", "a bad number": "[1, 4294967296]",
    "a bad number in a row": '[[1, "x"], [2]]', "rows of rows": "[[[1, 2], [3]], [[]]]",
    "a null deep within": "[[[1, null], [3]], [null], null]", "a bad number deep within": '[[[1, "x"], [3]]]',
}  # fmt: skip


def _of_shapes() -> list[Case]:
    """Every shape of list holding everything, leaves and objects, each alone; errors are what stock makes of them."""
    return [
        Case(
            f"6.4.3 {name} holding {what}",
            f"query ($held: String!) {{ lists(holding: $held) {{ number {name}{select} }} animal {{ name }} }}",
            {"held": held},
            errors=-1,
        )
        for names, select in ((NAMES, ""), (PEOPLE, " { name }"))
        for name in names
        for what, held in HELD.items()
    ]


def spoiled(says: str, value: object, *fields: str, text: str = CAT, errors: int = 0) -> Case:
    """A bad value in some plain fields."""
    return Case(f"6.4.3 {says}", text, spoils=dict.fromkeys(fields, value), errors=errors)


# One line a case.
# fmt: off
COMPLETION = [
    *_of_shapes(),
    Case("6.4.3 leaves of every kind", LEAVES),
    spoiled("the largest whole number", 2**31 - 1, "animal 1 lives"),
    spoiled("the smallest whole number", -(2**31), "animal 1 lives"),
    spoiled("too large a whole number", 2**31, "animal 1 lives", errors=1),
    spoiled("too small a whole number", -(2**31) - 1, "animal 1 lives", errors=1),
    spoiled("a whole fraction as a whole number", 9.0, "animal 1 lives"),
    spoiled("a fraction as a whole number", 9.5, "animal 1 lives", errors=1),
    spoiled("text of digits as a whole number", "9", "animal 1 lives"),
    spoiled("other text as a whole number", "nine", "animal 1 lives", errors=1),
    spoiled("empty text as a whole number", "", "animal 1 lives", errors=1),
    spoiled("a truth as a whole number", True, "animal 1 lives"),
    spoiled("no number as a whole number", float("nan"), "animal 1 lives", errors=1),
    spoiled("no number as a fraction", float("nan"), "animal 1 weight", errors=1),
    spoiled("infinity as a fraction", float("inf"), "animal 1 weight", errors=1),
    spoiled("a whole number as a fraction", 3, "animal 1 weight"),
    spoiled("a truth as a fraction", True, "animal 1 weight"),
    spoiled("text as a fraction", "1.5", "animal 1 weight"),
    spoiled("other text as a fraction", "heavy", "animal 1 weight", errors=1),
    spoiled("too large a number as a fraction", 10**400, "animal 1 weight", errors=1),
    spoiled("a number as text", 7, "animal 1 name"),
    spoiled("a truth as text", False, "animal 1 name"),
    spoiled("a fraction as text", 1.5, "animal 1 name"),
    spoiled("a list as text", ["name"], "animal 1 name", errors=1),
    spoiled("an object as text", object, "animal 1 name", errors=1),
    spoiled("null where none may be", None, "box 1 label", text="{ boxes { number label } }", errors=1),
    spoiled("a value that is written as nothing", NO_TEXT, "person 1 even", text="{ people { name even } }", errors=1),
    spoiled("bytes as text", b"label", "box 1 label", text="{ boxes { label } }", errors=1),
    spoiled("text as a truth", "yes", "person 1 adult", text=LEAVES, errors=1),
    spoiled("a number as a truth", 1, "person 1 adult", text=LEAVES),
    spoiled("no number as a truth", float("nan"), "person 1 adult", text=LEAVES, errors=1),
    spoiled("the value of an enum", 1, "animal 1 mood"),
    spoiled("the name of an enum", "CALM", "animal 1 mood", errors=1),
    spoiled("an unknown word of an enum", "sad", "animal 1 mood", errors=1),
    spoiled("an unhashable value of an enum", [3, 3], "animal 1 mood", errors=1),
    spoiled("a scalar that refuses", 3, "person 1 even", "person 2 even", text=LEAVES, errors=2),
    spoiled("a moment of another zone", SEEN.astimezone(ELSEWHERE), "person 1 seen", text=LEAVES),
    spoiled("a moment of a class of its own", Stamp(2026, 3, 1, 9, 30, tzinfo=UTC), "person 1 seen", text=LEAVES),
    spoiled("a day as a moment", BORN, "person 1 seen", text=LEAVES, errors=1),
    spoiled("text as a moment", "2026-03-01T09:30:00Z", "person 1 seen", text=LEAVES, errors=1),
    spoiled("a moment as a day", SEEN, "person 1 born", text=LEAVES),
    spoiled("text as a day", "2026-03-01", "person 1 born", text=LEAVES, errors=1),
    spoiled("a tuple as a list", ("a", "b"), "animal 1 tags"),
    spoiled("a range as a list", range(3), "animal 1 tags"),
    spoiled("the keys of a dict as a list", {"a": 1}.keys(), "animal 1 tags"),
    spoiled("a deque as a list", deque(["a"]), "animal 1 tags"),
    spoiled("a set as a list", frozenset(["a"]), "animal 1 tags"),
    spoiled("a text as a list", "tag", "animal 1 tags", errors=1),
    spoiled("bytes as a list", b"tag", "animal 1 tags", errors=1),
    spoiled("a dict as a list", {"a": 1}, "animal 1 tags", errors=1),
    spoiled("a mapping as a list", MappingProxyType({"a": 1}), "animal 1 tags", errors=1),
    spoiled("a number as a list", 7, "animal 1 tags", errors=1),
    spoiled("a list with a bad item", ["a", object], "animal 1 tags", errors=1),
    spoiled("a list with a null", ["a", None], "animal 1 tags", errors=1),
    Case("6.4.3 lists from a tuple and from a generator", "{ people { pets { name } boxes(first: 3) { label } } }"),
    Case("6.4.3 lists of lists of objects", "{ boxes(first: 4) { shelves { name number } fullShelves { name } } }"),
    Case("6.4.3 lists of lists of interfaces, each its own fields", "{ boxes { fullShelves { __typename ... on Cat { weight sureOwner { name } } ... on Dog { kind walker { name } } } } }"),
    Case("6.4.3 an interface over one row class, told apart", "{ animals(first: 6) { __typename ... on Cat { lives } ... on Dog { kind } } }"),
    Case("6.4.3 an interface over several row classes", "{ beings(numbers: [1, 101, 2, 102]) { __typename name } }"),
    Case("6.4.3 a union", "{ found { ... on Cat { name lives } ... on Person { name height } ... on Box { label } } }"),
    Case("6.4.3 a union in questions", "{ boxes(first: 6) { things { __typename ... on Person { name } ... on Cat { friends { name } } } } }", errors=-1),
    Case("6.4.3 a type outside the union", "{ found(numbers: [1, 2, 101]) { __typename } }", errors=1),
    Case("6.4.3 a stranger in a union", "{ found(numbers: [1, 300]) { __typename } }", errors=1),
    Case("6.4.3 a stranger behind an interface", "{ beings(numbers: [1, 300, 101]) { name } }", errors=1),
    Case("6.4.3 a stranger alone", "{ being(number: 300) { name } }", errors=1),
    Case("6.4.3 a stranger where nobody may be missing", "{ sureBeings(numbers: [1, 300]) { name } animal { name } }", errors=1),
    Case("6.4.3 a box behind an interface it has not", "{ being(number: 201) { name } }", errors=1),
    spoiled("a row that no type's condition takes", Kind.GHOST, "animal 1 kind", text="{ animals { name } }", errors=1),
    spoiled("a row that no type's condition takes, alone", Kind.GHOST, "animal 1 kind", errors=1),
    Case("6.4.3 a person where an animal is expected", "{ boxes { fullShelves { best { ... on Animal { lives } ... on Person { height } } } } }"),
]
