"""Rows have the columns of their models: the same names, and null where the column may be."""

import importlib
import pkgutil
from dataclasses import fields, is_dataclass
from types import NoneType
from typing import Any, get_args, get_type_hints

import pytest

import storage.database
from storage.database.base import Base
from storage.database.selecting import names_of, table_of

MODELS = {mapper.class_.__name__: mapper.class_ for mapper in Base.registry.mappers}
OTHER_NAMES = {
    "AccessRow": "AccessEvent",
    "BatchRow": "AccessBatch",
    "EntryRow": "TimelineEntry",
    "EventRow": "PracticeEvent",
    "GrantRow": "ClientGrant",
    "MemberRow": "Membership",
    "PracticeIdRow": "Practice",
    "SubjectRow": "AccessSubject",
}
"""Rows that are called otherwise than their models."""
MADE_UP = {
    "ClientAccessRow", "CountedRow", "EmailRow", "EndingRow", "FactRow", "HeadRow", "HeadsRow", "HeldRow", "ImportRow",
    "KeyStandingRow",
    "KnownRow", "KnownVersionRow", "LabelUseRow", "NumberRow", "OpenedRow", "OwnMembershipRow", "SettingsRow",
    "TagUsageRow",
}  # fmt: skip
"""Rows of several tables, or of what a statement computes."""


def rows() -> dict[str, Any]:
    """Every row class of the storage."""
    found: dict[str, Any] = {}
    for module in pkgutil.walk_packages(storage.database.__path__, "storage.database."):
        if ".migrations" not in module.name:
            for name, each in vars(importlib.import_module(module.name)).items():
                if name.endswith("Row") and is_dataclass(each) and each.__module__ == module.name:
                    found[name] = each
    return found


def model_of(name: str) -> Any:
    return MODELS.get(OTHER_NAMES.get(name, name.removesuffix("Row")))


def test_every_row_has_a_model_or_is_known_to_have_none() -> None:
    assert {name for name in rows() if model_of(name) is None} <= MADE_UP
    assert set(OTHER_NAMES) <= set(rows())


@pytest.mark.parametrize("name", sorted(name for name in rows() if model_of(name) is not None))
def test_a_row_reads_as_its_model(name: str) -> None:
    table = table_of(model_of(name))
    row = rows()[name]
    hints = {each.name: get_type_hints(row)[each.name] for each in fields(row)}
    assert set(hints) <= set(table.c.keys())
    nullable = {attribute for attribute, hint in hints.items() if NoneType in get_args(hint)}
    assert nullable == {attribute for attribute in hints if table.c[attribute].nullable}


@pytest.mark.parametrize("name", sorted(name for name, row in rows().items() if hasattr(row, "ON_DEMAND")))
def test_what_a_row_reads_on_demand_are_ids_of_it_but_never_whose_it_is(name: str) -> None:
    row = rows()[name]
    assert {each.name for each in fields(row) if each.name.endswith("_id")} >= row.ON_DEMAND
    assert "client_id" not in row.ON_DEMAND, "the access log looks at it"
    assert not row.ON_DEMAND & set(names_of(row, ()))
    assert set(names_of(row, None)) >= row.ON_DEMAND
