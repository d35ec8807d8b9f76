"""Every hand-written case."""

from tests.schema.execution.cases.arguments import ARGUMENTS
from tests.schema.execution.cases.completion import COMPLETION
from tests.schema.execution.cases.errors import ERRORS
from tests.schema.execution.cases.operations import OPERATIONS
from tests.schema.execution.cases.requests import REQUESTS
from tests.schema.execution.cases.selection_sets import SELECTIONS

CASES = (*REQUESTS, *OPERATIONS, *SELECTIONS, *ARGUMENTS, *COMPLETION, *ERRORS)
