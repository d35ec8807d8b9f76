"""Section 6.1, executing requests: which operation runs (6.1), what may run (6.1.1), with which variables (6.1.2)."""

from tests.schema.execution.cases.case import Case

TWO = "query One { animal { name } } query Two { person { name } }"
ECHO = 'query ($text: String = "said", $number: Int, $ratio: Float! = 2, $sure: Boolean! = false) { echoes(text: $text, number: $number, ratio: $ratio, sure: $sure) }'
MOODS = "query ($mood: Mood! = TENSE, $moods: [Mood!], $even: Even, $grid: [[Int]!]) { echoes(mood: $mood, moods: $moods, even: $even, grid: $grid) }"
ASKED = "query ($asked: Asked!) { echo(asked: $asked) }"
BY = "query ($by: By!) { foundBy(by: $by) }"

# One line a case.
# fmt: off
REQUESTS = [
    Case("6.1 the operation of that name runs", TWO, name="Two"),
    Case("6.1 the only operation needs no name", "query Only { animal { name } }"),
    Case("6.1 several operations need a name", TWO, refused=1),
    Case("6.1 an unknown name is refused", TWO, name="Three", refused=1),
    Case("6.1 fragments beside several operations", TWO + " fragment Unused on Cat { name }", name="One", refused=1),
    Case("6.1.1 an invalid document is refused", "{ animal { wings } }", refused=1),
    Case("6.1.1 a syntax error is refused", "{ animal { name }", refused=1),
    Case("6.1.1 a subscription of two fields is refused", "subscription { a: beings(numbers: [1]) { name } b: beings(numbers: [1]) { name } }", refused=1),
    Case("6.1.1 defer is not known here", "{ animal { ... @defer { name } } }", refused=1),
    Case("6.1.1 stream is not known here", "{ animals @stream(initialCount: 1) { name } }", refused=1),
    Case("6.1.2 defaults where nothing is given", ECHO),
    Case("6.1.2 null is given instead of a default", ECHO, {"text": None, "number": None}),
    Case("6.1.2 values are given", ECHO, {"text": "x", "number": 3, "ratio": 1, "sure": True}),
    Case("6.1.2 null for a variable that may not be null", ECHO, {"sure": None}, refused=1),
    Case("6.1.2 a required variable is missing", ASKED, refused=1),
    Case("6.1.2 a number is no text", ECHO, {"text": 3}, refused=1),
    Case("6.1.2 a fraction is no whole number", ECHO, {"number": 1.5}, refused=1),
    Case("6.1.2 a whole fraction is a whole number", ECHO, {"number": 3.0}),
    Case("6.1.2 a number beyond 32 bits", ECHO, {"number": 2**31}, refused=1),
    Case("6.1.2 text is no truth", ECHO, {"sure": "true"}, refused=1),
    Case("6.1.2 more than one variable is wrong", ECHO, {"number": "1", "sure": 0}, refused=2),
    Case("6.1.2 variables that nobody declared", ECHO, {"other": 1}),
    Case("6.1.2 enums, scalars, lists of lists", MOODS, {"mood": "ELATED", "moods": ["CALM"], "even": 4, "grid": [[1, None], []]}),
    Case("6.1.2 one value stands for a list", MOODS, {"moods": "CALM", "grid": 3}),
    Case("6.1.2 a list of one value each", MOODS, {"grid": [1, 2]}),
    Case("6.1.2 an unknown word of an enum", MOODS, {"mood": "SAD"}, refused=1),
    Case("6.1.2 the value of an enum is not its name", MOODS, {"mood": "tense"}, refused=1),
    Case("6.1.2 null within a list that holds none", MOODS, {"moods": ["CALM", None]}, refused=1),
    Case("6.1.2 a scalar that refuses its value", MOODS, {"even": 3}, refused=1),
    Case("6.1.2 an input object with its defaults", ASKED, {"asked": {"text": "t"}}),
    Case("6.1.2 an input object with everything", ASKED, {"asked": {"text": "t", "number": None, "even": 2, "moods": "CALM", "inside": [{"number": 1, "mood": "ELATED", "deeper": {"ratio": 2, "grid": [[1], 2]}}]}}),
    Case("6.1.2 a field is missing within", ASKED, {"asked": {"text": "t", "inside": [{}]}}, refused=1),
    Case("6.1.2 a field is not known within", ASKED, {"asked": {"text": "t", "wings": 2}}, refused=1),
    Case("6.1.2 a value instead of an object", ASKED, {"asked": "t"}, refused=1),
    Case("6.1.2 one of several by a variable", BY, {"by": {"name": "Ada"}}),
    Case("6.1.2 two where one is to be given", BY, {"by": {"name": "Ada", "number": 1}}, refused=1),
    Case("6.1.2 none where one is to be given", BY, {"by": {}}, refused=1),
    Case("6.1.2 null where one is to be given", BY, {"by": {"name": None}}, refused=1),
    Case("6.1.2 one of several within one of several", BY, {"by": {"within": {"number": 4}}}),
    Case("6.1.2 defaults of an input in the graph", "query ($by: Weights! = {}) { weighed(by: $by) }"),
    Case("6.1.2 a variable within an input object", "query ($n: Int, $m: Mood) { echo(asked: {text: \"t\", number: $n, moods: [$m]}) }", {"m": "CALM"}, refused=1),
]
