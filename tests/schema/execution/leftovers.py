"""What stock graphql-core leaves behind where a null goes up: coroutines that nobody awaits any more."""

import pytest

LEFT_BY_STOCK = [
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
    # The same warning, where it is given in a place that cannot even import what it is formatted with.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.usefixtures("leftovers_taken_away"),
]
