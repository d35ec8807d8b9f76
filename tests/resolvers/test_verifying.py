"""Whatever is done to the audit log with the database's own tools is found and named, on both databases."""

from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from domain.chains import Damage, chained
from resolvers.accesses import access_of
from resolvers.anchoring import Anchor, Anchoring
from resolvers.auditing import digest_of_write
from resolvers.looking import Looked
from resolvers.verifying import Chain, Fault, Report, verify
from resolvers.writing import carry_out
from storage.database.audit import AuditEvent
from tests.acts import FileGiven, FileOpened, open_file
from tests.makers import PracticeUnderTest
from tests.servers.postgres import APP
from tests.tampering import Tamperer

WRITES = 7
"""The founding, and six files of three facts each."""


async def written(practice: PracticeUnderTest) -> Tamperer:
    """A practice with a few writes and accesses behind it."""
    clients = []
    for number in range(WRITES - 1):
        opened, _ = await carry_out(
            practice.casegraph.database, practice.system, open_file, FileGiven(f"Nia {number}", flags=2), FileOpened
        )
        assert opened.client_id is not None
        clients.append(opened.client_id)
    for client_id in clients:
        looked = Looked()
        looked.clients.add(client_id)
        access = access_of(
            practice.system, looked, datetime.now(UTC), operation="Page", request_id="test", purpose="READ"
        )
        assert access is not None
        await practice.casegraph.accesses.keep(access)
    return Tamperer(practice.casegraph.database, practice.id)


async def found(practice: PracticeUnderTest, anchor: Anchor | None = None) -> list[str]:
    report = await verify(practice.casegraph.database, practice.id, anchor)
    return [str(fault) for fault in report.faults]


async def anchored(practice: PracticeUnderTest, folder: Path) -> Anchor:
    anchor = Anchor(folder / "anchor", practice.casegraph.ring)
    await Anchoring(practice.casegraph.database, anchor).anchor()
    return anchor


def moved(table: str, *steps: tuple[str, str]) -> list[str]:
    """Statements that change `seq` or `ordinal` of rows, one step after another."""
    return [f"UPDATE {table} SET {to} WHERE practice_id = {{practice}} AND {of}" for of, to in steps]


async def test_an_untouched_log_is_sound(practice: PracticeUnderTest, tmp_path: Path) -> None:
    await written(practice)
    anchor = await anchored(practice, tmp_path)

    report = await verify(practice.casegraph.database, practice.id, anchor)

    assert report == Report(
        practice.id, writes=WRITES, facts=19, erased=0, batches=WRITES - 1, accesses=WRITES - 1, anchored=1
    )
    assert report.is_sound


async def test_a_practice_without_history_is_sound(practice: PracticeUnderTest) -> None:
    assert await found(practice) == []


async def test_an_erased_detail_is_no_fault(practice: PracticeUnderTest) -> None:
    log = await written(practice)
    await log.run("DELETE FROM audit_detail WHERE practice_id = {practice} AND seq = 3")

    report = await verify(practice.casegraph.database, practice.id, None)

    assert (report.erased, report.faults) == (3, [])


@pytest.mark.parametrize(
    "change",
    [
        "operation = 'nothing.happened'",
        "action = 'VIEWED'",
        "actor_id = NULL, actor_kind = 'MEMBER'",
        "client_id = NULL",
        "subject_id = 'someone else'",
        "request_id = 'another'",
        "changes = '{}'",
        "facts_in_write = 2000000000",
        "recorded_at = '2001-01-01 00:00:00.000000'",
    ],
)
async def test_an_edited_fact_is_named(practice: PracticeUnderTest, change: str) -> None:
    log = await written(practice)
    await log.run(f"UPDATE audit_event SET {change} WHERE practice_id = {{practice}} AND seq = 4 AND ordinal = 1")
    assert await found(practice) == ["AUDIT 4: EDITED"]


async def test_an_edited_digest_is_named(practice: PracticeUnderTest) -> None:
    log = await written(practice)
    await log.run(f"UPDATE audit_event SET digest = {log.blob(bytes(32))} WHERE practice_id = {{practice}} AND seq = 4")
    assert await found(practice) == ["AUDIT 4: EDITED"]


async def test_an_edited_link_is_named(practice: PracticeUnderTest) -> None:
    log = await written(practice)
    await log.run(
        f"UPDATE audit_event SET link = {log.blob(bytes(32))}"
        " WHERE practice_id = {practice} AND seq = 4 AND ordinal = 0"
    )
    assert await found(practice) == ["AUDIT 4: EDITED"]


async def test_an_edited_detail_is_named(practice: PracticeUnderTest) -> None:
    log = await written(practice)
    await log.run(
        'UPDATE audit_detail SET "values" = \'{"text":[null,"harmless"]}\''
        " WHERE practice_id = {practice} AND seq = 5 AND ordinal = 1"
    )
    assert await found(practice) == ["AUDIT 5: EDITED"]


async def test_a_deleted_fact_is_named(practice: PracticeUnderTest) -> None:
    log = await written(practice)
    await log.run("DELETE FROM audit_event WHERE practice_id = {practice} AND seq = 3 AND ordinal = 2")
    assert await found(practice) == ["AUDIT 3: DELETED"]


async def test_a_deleted_first_fact_is_named(practice: PracticeUnderTest) -> None:
    log = await written(practice)
    await log.run("DELETE FROM audit_event WHERE practice_id = {practice} AND seq = 3 AND ordinal = 0")
    assert await found(practice) == ["AUDIT 3: DELETED"]


async def test_a_deleted_write_is_named(practice: PracticeUnderTest) -> None:
    log = await written(practice)
    await log.run(
        "DELETE FROM audit_event WHERE practice_id = {practice} AND seq = 3",
        "DELETE FROM audit_detail WHERE practice_id = {practice} AND seq = 3",
    )
    assert await found(practice) == ["AUDIT 3: DELETED"]


async def test_a_deleted_write_whose_gap_was_closed_is_named(practice: PracticeUnderTest) -> None:
    log = await written(practice)
    for table in ("audit_event", "audit_detail"):
        await log.run(
            f"DELETE FROM {table} WHERE practice_id = {{practice}} AND seq = 3",
            *moved(table, *((f"seq = {number}", f"seq = {number - 1}") for number in range(4, WRITES + 1))),
        )
    assert await found(practice) == ["AUDIT 3: DELETED"]


async def test_an_inserted_fact_is_named(practice: PracticeUnderTest) -> None:
    log = await written(practice)
    await log.run(copied(2, 2, seq="4", ordinal="3", link="NULL"))
    assert await found(practice) == ["AUDIT 4: INSERTED"]


async def test_an_inserted_write_is_named(practice: PracticeUnderTest) -> None:
    log = await written(practice)
    for table in ("audit_event", "audit_detail"):
        numbers = range(WRITES, 2, -1)
        await log.run(*moved(table, *((f"seq = {number}", f"seq = {number + 1}") for number in numbers)))
    await log.run(copied(2, 1, seq="3", ordinal="0", facts_in_write="1", link=log.blob(bytes(32))))
    assert await found(practice) == ["AUDIT 3: INSERTED"]


async def test_a_well_made_write_put_in_between_is_named(practice: PracticeUnderTest) -> None:
    log = await written(practice)
    for table in ("audit_event", "audit_detail"):
        numbers = range(WRITES, 2, -1)
        await log.run(*moved(table, *((f"seq = {number}", f"seq = {number + 1}") for number in numbers)))
    await forge(log, like=1, at=3)
    assert await found(practice) == ["AUDIT 3: INSERTED"]


async def test_a_well_made_write_put_behind_the_end_is_named(practice: PracticeUnderTest) -> None:
    log = await written(practice)
    await forge(log, like=1, at=WRITES + 1)
    assert await found(practice) == [f"AUDIT {WRITES + 1}: INSERTED"]


async def test_two_facts_that_changed_places_are_named(practice: PracticeUnderTest) -> None:
    log = await written(practice)
    for table in ("audit_event", "audit_detail"):
        steps = (("seq = 5 AND ordinal = 0", "ordinal = 9"), ("seq = 5 AND ordinal = 1", "ordinal = 0"))
        await log.run(*moved(table, *steps, ("seq = 5 AND ordinal = 9", "ordinal = 1")))
    assert await found(practice) == ["AUDIT 5: REORDERED"]


async def test_two_writes_that_changed_places_are_named(practice: PracticeUnderTest) -> None:
    log = await written(practice)
    for table in ("audit_event", "audit_detail"):
        await log.run(*moved(table, ("seq = 3", "seq = 99"), ("seq = 6", "seq = 3"), ("seq = 99", "seq = 6")))
    assert await found(practice) == ["AUDIT 3: REORDERED"]


async def test_two_facts_of_different_writes_that_changed_places_are_named(practice: PracticeUnderTest) -> None:
    log = await written(practice)
    for table in ("audit_event", "audit_detail"):
        steps = (("seq = 3 AND ordinal = 1", "seq = 99"), ("seq = 6 AND ordinal = 1", "seq = 3"))
        await log.run(*moved(table, *steps, ("seq = 99", "seq = 6")))
    assert await found(practice) == ["AUDIT 3: REORDERED"]


async def test_a_cut_tail_is_named(practice: PracticeUnderTest) -> None:
    log = await written(practice)
    await log.run("DELETE FROM audit_event WHERE practice_id = {practice} AND seq > 5")
    assert await found(practice) == ["AUDIT 6 to 7: TRUNCATED"]


async def test_a_cut_tail_is_found_by_the_anchor_when_the_head_was_set_back_along(
    practice: PracticeUnderTest, tmp_path: Path
) -> None:
    log = await written(practice)
    anchor = await anchored(practice, tmp_path)
    await cut_tail(log, last=5)

    assert await found(practice) == []
    assert await found(practice, anchor) == ["AUDIT 6 to 7: TRUNCATED"]


async def test_a_log_written_anew_is_found_by_the_anchor(practice: PracticeUnderTest, tmp_path: Path) -> None:
    log = await written(practice)
    anchor = await anchored(practice, tmp_path)
    await cut_tail(log, last=5)
    for number in range(2):
        await carry_out(practice.casegraph.database, practice.system, open_file, FileGiven(f"Ada {number}"), FileOpened)

    assert await found(practice) == []
    assert await found(practice, anchor) == ["AUDIT 1 to 7: EDITED"]


async def test_a_head_that_was_changed_alone_is_named(practice: PracticeUnderTest, tmp_path: Path) -> None:
    log = await written(practice)
    anchor = await anchored(practice, tmp_path)
    await log.run(f"UPDATE practice_seq SET last_hash = {log.blob(bytes(32))} WHERE practice_id = {{practice}}")
    assert await found(practice, anchor) == ["AUDIT 7: EDITED"]


async def test_an_event_with_a_number_that_no_write_took_is_named(practice: PracticeUnderTest) -> None:
    log = await written(practice)
    await log.run("UPDATE practice_event SET seq = 70 WHERE practice_id = {practice} AND seq = 7")
    assert await found(practice) == ["AUDIT 70: INSERTED"]


async def test_a_detail_without_a_fact_is_named(practice: PracticeUnderTest) -> None:
    log = await written(practice)
    await log.run("UPDATE audit_detail SET ordinal = 8 WHERE practice_id = {practice} AND seq = 4 AND ordinal = 1")
    assert await found(practice) == ["AUDIT 4: INSERTED"]


@pytest.mark.parametrize(
    "change",
    ["actor_kind = 'MEMBER'", "operation = 'Other'", "clients_in_list = 400", "details = '{\"a\":1}'", "purpose = ''"],
)
async def test_an_edited_access_is_named(practice: PracticeUnderTest, change: str) -> None:
    log = await written(practice)
    await log.run(f"UPDATE access_event SET {change} WHERE practice_id = {{practice}} AND batch = 3")
    assert await found(practice) == ["ACCESS 3: EDITED"]


async def test_a_hidden_subject_of_an_access_is_named(practice: PracticeUnderTest) -> None:
    log = await written(practice)
    await log.run(
        "DELETE FROM access_subject WHERE practice_id = {practice} AND access_id IN"
        " (SELECT id FROM access_event WHERE practice_id = {practice} AND batch = 2)"
    )
    assert await found(practice) == ["ACCESS 2: EDITED"]


async def test_a_deleted_access_is_named(practice: PracticeUnderTest) -> None:
    log = await written(practice)
    await log.run(
        "DELETE FROM access_subject WHERE practice_id = {practice} AND access_id IN"
        " (SELECT id FROM access_event WHERE practice_id = {practice} AND batch = 2)",
        "DELETE FROM access_event WHERE practice_id = {practice} AND batch = 2",
    )
    assert await found(practice) == ["ACCESS 2: DELETED"]


async def test_a_subject_without_an_access_is_named(practice: PracticeUnderTest) -> None:
    log = await written(practice)
    await log.run(
        "INSERT INTO access_subject (practice_id, access_id, client_id, refused)"
        " VALUES ({practice}, {practice}, {practice}, false)"
    )
    assert await found(practice) == ["ACCESS 0: INSERTED"]


async def test_a_deleted_batch_of_accesses_is_named(practice: PracticeUnderTest) -> None:
    log = await written(practice)
    await log.run("DELETE FROM access_batch WHERE practice_id = {practice} AND batch = 2")
    assert await found(practice) == ["ACCESS 2: DELETED"]


async def test_two_batches_of_accesses_that_changed_places_are_named(practice: PracticeUnderTest) -> None:
    log = await written(practice)
    steps = (("batch = 2", "batch = 99"), ("batch = 4", "batch = 2"), ("batch = 99", "batch = 4"))
    await log.run(*moved("access_batch", *steps), *moved("access_event", *steps))
    assert await found(practice) == ["ACCESS 2: REORDERED"]


async def test_cut_accesses_are_found_by_the_anchor_when_their_head_was_set_back_along(
    practice: PracticeUnderTest, tmp_path: Path
) -> None:
    log = await written(practice)
    anchor = await anchored(practice, tmp_path)
    link = (await log.fetch("SELECT link FROM access_batch WHERE practice_id = {practice} AND batch = 4"))[0][0]
    await log.run(
        "DELETE FROM access_subject WHERE practice_id = {practice} AND access_id IN"
        " (SELECT id FROM access_event WHERE practice_id = {practice} AND batch > 4)",
        "DELETE FROM access_event WHERE practice_id = {practice} AND batch > 4",
        "DELETE FROM access_batch WHERE practice_id = {practice} AND batch > 4",
        f"UPDATE access_seq SET batch = 4, last_hash = {log.blob(link)} WHERE practice_id = {{practice}}",
    )

    assert await found(practice) == []
    assert await found(practice, anchor) == ["ACCESS 5 to 6: TRUNCATED"]


async def test_an_access_beside_a_refusal_of_the_same_client_is_kept_once(practice: PracticeUnderTest) -> None:
    await written(practice)
    looked = Looked()
    looked.clients.add(practice.id)
    looked.refused.add(practice.id)
    access = access_of(practice.system, looked, datetime.now(UTC), operation=None, request_id=None, purpose="READ")
    assert access is not None

    await practice.casegraph.accesses.keep(access)

    assert (access.event["reached"], access.event["refused"]) == ([str(practice.id)], [])
    assert await found(practice) == []


@pytest.mark.parametrize("table", ["audit_event", "access_event", "access_subject", "access_batch", "note_revision"])
async def test_on_postgresql_the_application_itself_can_change_no_row_of_the_log(
    practice: PracticeUnderTest, table: str
) -> None:
    log = await written(practice)
    if not practice.casegraph.database.is_postgresql:
        return  # SQLite has no roles: whoever can open the file can write to it, and the chain shows it.
    for statement in (f"UPDATE {table} SET practice_id = practice_id", f"DELETE FROM {table}", f"TRUNCATE {table}"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await log.fetch(statement, role=APP)
    assert await found(practice) == []


async def test_a_fault_reads_as_a_sentence_would() -> None:
    assert str(Fault(Chain.AUDIT, 3, Damage.EDITED, 3)) == "AUDIT 3: EDITED"


def copied(seq: int, ordinal: int, /, **changed: str) -> str:
    """A statement that copies a row of the audit log with some columns changed."""
    names = [column.name for column in AuditEvent.__table__.columns]
    values = ", ".join(changed.get(name, name) for name in names)
    return (
        f"INSERT INTO audit_event ({', '.join(names)}) SELECT {values} FROM audit_event"
        f" WHERE practice_id = {{practice}} AND seq = {seq} AND ordinal = {ordinal}"
    )


async def forge(log: Tamperer, *, like: int, at: int) -> None:
    """Add a write whose digest and link are right for its place, as whoever knows how they are made can."""
    own = f"SELECT digest FROM audit_event WHERE practice_id = {{practice}} AND seq = {like} AND ordinal = 0"
    before = f"SELECT link FROM audit_event WHERE practice_id = {{practice}} AND seq = {at - 1} AND ordinal = 0"
    digest, last = (await log.fetch(own))[0][0], (await log.fetch(before))[0][0]
    link = chained(last, at, digest_of_write([digest]))
    await log.run(copied(like, 0, seq=str(at), link=log.blob(link)))


async def cut_tail(log: Tamperer, *, last: int) -> None:
    """Remove the last writes without a contradiction: their facts, details and events, and the head set back."""
    question = f"SELECT link FROM audit_event WHERE practice_id = {{practice}} AND seq = {last} AND ordinal = 0"
    link = (await log.fetch(question))[0][0]
    for table in ("audit_event", "audit_detail", "practice_event"):
        await log.run(f"DELETE FROM {table} WHERE practice_id = {{practice}} AND seq > {last}")
    await log.run(
        f"UPDATE practice_seq SET seq = {last}, last_hash = {log.blob(link)} WHERE practice_id = {{practice}}"
    )
