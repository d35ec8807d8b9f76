"""The job that brings in a file that came through the graph."""

from contextlib import aclosing, closing
from dataclasses import asdict, dataclass
from uuid import UUID

from auth.viewers import System
from domain.bringing import ImportKind, ImportState
from resolvers.bringing import progress, receiving
from resolvers.bringing.fhir import Importer
from resolvers.bringing.progress import Counted, Overtaken, Said, Stopped
from resolvers.bringing.reports import Report
from resolvers.bringing.running import Table
from resolvers.bringing.spooling import Spool
from resolvers.bringing.unpacking import Unreadable
from resolvers.jobs import Handler, Work
from resolvers.outcomes import Outcome
from resolvers.writing import Write, carry_out
from storage.database.imports import ClientImport

MOST_ATTEMPTS = 20
"""A large file may outlast many restarts of its worker."""


async def bring_in(work: Work) -> None:
    """Bring in a file from where an earlier run left off."""
    import_id = UUID(work.payload["import"])
    held = await _taken_up(work, import_id)
    if held is None:
        return
    try:
        if held.kind is ImportKind.CSV:
            pieces = receiving.pieces_of(work.casegraph.database, work.practice_id, import_id, held.received)
            await Table(work.casegraph.database, held).bring(pieces)
        else:
            await _bring_bundle(work, held)
    except (Stopped, Overtaken):
        return
    except Unreadable as reason:
        await _end(work, import_id, ImportState.FAILED, f"{held.file_name} {reason}")
    except Exception as error:
        if work.lease.attempt >= MOST_ATTEMPTS:
            await _end(work, import_id, ImportState.FAILED, f"It was given up ({type(error).__qualname__}).")
        raise
    else:
        await _end(work, import_id, ImportState.DONE)


CLIENT_IMPORT = Handler(receiving.JOB, bring_in, most_attempts=MOST_ATTEMPTS)


async def _taken_up(work: Work, import_id: UUID) -> ClientImport | None:
    async with work.writing() as write:
        key = (work.practice_id, import_id)
        held = await write.session.get(ClientImport, key, with_for_update=True)
        if held is None or held.state not in (ImportState.WAITING, ImportState.RUNNING):
            return None
        held.state = ImportState.RUNNING
    return held


async def _end(work: Work, import_id: UUID, state: ImportState, error: str | None = None) -> None:
    async with work.writing() as write:
        await progress.end(write, import_id, state, error)


@dataclass(frozen=True, slots=True)
class Behind:
    """What an import has put behind it."""

    import_id: UUID
    done: int
    counted: Counted
    permille: int


async def note(write: Write, given: Behind) -> Outcome:
    """Keep what became of one more part of a bundle."""
    held = await progress.held(write, given.import_id, given.done)
    await progress.advance(write, held, given.done + 1, given.permille, given.counted)
    return Outcome()


async def _bring_bundle(work: Work, held: ClientImport) -> None:
    """The first part is what is only counted; each further one is a patient."""
    database, done = work.casegraph.database, held.done
    with closing(Spool()) as spool:
        await spool.fill(receiving.pieces_of(database, work.practice_id, held.id, held.received))
        importer = Importer(database, work.practice_id, dry_run=held.dry_run)
        if done == 0:
            importer.report.counted(spool.counted)
            importer.report.troubled(held.file_name, spool.troubles)
            await _note(work, held, 0, importer, 0.0)
            done = 1
        async with aclosing(importer.bring_spooled(spool, held.file_name, done - 1)) as shares:
            async for share in shares:
                await _note(work, held, done, importer, share)
                done += 1


async def _note(work: Work, held: ClientImport, done: int, importer: Importer, share: float) -> None:
    given = Behind(held.id, done, _counted(importer.report), int(share * 1000))
    await carry_out(work.casegraph.database, System(work.practice_id, "import"), note, given, Outcome)
    importer.report = Report()


def _counted(report: Report) -> Counted:
    counted = Counted({name: asdict(tally) for name, tally in report.tallies.items()})
    counted.say(*(Said(one.place, one.resource_type, one.part, one.reason, one.taken) for one in report.reported))
    return counted
