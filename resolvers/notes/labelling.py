"""Labels: free words that notes are sorted by, the same for the whole practice however they are spelled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import delete, insert, select

import storage.database.notes
from domain import searching, texts
from domain.refusals import Findings
from resolvers.asking import Ask
from resolvers.auditing import Fact
from resolvers.given import reads
from resolvers.sorting_out import sorted_out
from resolvers.writing import Write
from storage.database.notes import LabelUseRow, Note, NoteLabel, NoteLabelRow, NoteRow
from storage.database.selecting import table_of

MOST = 20
MOST_ASKED = 1_000
LISTED = 200


@dataclass(frozen=True, slots=True)
class LabelUse:
    """A label, and how many notes carry it."""

    label: str
    notes: int


def folded_of(labels: Iterable[str]) -> list[str]:
    """The folded forms of labels that are looked for, each once. What a store would refuse is left out, and so are all
    beyond those that a note can carry: with one more, nothing is found already."""
    scrubbed = (texts.scrubbed(label, texts.LABEL) for label in islice(labels, MOST_ASKED))
    return list(dict.fromkeys(filter(None, (searching.fold(label) for label in scrubbed))))[: MOST + 1]


def taken(labels: Sequence[str], findings: Findings) -> dict[str, str]:
    """The labels as they are kept, by their folded form; of two spellings of one label the first counts."""
    if len(labels) > MOST:
        findings.invalid(("input", "labels"), f"must be at most {MOST}")
        return {}
    found: dict[str, str] = {}
    for number, given in enumerate(labels):
        label = texts.taken_or_none(given, texts.LABEL, ("input", "labels", str(number)), findings)
        if label is not None:
            found.setdefault(searching.fold(" ".join(label.split())), label)
    return found


async def keep(write: Write, note: Note, wanted: dict[str, str]) -> bool:
    """Make these the note's labels, and tell whether that changed any. One that stays keeps its spelling."""
    label = table_of(NoteLabel)
    of_note = (label.c.practice_id == write.practice_id, label.c.note_id == note.id)
    known = {row.folded: row.label for row in await write.session.execute(select(label).where(*of_note))}
    gone, fresh = known.keys() - wanted.keys(), wanted.keys() - known.keys()
    if gone:
        await write.session.execute(delete(label).where(*of_note, label.c.folded.in_(gone)))
    if fresh:
        key = {"practice_id": write.practice_id, "note_id": note.id}
        rows = [{**key, "folded": folded, "label": wanted[folded]} for folded in sorted(fresh)]
        await write.session.execute(insert(label), rows)
    if gone or fresh:
        after = sorted({**wanted, **{folded: known[folded] for folded in known.keys() & wanted.keys()}}.values())
        bodies = frozenset({"labels"} if note.private_to else ())
        values = {"labels": [sorted(known.values()), after]}
        write.facts.append(Fact("CHANGED", "note", str(note.id), note.client_id, values, bodies))
    return bool(gone or fresh)


@reads()
async def of_notes(ask: Ask, rows: Sequence[NoteRow]) -> Sequence[list[str]]:
    """The words that the note is sorted by."""
    ids = [row.id for row in rows]
    labels = await ask.rows(NoteLabelRow, storage.database.notes.labels_of, ids=ids)
    return [[each.label for each in found] for found in sorted_out(labels, ids, "note_id")]


async def in_use(ask: Ask) -> list[LabelUse]:
    """The labels of the notes within reach, the most used first, at most 200: to choose from."""
    rows = await ask.rows(LabelUseRow, storage.database.notes.labels_in_use, ask.reach, size=LISTED)
    return [LabelUse(row.label, row.number) for row in rows]
