"""Which of graphql-core's own tests say nothing about the breadth-first executor, and why."""

import re

FILES = {
    "test_cancellation.py": "an operation is ended by cancelling its task; abort signals are refused",
    "test_hooks.py": "hooks tell of work that is left running; none is",
    "test_middleware.py": "middleware runs per field, and is refused",
    "test_parallel.py": "a level's questions come one after another, on one connection",
    "test_collect_fields.py": "tests a function of graphql-core itself",
    "test_aborted_graphql_execution_error.py": "tests a class of graphql-core itself",
    "test_execution_result.py": "tests a class of graphql-core itself",
    "test_executor_throwing_on_incremental.py": "@defer and @stream are not in the graph",
    "test_map_async_iterable.py": "tests a function of graphql-core itself",
    "test_customize.py": "tests other executors than ours",
}

ASYNC_VALUES = "answers are values: awaitables and async iterables within them are not taken"
ORDER = "of several errors another one, or another order, is allowed by the specification"
SYNC = "the executor is asynchronous; this tests that graphql-core is not"

TESTS = {
    r"accepts_async_iterables_as_list_value": ASYNC_VALUES,
    r"test_lists.*(drains_the_iterator_when_next_throws|with_later_pending_awaitables)": ASYNC_VALUES,
    r"describe_execute_handles_list_nullability::contains_": ASYNC_VALUES,
    r"test_abstract.*(is_type_of|resolve_type_can_throw).*\[async\]": ASYNC_VALUES,
    r"fails_when_is_type_of_check_is_not_met": ASYNC_VALUES,
    r"fragment_arguments|embedded_(nested_)?fragment_variables": "arguments of fragments are not yet GraphQL",
    r"_defer|_stream|incrementally": "@defer and @stream are not in the graph",
    r"handles_async_bubbling_errors_combined_with_non_bubbling": ORDER,
    r"complex_tree_of_nullable_fields_each::throws": ORDER,
    r"multiple_errors_for_a_single_response_position": ORDER,
    r"handles_sync_errors_combined_with_async_ones": SYNC,
    r"test_sync.*throws_if_encountering": SYNC,
    r"provides_info_about_current_execution_state": "what a resolver is told is Strawberry's own, of its own class",
    r"it_populates_path_correctly_with_complex_types": "a resolver's path does not name the type of a list's item",
    r"too_deeply_nested": "the limits of documents keep such operations away",
}


def reason(name: str) -> str | None:
    """Why a test does not apply; None when it does."""
    return next((why for pattern, why in TESTS.items() if re.search(pattern, name)), None)
