"""Section 6.3, executing selection sets: collecting fields (6.3.2 of 2021, 6.3.1 of 2025), their order and merging."""

from tests.schema.execution.cases.case import Case

YES_NO = {"yes": True, "no": False}
STEERED = "query ($yes: Boolean!, $no: Boolean!) "
YES = "query ($yes: Boolean!) "
NO = "query ($no: Boolean!) "

# One line a case.
# fmt: off
SELECTIONS = [
    Case("6.3 fields in the order of the document", "{ person { mood name number height } animal { name } }"),
    Case("6.3 order by the first meeting of a merged field", "{ animal { name mood name number mood } }"),
    Case("6.3 order over fragments", "{ animal { ...A lives name } } fragment A on Being { name mood }"),
    Case("6.3 one row twice under two names", "{ a: animal { name } b: animal { mood } a: animal { number } }"),
    Case("6.3 names for fields with other arguments", "{ one: animal(number: 1) { name } two: animal(number: 2) { name } }"),
    Case("6.3 names for questions with other arguments", "{ people { pets { name a: friends(first: 1) { name } b: friends(first: 3) { name } } } }"),
    Case("6.3 a name that is another field's", "{ animal { name: number number: name } }"),
    Case("6.3 merged below: every part of every selection", "{ person { pets { name } pets { mood } ... on Person { pets { number } } } }"),
    Case("6.3 merged differently at two places", "{ a: animal { ...A friends { number } } b: animal { ...A friends { mood } } } fragment A on Animal { friends { name } }"),
    Case("6.3 included by a variable: yes", "query ($yes: Boolean!) { animal { name mood @include(if: $yes) friends @include(if: $yes) { name } } }", {"yes": True}),
    Case("6.3 included by a variable: no", "query ($yes: Boolean!) { animal { name mood @include(if: $yes) friends @include(if: $yes) { name } } }", {"yes": False}),
    Case("6.3 merged with equal arguments", "{ animal { friends(first: 2) { name } friends(first: 2) { number owner { name } } } }"),
    Case("6.3 merged by equal variables", "query ($n: Int!) { animal { friends(first: $n) { name } friends(first: $n) { mood } } }", {"n": 2}),
    Case("6.3 merged at three levels", "{ people { boxes { lid { label } } } people { boxes { lid { number } label } } }"),
    Case("6.3 merged over types that differ", "{ found { ... on Cat { x: name owner { name } } ... on Person { x: name owner: best { name } } } }"),
    Case("6.3 skip and include by literals", "{ animal { name @skip(if: true) mood @skip(if: false) number @include(if: true) lives @include(if: false) } }"),
    Case("6.3 skip and include by variables", STEERED + "{ animal { name @skip(if: $yes) mood @skip(if: $no) number @include(if: $yes) lives @include(if: $no) } }", YES_NO),
    Case("6.3 skip and include together", STEERED + "{ animal { a: name @skip(if: $yes) @include(if: $yes) b: name @skip(if: $no) @include(if: $yes) c: name @skip(if: $no) @include(if: $no) } }", YES_NO),
    Case("6.3 steered by a default", "query ($hide: Boolean = true) { animal { name @skip(if: $hide) mood } }"),
    Case("6.3 steered by a default and by a value", "query ($hide: Boolean = true) { animal { name @skip(if: $hide) mood } }", {"hide": False}),
    Case("6.3 fragments steered", STEERED + "{ animal { ...A @skip(if: $yes) ...B @include(if: $yes) ... @include(if: $no) { mood } ... on Cat @skip(if: $no) { weight } } } fragment A on Being { name } fragment B on Being { number }", YES_NO),
    Case("6.3 a fragment skipped here and taken there", YES + "{ animal { ...A @skip(if: $yes) ...A @include(if: $yes) } } fragment A on Being { name }", {"yes": True}),
    Case("6.3 a skipped part of a merged field", YES + "{ animal { friends @skip(if: $yes) { name } friends { number } } }", {"yes": True}),
    Case("6.3 everything skipped", YES + "{ animal @skip(if: $yes) { name } }", {"yes": True}),
    Case("6.3 everything skipped below", STEERED + "{ animal { name @include(if: $no) } animals { ... on Dog @skip(if: $yes) { name } } }", YES_NO),
    Case("6.3 a question skipped", NO + "{ people { pets @include(if: $no) { name } name } }", {"no": False}),
    Case("6.3 fragments in fragments", "{ people { ...P } } fragment P on Person { ...Q pets { ...R } } fragment Q on Being { name ...S } fragment R on Animal { ...Q ... on Dog { weight } } fragment S on Being { number }"),
    Case("6.3 a fragment twice in one selection", "{ animal { ...A ...A ... { ...A } } } fragment A on Animal { name lives }"),
    Case("6.3 fragments on interfaces, of a concrete type", "{ person { ... on Being { name ... on Person { height } } } }"),
    Case("6.3 fragments on an interface of an interface", "{ being(number: 2) { ... on Animal { lives ... on Being { name } } ... on Dog { kind } } }"),
    Case("6.3 a fragment on a union", "{ boxes { things { ...T } } } fragment T on Thing { __typename ... on Being { name } ... on Box { label } }"),
    Case("6.3 a fragment on a union within an object", "{ person { ... on Thing { ... on Person { name } ... on Cat { lives } } } }"),
    Case("6.3 fragments that never apply", "{ beings(numbers: [1, 2, 101]) { ... on Person { height } ... on Cat { weight } } }"),
    Case("6.3 a fragment without a type", "{ animal { ... { name ... { mood } } } }"),
    Case("6.3 names of types everywhere", "{ __typename animal { __typename } found { __typename } people { __typename pets { __typename } } boxes { things { t: __typename } } }"),
    Case("6.3 only names of types", "{ __typename }"),
    Case("6.3 only names of types below", "{ animals { __typename } boxes { shelves { __typename } } }"),
    Case("6.3 introspection alone", "{ __schema { queryType { name } } __type(name: \"Cat\") { name fields { name type { kind } } } }"),
    Case("6.3 introspection beside fields", "{ a: animal { name } __type(name: \"Person\") { name interfaces { name } } animals { name } __schema { mutationType { name } } }"),
    Case("6.3 introspection with variables", "query ($name: String!, $old: Boolean) { __type(name: $name) { fields(includeDeprecated: $old) { name isDeprecated } } animal { name } }", {"name": "Dog", "old": True}),
    Case("6.3 introspection of what is not", "{ __type(name: \"Unicorn\") { name } person { name } }"),
    Case("6.3 directives that are only declared", "query ($v: String!) { animal { name @marked(value: $v) ...A @marked(value: \"x\", how: \"y\") } } fragment A on Being { mood }", {"v": "z"}),
    Case("6.3 a deprecated field", "{ animal(number: 2) { ... on Dog { walker { name } owner { name } } } }"),
    Case("6.3 the same question by two fields", "{ boxes { lid { number } sureLid { label } things { __typename } sureThings { __typename } } }"),
    Case("6.3 a field with a resolver and no question", "{ person { shout(times: 2) whisper } people { whisper shout } }"),
    Case("6.3 the deepest path", "{ boxes(first: 1) { lid { lid { lid { lid { lid { lid { sureLid { lid { sureLid { lid { ...on Box { mark } number } } } } } } } } } } } }"),
]
