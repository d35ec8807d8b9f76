"""Writing straight to the timeline: calls, follow-ups, observations, work at the desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import domain.notes
from auth.permissions import May
from domain import texts, timeline
from domain.refusals import Findings
from domain.texts import TextKind
from domain.timeline import CallDirection, EntryKind, Visibility
from resolvers.asking import Ask
from resolvers.given import ClientId, JourneyId
from resolvers.loaders import loaded
from resolvers.outcomes import Outcome
from resolvers.places import hold_place
from resolvers.writing import Write
from storage.database.timeline import EntryRow

TEXT = TextKind(timeline.TEXT_CHARACTERS, lines=True, required=False)


@dataclass(frozen=True)
class TimelineEntryAddInput:
    """What happened. Each kind knows some of the fields; one that it does not know is refused."""

    client_id: ClientId
    """The client it happened with."""
    kind: EntryKind
    """What kind of thing happened: `CALL`, `FOLLOW_UP`, `OBSERVATION` or `ADMINISTRATION`."""
    journey_id: JourneyId | None = None
    """The journey it belongs to; left out, it belongs to the client as a whole."""
    occurred_at: datetime | None = None
    """When it happened, for what is written down later; now if left out."""
    visibility: Visibility | None = None
    """Who may read it; left out, follow-ups and observations are clinical and the others general."""
    text: str | None = None
    """What there is to say, for every kind."""
    whom: str | None = None
    """Whom it was with, of a call or a follow-up."""
    direction: CallDirection | None = None
    """Who rang whom, of a call."""
    minutes: int | None = None
    """How long it took, of a call."""
    what: str | None = None
    """What was observed."""
    value: str | None = None
    """The value that was observed."""
    unit: str | None = None
    """The unit of the value."""


@dataclass(slots=True, kw_only=True)
class EntryAdded(Outcome):
    """What came of adding to the timeline."""

    entry_id: UUID | None = None


async def add(write: Write, input: TimelineEntryAddInput) -> EntryAdded:
    """Write something straight to the timeline: a call, a follow-up, an observation, work at the desk. It never
    changes afterwards. What is clinical needs WRITE_CLINICAL."""
    findings = Findings()
    facts = _facts(input, findings)
    timeline.check_added(input.kind, facts, findings)
    occurred_at = input.occurred_at or write.moment
    domain.notes.check_occurred(occurred_at, write.moment, findings)
    findings.settle()
    visibility = input.visibility or timeline.default_visibility(input.kind)
    may = May.WRITE_CLINICAL if visibility is Visibility.CLINICAL else May.WRITE_CLIENTS
    await hold_place(write, input.client_id, input.journey_id, may)
    entry = await write.happened(
        input.kind, input.client_id, facts,
        journey_id=input.journey_id, occurred_at=occurred_at, visibility=visibility,
    )  # fmt: skip
    write.record("CREATED", entry, "journey_id", "kind", "occurred_at", "visibility", "facts")
    return EntryAdded(entry_id=entry.id)


async def entries_added(ask: Ask, outcomes: Sequence[EntryAdded]) -> Sequence[EntryRow | None]:
    """The new entry; null when none was added."""
    return await loaded(ask.loaders.entry_by_id, [outcome.entry_id for outcome in outcomes])


def _facts(input: TimelineEntryAddInput, findings: Findings) -> dict[str, str | int | None]:
    """What was said, cleaned, under the names of the facts; what was left out is not among them."""
    facts: dict[str, str | int | None] = {}
    for name in ("text", "whom", "what", "value", "unit"):
        kind = TEXT if name == "text" else texts.LINE
        facts[name] = texts.taken_or_none(getattr(input, name), kind, ("input", name), findings)
    facts["direction"] = input.direction
    facts["minutes"] = input.minutes
    return {name: value for name, value in facts.items() if value is not None}
