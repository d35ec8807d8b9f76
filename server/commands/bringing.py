"""`casegraph import`: other systems' records."""

import gzip
import sys
import zlib
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from server.commands.opening import PracticeOption, practice_named, with_casegraph
from server.settings import Settings

if TYPE_CHECKING:
    from resolvers.bringing.fhir import Importer
    from resolvers.bringing.reports import Report, Tally
    from resolvers.casegraph import Casegraph

GZIP, BYTE_ORDER_MARK = b"\x1f\x8b", b"\xef\xbb\xbf"
MOST_BYTES = 512 * 1024 * 1024
"""A document larger than this, unpacked, is no record of anybody."""
MOST_SHOWN = 100

commands = typer.Typer(help="Bring in what other systems have written down.", no_args_is_help=True)
Files = Annotated[
    list[Path], typer.Argument(exists=True, dir_okay=False, readable=True, help="JSON files, gzip or not.")
]


class Unreadable(Exception):
    """A file holds no JSON; the message continues the sentence that its name begins."""


@commands.callback()
def brings() -> None:
    """Bring in what other systems have written down."""


@commands.command()
def fhir(files: Files, practice: PracticeOption = "") -> None:
    """Bring in FHIR R4 bundles: patients, their documents and encounters. All else is counted.

    What was brought in before is left as it is. Ends with 1 when something could not be brought in.
    """

    async def work(casegraph: "Casegraph") -> "Report":
        from resolvers.bringing.fhir import Importer

        chosen = await practice_named(casegraph, practice)
        importer = Importer(casegraph.database, chosen.id)
        await bring(importer, files)
        return importer.report

    report = with_casegraph(Settings.of_environment(), work)
    typer.echo("\n".join(table(report)))
    for line in troubles(report):
        typer.echo(line, err=True)
    raise typer.Exit(0 if report.is_whole else 1)


async def bring(importer: "Importer", files: Sequence[Path]) -> None:
    """Bring in file after file, with a progress bar on standard error that goes by their sizes."""
    sizes = [max(1, path.stat().st_size) for path in files]
    with typer.progressbar(length=sum(sizes), label="Bringing in", file=sys.stderr) as bar:
        for path, size in zip(files, sizes, strict=True):
            done = 0
            try:
                document = read_document(path)
            except Unreadable as reason:
                importer.report.unreadable(path.name, str(reason))
            else:
                async for share in importer.bring(document, path.name):
                    bar.update(int(share * size) - done)
                    done = int(share * size)
            bar.update(size - done)


def read_document(path: Path) -> object:
    """The parsed JSON of a file, whether packed with gzip or not; `Unreadable` with the reason."""
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if content.startswith(GZIP):
        try:
            content = gzip.GzipFile(fileobj=BytesIO(content)).read(MOST_BYTES + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise Unreadable(f"is packed with gzip, and broken ({error})") from None
    if len(content) > MOST_BYTES:
        raise Unreadable(f"holds more than {MOST_BYTES >> 20} MiB")
    try:
        return orjson.loads(content.removeprefix(BYTE_ORDER_MARK))
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"is no JSON ({error})") from None


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
