"""Every paragraph of the specification's chapter on execution, by hand: both executors come to the same."""

import pytest

from tests.schema.execution.cases.all import CASES
from tests.schema.execution.cases.case import Case
from tests.schema.execution.leftovers import LEFT_BY_STOCK
from tests.schema.execution.posing import Corpus, unmet

pytestmark = LEFT_BY_STOCK


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.says)
async def test_both_executors_come_to_the_same(corpus: Corpus, case: Case) -> None:
    stock, differs = await corpus.pose(case)

    assert not differs, differs
    assert list(unmet(case, stock)) == [], case


def test_no_case_is_written_twice() -> None:
    assert len({case.says for case in CASES}) == len(CASES)


@pytest.mark.parametrize(
    "section", ["6.1 ", "6.1.1", "6.1.2", "6.2.1", "6.2.2", "6.2.3", "6.3 ", "6.4.1", "6.4.2", "6.4.3", "6.4.4"]
)
def test_every_section_has_its_cases(section: str) -> None:
    assert sum(case.says.startswith(section) for case in CASES) >= 3
