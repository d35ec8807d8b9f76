"""Every example operation in the project's pages, on the product's graph, through both executors."""

import re
from pathlib import Path

import pytest

from schema.graph import build_schema
from tests.makers import PracticeUnderTest
from tests.schema.execution.judged import JUDGED
from tests.schema.execution.leftovers import LEFT_BY_STOCK
from tests.schema.execution.practices import Filled
from tests.schema.execution.running import Asked, Doors, judge

pytestmark = LEFT_BY_STOCK

ROOT = Path(__file__).resolve().parents[3]
FENCED = re.compile(r"^```graphql\n(.*?)^```", re.MULTILINE | re.DOTALL)
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted(ROOT.glob("[a-z]*/README.md")),
]


def examples() -> list[tuple[str, str]]:
    """Each example and the page it stands on."""
    fenced = [(page.relative_to(ROOT), text) for page in PAGES for text in FENCED.findall(page.read_text())]
    first = ROOT / "server" / "graphiql" / "example.graphql"
    return [(str(page), text) for page, text in [*fenced, (first.relative_to(ROOT), first.read_text())]]


@pytest.mark.parametrize(("page", "text"), examples())
async def test_an_example_comes_to_the_same(practice: PracticeUnderTest, page: str, text: str) -> None:
    filled = await Filled.of(practice)
    stock, differs = await judge(
        Doors(build_schema, JUDGED), Asked(text), filled.opened("OWNER"), settle=filled.settled
    )

    assert not differs, f"{page}: {differs}"
    assert (stock.refused, list(stock.errors)) == ((), []), page
    assert stock.data


def test_the_readme_and_the_editor_have_an_example() -> None:
    assert {"README.md", "server/graphiql/example.graphql"} <= {page for page, _ in examples()}
