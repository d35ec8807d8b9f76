"""Clients in a table of another system: which column is which field, and what a row says.

A row either can be understood as a whole or is refused with the column and the reason. Reasons never repeat what stands
in a cell: they are read by whoever looks after the import, and cells are health data.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from domain import tables, texts
from domain.clients import Channel, ClinicalSex, NameUse, PlaceUse
from domain.fhir import ImportedAddress, ImportedClient, ImportedContact, ImportedIdentifier, SourceIdentity
from domain.names import PersonName
from domain.refusals import Findings
from domain.texts import CODE, LINE, NAME


class ImportKind(StrEnum):
    """What kind of file is brought in."""

    FHIR = "FHIR"
    """A FHIR R4 Bundle, or one resource, in JSON; packed with gzip or not."""
    CSV = "CSV"
    """A table of clients with a line of headings, in UTF-8; packed with gzip or not."""


class ImportState(StrEnum):
    """Where an import stands."""

    AWAITING_FILE = "AWAITING_FILE"
    """Its file has not come yet."""
    WAITING = "WAITING"
    """The file is here; nothing of it was looked at yet."""
    RUNNING = "RUNNING"
    """It is being brought in."""
    DONE = "DONE"
    """It came to its end."""
    FAILED = "FAILED"
    """It could not go on; what was brought in before stays."""
    CANCELLED = "CANCELLED"
    """Somebody stopped it; what was brought in before stays."""


OPEN = frozenset({ImportState.AWAITING_FILE, ImportState.WAITING, ImportState.RUNNING})
"""The states that come to an end."""


class ImportField(StrEnum):
    """What a column of the table says of a client."""

    RECORD_NUMBER = "RECORD_NUMBER"
    """What the other system calls the client: by it a later import knows who is here already."""
    GIVEN_NAME = "GIVEN_NAME"
    """The given name."""
    FAMILY_NAME = "FAMILY_NAME"
    """The family name."""
    USED_NAME = "USED_NAME"
    """The given name that the person goes by."""
    BIRTH_DATE = "BIRTH_DATE"
    """The day of birth."""
    DECEASED_ON = "DECEASED_ON"
    """The day of death."""
    GENDER = "GENDER"
    """The gender, in the person's own words."""
    CLINICAL_SEX = "CLINICAL_SEX"
    """The sex for clinical use: female, male, specified or unknown, or its first letter."""
    LANGUAGE = "LANGUAGE"
    """The language, as a tag such as `fr-CA`."""
    EMAIL = "EMAIL"
    """An e-mail address."""
    PHONE = "PHONE"
    """A telephone number; without a country code it is one of `country`."""
    STREET = "STREET"
    """Street and number."""
    LOCALITY = "LOCALITY"
    """The town."""
    REGION = "REGION"
    """The state or province."""
    POSTAL_CODE = "POSTAL_CODE"
    """The postal code."""
    COUNTRY = "COUNTRY"
    """The country of the address, as two letters."""


class DateOrder(StrEnum):
    """How days are written in the table."""

    YEAR_MONTH_DAY = "YEAR_MONTH_DAY"
    """As in 2024-03-31."""
    DAY_MONTH_YEAR = "DAY_MONTH_YEAR"
    """As in 31.03.2024 or 31/03/2024."""
    MONTH_DAY_YEAR = "MONTH_DAY_YEAR"
    """As in 03/31/2024."""


SEVERAL = frozenset({ImportField.EMAIL, ImportField.PHONE, ImportField.STREET})
"""Fields that several columns may say."""
_ADDRESS = frozenset(
    {ImportField.STREET, ImportField.LOCALITY, ImportField.REGION, ImportField.POSTAL_CODE, ImportField.COUNTRY}
)
_SEXES = {sex.value.lower(): sex for sex in ClinicalSex} | {"f": ClinicalSex.FEMALE, "m": ClinicalSex.MALE}
_PARTS = {DateOrder.YEAR_MONTH_DAY: (0, 1, 2), DateOrder.DAY_MONTH_YEAR: (2, 1, 0), DateOrder.MONTH_DAY_YEAR: (2, 0, 1)}


@dataclass(frozen=True, slots=True)
class Layout:
    """How the table is to be read."""

    columns: Mapping[str, ImportField]
    """By the heading of each column that is brought in."""
    system: str
    """What the other system is called; record numbers are numbers of its own."""
    dates: DateOrder = DateOrder.YEAR_MONTH_DAY
    country: str | None = None

    def kept(self) -> dict[str, object]:
        """The layout as it is stored."""
        return {
            "columns": dict(self.columns), "system": self.system, "dates": self.dates, "country": self.country
        }  # fmt: skip

    @classmethod
    def read(cls, kept: Mapping[str, object]) -> "Layout":
        """The layout behind what `kept` gave."""
        columns, country = kept["columns"], kept["country"]
        assert isinstance(columns, Mapping)  # noqa: S101 - tells the type checker what `kept` wrote
        found = {str(heading): ImportField(said) for heading, said in columns.items()}
        return cls(found, str(kept["system"]), DateOrder(str(kept["dates"])), None if country is None else str(country))


def check_layout(layout: Layout, findings: Findings, at: tuple[str, ...]) -> None:
    """A layout names somebody, and no field twice that one column must say."""
    said = list(layout.columns.values())
    if not {ImportField.GIVEN_NAME, ImportField.FAMILY_NAME, ImportField.USED_NAME} & set(said):
        findings.invalid(at, "must have a column for a name")
    for doubled in sorted({each for each in said if said.count(each) > 1} - SEVERAL):
        findings.invalid(at, f"must not have several columns for {doubled}")


def missing_headings(layout: Layout, headings: Sequence[str]) -> list[str]:
    """The columns of the layout that the table does not have."""
    return [heading for heading in layout.columns if heading not in headings]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row cannot be brought in."""

    column: str
    reason: str


@dataclass(slots=True)
class _Row:
    """One row while it is being read: the cells that were mapped, scrubbed, without the empty ones."""

    cells: dict[ImportField, list[tuple[str, str]]]
    faults: list[Fault] = field(default_factory=list)

    def one(self, wanted: ImportField) -> str | None:
        return next((cell for _, cell in self.cells.get(wanted, ())), None)

    def day(self, wanted: ImportField, order: DateOrder) -> date | None:
        for heading, cell in self.cells.get(wanted, ()):
            found = read_day(cell, order)
            if found is None:
                self.faults.append(Fault(heading, f"is no day written as {order}"))
            return found
        return None

    def sex(self) -> ClinicalSex:
        for heading, cell in self.cells.get(ImportField.CLINICAL_SEX, ()):
            found = _SEXES.get(cell.lower())
            if found is None:
                self.faults.append(Fault(heading, "is none of " + ", ".join(sex.lower() for sex in ClinicalSex)))
            return found or ClinicalSex.UNKNOWN
        return ClinicalSex.UNKNOWN


def read_row(layout: Layout, headings: Sequence[str], cells: Sequence[str], place: str) -> ImportedClient | list[Fault]:
    """The client that a row tells of, or everything that keeps it from being brought in."""
    if len(cells) != len(headings):
        return [Fault("", f"has {len(cells)} cells, not {len(headings)}")]
    row = _Row(_mapped(layout, headings, cells))
    names = _names(row)
    born, died = row.day(ImportField.BIRTH_DATE, layout.dates), row.day(ImportField.DECEASED_ON, layout.dates)
    sex, number = row.sex(), row.one(ImportField.RECORD_NUMBER)
    if not names:
        row.faults.append(Fault("", "names nobody"))
    if number is None and ImportField.RECORD_NUMBER in layout.columns.values():
        row.faults.append(Fault("", "has no record number"))
    if row.faults:
        return row.faults
    source = SourceIdentity(layout.system, number) if number is not None else _by_content(layout, row)
    return ImportedClient(
        source=source, other_sources=(), names=tuple(names), birth_date=born, deceased=died is not None,
        deceased_on=died, gender=row.one(ImportField.GENDER), clinical_sex=sex,
        language=row.one(ImportField.LANGUAGE), contacts=tuple(_contacts(row)), addresses=_addresses(row, layout),
        identifiers=(ImportedIdentifier(layout.system, number, None),) if number is not None else (), related=(),
        place=place,
    )  # fmt: skip


def read_day(text: str, order: DateOrder) -> date | None:
    """The day, None when the text is none in this order."""
    parts = text.replace("/", "-").replace(".", "-").split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    year, month, day = (parts[place] for place in _PARTS[order])
    try:
        return date(int(year), int(month), int(day)) if len(year) == 4 else None
    except ValueError:
        return None


def _mapped(layout: Layout, headings: Sequence[str], cells: Sequence[str]) -> dict[ImportField, list[tuple[str, str]]]:
    found: dict[ImportField, list[tuple[str, str]]] = {}
    for heading, cell in zip(headings, cells, strict=True):
        wanted = layout.columns.get(heading)
        if wanted is None:
            continue
        text = texts.scrubbed(
            tables.as_written(cell), NAME if "NAME" in wanted else CODE if wanted not in _ADDRESS else LINE
        )
        if texts.is_visible(text):
            found.setdefault(wanted, []).append((heading, text))
    return found


def _names(row: _Row) -> list[PersonName]:
    given, family = row.one(ImportField.GIVEN_NAME), row.one(ImportField.FAMILY_NAME)
    used = row.one(ImportField.USED_NAME)
    found = [PersonName(NameUse.LEGAL, given, family)] if given or family else []
    return [PersonName(NameUse.USED, used, family), *found] if used else found


def _contacts(row: _Row) -> list[ImportedContact]:
    wanted = ((ImportField.EMAIL, Channel.EMAIL), (ImportField.PHONE, Channel.PHONE))
    return [
        ImportedContact(channel, cell, PlaceUse.HOME, None)
        for said, channel in wanted
        for _, cell in row.cells.get(said, ())
    ]


def _addresses(row: _Row, layout: Layout) -> tuple[ImportedAddress, ...]:
    lines = tuple(cell for _, cell in row.cells.get(ImportField.STREET, ()))
    town, region = row.one(ImportField.LOCALITY), row.one(ImportField.REGION)
    code, country = row.one(ImportField.POSTAL_CODE), row.one(ImportField.COUNTRY)
    if not (lines or town or region or code or country):
        return ()
    return (ImportedAddress(PlaceUse.HOME, lines, town, None, region, code, country or layout.country),)


def _by_content(layout: Layout, row: _Row) -> SourceIdentity:
    # Without a number the row itself is what stays the same: the same row again is the same client.
    said = {wanted.value: [cell for _, cell in cells] for wanted, cells in row.cells.items()}
    written = json.dumps([layout.system, said], sort_keys=True)
    return SourceIdentity("sha-256", hashlib.sha256(written.encode()).hexdigest())
