"""`casegraph import`: other systems' records."""

import asyncio
import hashlib
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.commands.mistakes import Mistaken
from server.commands.opening import PracticeOption, practice_named, with_casegraph
from server.settings import Settings

if TYPE_CHECKING:
    from resolvers.bringing.fhir import Importer
    from resolvers.bringing.reports import Report, Tally
    from resolvers.bringing.unpacking import Pieces
    from resolvers.casegraph import Casegraph
    from storage.database.imports import ImportRow

PIECE = 256 * 1024
MOST_SHOWN = 100
ONLY_TOLD = "This was a dry run: nothing was written."

commands = typer.Typer(help="Bring in what other systems have written down.", no_args_is_help=True)
Files = Annotated[
    list[Path], typer.Argument(exists=True, dir_okay=False, readable=True, help="JSON files, gzip or not.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only tell what would come of it; write nothing.")]
TableFile = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="A table in UTF-8, gzip or not.")
]
Columns = Annotated[
    list[str],
    typer.Option("--map", help="HEADING=FIELD, once for each column: RECORD_NUMBER, GIVEN_NAME, FAMILY_NAME, USED_NAME,"
                 " BIRTH_DATE, DECEASED_ON, GENDER, CLINICAL_SEX, LANGUAGE, EMAIL, PHONE, STREET, LOCALITY, REGION,"
                 " POSTAL_CODE, COUNTRY."),
]  # fmt: skip
System = Annotated[str, typer.Option("--system", help="What the other system is called; record numbers are its own.")]
Dates = Annotated[str, typer.Option("--dates", help="YEAR_MONTH_DAY, DAY_MONTH_YEAR or MONTH_DAY_YEAR.")]
Country = Annotated[str, typer.Option("--country", help="Where telephone numbers without a country code are at home.")]
AllowDuplicates = Annotated[
    bool, typer.Option("--allow-duplicates", help="Open files also for those who look like somebody who is here.")
]


@commands.callback()
def brings() -> None:
    """Bring in what other systems have written down."""


@commands.command()
def fhir(files: Files, practice: PracticeOption = "", dry_run: DryRun = False) -> None:
    """Bring in FHIR R4 bundles: patients, their documents and encounters. All else is counted.

    What was brought in before is left as it is. Ends with 1 when something could not be brought in.
    """

    async def work(casegraph: "Casegraph") -> "Report":
        from resolvers.bringing.fhir import Importer

        chosen = await practice_named(casegraph, practice)
        importer = Importer(casegraph.database, chosen.id, dry_run=dry_run)
        await bring(importer, files)
        return importer.report

    report = with_casegraph(Settings.of_environment(), work)
    typer.echo("\n".join(table(report)))
    for line in troubles(report):
        typer.echo(line, err=True)
    if dry_run:
        typer.echo(ONLY_TOLD, err=True)
    raise typer.Exit(0 if report.is_whole else 1)


async def bring(importer: "Importer", files: Sequence[Path]) -> None:
    """Bring in file after file, with a progress bar on standard error that goes by their sizes."""
    from resolvers.bringing.unpacking import Unreadable

    sizes = [max(1, path.stat().st_size) for path in files]
    with typer.progressbar(length=sum(sizes), label="Bringing in", file=sys.stderr) as bar:
        for path, size in zip(files, sizes, strict=True):
            done = 0
            try:
                async for share in brought(importer, path):
                    bar.update(int(share * size) - done)
                    done = int(share * size)
            except Unreadable as reason:
                importer.report.unreadable(path.name, str(reason))
            bar.update(size - done)


async def brought(importer: "Importer", path: Path) -> AsyncIterator[float]:
    """Bring in one file, which is seen to its end before anything of it is written; gives the share done."""
    from resolvers.bringing.spooling import Spool

    with closing(Spool()) as spool:
        await spool.fill(pieces(path))
        importer.report.counted(spool.counted)
        importer.report.troubled(path.name, spool.troubles)
        async for share in importer.bring_spooled(spool, path.name):
            yield share


async def pieces(path: Path) -> "Pieces":
    """The bytes of a file, piece by piece, each with how much is behind it in thousandths."""
    behind = 0
    with path.open("rb") as file:
        size = max(1, os.fstat(file.fileno()).st_size)
        while piece := await asyncio.to_thread(file.read, PIECE):
            behind += len(piece)
            yield piece, behind * 1000 // size


@commands.command()
def csv(
    file: TableFile,
    columns: Columns,
    practice: PracticeOption = "",
    system: System = "csv",
    dates: Dates = "YEAR_MONTH_DAY",
    country: Country = "",
    allow_duplicates: AllowDuplicates = False,
    dry_run: DryRun = False,
) -> None:
    """Bring in a table of clients, each row once. Killed half-way, the same command goes on behind the last rows.

    Who looks like somebody who is here is held back and told. Ends with 1 when something could not be brought in.
    """

    async def work(casegraph: "Casegraph") -> "ImportRow":
        from resolvers.bringing import commanding

        chosen = await practice_named(casegraph, practice)
        wanted = commanding.Wanted(
            file.name, await asyncio.to_thread(digest_of, file), tuple(map(_column, columns)), system, dates,
            country, allow_duplicates, dry_run,
        )  # fmt: skip
        with typer.progressbar(length=1000, label="Bringing in", file=sys.stderr) as bar:
            return await commanding.bring(
                casegraph.database, chosen.id, wanted, pieces(file), lambda rows, share: bar.update(share - bar.pos)
            )

    from domain.refusals import Refusal

    try:
        found = with_casegraph(Settings.of_environment(), work)
    except Refusal as refusal:
        raise Mistaken("\n".join(f"{'.'.join(map(str, p.path))}: {p.message}" for p in refusal.problems)) from None
    typer.echo("\n".join(table_of(found)))
    for line in faults(found):
        typer.echo(line, err=True)
    if dry_run:
        typer.echo(ONLY_TOLD, err=True)
    raise typer.Exit(0 if found.error is None and not any(not each["taken"] for each in found.reported) else 1)


def _column(said: str) -> tuple[str, str]:
    heading, sign, field = said.rpartition("=")
    if not sign:
        raise Mistaken(f'--map {said!r}: expected HEADING=FIELD, such as "Date of birth=BIRTH_DATE".')
    return heading.strip(), field.strip().upper().replace("-", "_")


def digest_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def table_of(found: "ImportRow") -> list[str]:
    """What became of the rows."""
    tally = found.tallies.get("Client", {})
    numbers = [tally.get(name, 0) for name in ("imported", "present", "refused")]
    heads = ("rows", "brought in", "there already", "refused")
    return ["".join(f"{head:>15}" for head in heads), "".join(f"{n:>15,}" for n in (sum(numbers), *numbers))]


def faults(found: "ImportRow") -> list[str]:
    """What could not be brought in, or not wholly, with place and reason."""
    lines = [
        f"{found.file_name}: {each['place']} {each['part'] and each['part'] + ' '}{each['reason']}; "
        + ("brought in without it" if each["taken"] else "not brought in")
        for each in found.reported[:MOST_SHOWN]
    ]
    more = found.reported_in_all - len(lines)
    return [*lines, *([f"… and {more:,} more"] if more else []), *([found.error] if found.error else [])]


def table(report: "Report") -> list[str]:
    """The report's counts, a line for each type of resource."""
    rows = [(name, numbers(tally)) for name, tally in report.rows()]
    rows.append(("all together", tuple(map(sum, zip(*(row for _, row in rows), strict=True)))))
    width = max(len(name) for name, _ in rows)
    heads = ("given", "brought in", "there already", "counted only", "refused")
    lines = [" " * width + "".join(f"{head:>15}" for head in heads)]
    return lines + [f"{name:<{width}}" + "".join(f"{number:>15,}" for number in row) for name, row in rows]


def numbers(tally: "Tally") -> tuple[int, ...]:
    """A tally in the order of the table."""
    return tally.total, tally.imported, tally.present, tally.counted, tally.refused


def troubles(report: "Report") -> list[str]:
    """What could not be brought in, or not wholly, with place and reason."""
    lines = [str(one) for one in report.reported[:MOST_SHOWN]]
    more = len(report.reported) - len(lines)
    return [*lines, f"… and {more:,} more"] if more else lines
