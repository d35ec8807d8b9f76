"""The rules of a client's profile."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain import clients
from domain.clients import Channel, ClientStatus, ContactPermission, ContactPurpose, Hindrance
from domain.refusals import AlreadyDone, Findings, NotAllowedNow

TODAY = date(2026, 3, 1)
DAYS = some.dates()


@pytest.mark.parametrize(
    ("status", "portal", "automated_messages", "new_work"),
    [
        (ClientStatus.PROSPECT, True, False, True),
        (ClientStatus.ACTIVE, True, True, True),
        (ClientStatus.INACTIVE, True, False, True),
        (ClientStatus.ARCHIVED, False, False, False),
    ],
)
def test_every_status_has_its_consequences(
    status: ClientStatus, portal: bool, automated_messages: bool, new_work: bool
) -> None:
    found = clients.consequences(status, deceased=False)
    assert (found.portal, found.automated_messages, found.new_work) == (portal, automated_messages, new_work)


@pytest.mark.parametrize("status", ClientStatus)
def test_after_a_death_nothing_goes_out_by_itself_and_nothing_is_begun(status: ClientStatus) -> None:
    found = clients.consequences(status, deceased=True)
    assert (found.portal, found.automated_messages, found.new_work) == (False, False, False)


@pytest.mark.parametrize(("current", "wanted"), list(product(ClientStatus, ClientStatus)))
def test_a_status_changes_only_where_the_rule_says(current: ClientStatus, wanted: ClientStatus) -> None:
    allowed = {"PROSPECT ACTIVE", "PROSPECT INACTIVE", "ACTIVE INACTIVE", "INACTIVE ACTIVE", "INACTIVE PROSPECT"}
    if current is wanted or f"{current} {wanted}" in allowed:
        assert clients.status_changed(current, wanted) is wanted
    else:
        with pytest.raises(NotAllowedNow):
            clients.status_changed(current, wanted)


@pytest.mark.parametrize("status", sorted(set(ClientStatus) - {ClientStatus.ARCHIVED}))
def test_restoring_returns_to_the_status_before_archiving(status: ClientStatus) -> None:
    now, before = clients.archived(status)
    assert now is ClientStatus.ARCHIVED
    assert clients.restored(now, before) is status


def test_an_archived_client_is_not_archived_again() -> None:
    with pytest.raises(AlreadyDone):
        clients.archived(ClientStatus.ARCHIVED)


def test_only_an_archived_client_is_restored() -> None:
    with pytest.raises(NotAllowedNow):
        clients.restored(ClientStatus.ACTIVE, None)


def test_an_archived_client_without_a_known_status_before_comes_back_inactive() -> None:
    assert clients.restored(ClientStatus.ARCHIVED, None) is ClientStatus.INACTIVE


def test_an_archived_client_is_not_changed() -> None:
    clients.check_changeable(ClientStatus.INACTIVE)
    with pytest.raises(NotAllowedNow, match="Cannot be changed while ARCHIVED"):
        clients.check_changeable(ClientStatus.ARCHIVED)


def test_nothing_new_is_opened_for_somebody_who_died() -> None:
    clients.check_new_work(ClientStatus.ACTIVE, deceased=False)
    with pytest.raises(NotAllowedNow, match="DECEASED"):
        clients.check_new_work(ClientStatus.ACTIVE, deceased=True)


def hindrance(
    purpose: ContactPurpose,
    here: bool | None = None,
    consent: bool | None = None,
    status: ClientStatus = ClientStatus.ACTIVE,
    deceased: bool = False,
) -> Hindrance | None:
    return clients.hindrance(purpose, permitted_here=here, consent=consent, status=status, deceased=deceased)


def test_in_person_the_practice_may_write_until_somebody_says_no() -> None:
    assert hindrance(ContactPurpose.PERSONAL) is None
    assert hindrance(ContactPurpose.PERSONAL, here=False, consent=True) is Hindrance.REFUSED_HERE
    assert hindrance(ContactPurpose.PERSONAL, here=True, consent=False) is Hindrance.REFUSED


def test_what_goes_out_by_itself_needs_a_yes() -> None:
    assert hindrance(ContactPurpose.AUTOMATED) is Hindrance.NOT_ASKED
    assert hindrance(ContactPurpose.AUTOMATED, here=True) is None
    assert hindrance(ContactPurpose.AUTOMATED, consent=True) is None


def test_marketing_needs_a_yes_to_marketing() -> None:
    assert hindrance(ContactPurpose.MARKETING, here=True) is Hindrance.NOT_ASKED
    assert hindrance(ContactPurpose.MARKETING, consent=True) is None


def test_a_prospect_gets_no_automated_message() -> None:
    assert hindrance(ContactPurpose.AUTOMATED, True, True, ClientStatus.PROSPECT) is Hindrance.STATUS


@given(
    some.sampled_from(ContactPurpose),
    some.none() | some.booleans(),
    some.none() | some.booleans(),
    some.sampled_from(ClientStatus),
    some.booleans(),
)
def test_a_no_always_counts_and_the_dead_get_no_automated_message(
    purpose: ContactPurpose, here: bool | None, consent: bool | None, status: ClientStatus, deceased: bool
) -> None:
    found = hindrance(purpose, here, consent, status, deceased)
    if here is False or consent is False or (deceased and purpose is not ContactPurpose.PERSONAL):
        assert found is not None


def wrong_dates(born_on: date | None, died_on: date | None = None) -> list[tuple[str, ...]]:
    findings = Findings()
    clients.check_life_dates(born_on, died_on, TODAY, findings)
    return [problem.path for problem in findings.problems]


def test_a_birth_in_the_future_is_refused_at_its_field() -> None:
    assert wrong_dates(TODAY + timedelta(days=1)) == [("input", "birthDate")]
    assert wrong_dates(TODAY) == []


def test_a_birth_more_than_130_years_ago_is_refused() -> None:
    assert wrong_dates(date(1896, 2, 29)) == [("input", "birthDate")]
    assert wrong_dates(date(1896, 3, 1)) == []


def test_a_death_is_neither_in_the_future_nor_before_the_birth() -> None:
    assert wrong_dates(None, TODAY + timedelta(days=1)) == [("input", "deceasedOn")]
    assert wrong_dates(date(2000, 1, 2), date(2000, 1, 1)) == [("input", "deceasedOn")]
    assert wrong_dates(date(2000, 1, 2), date(2000, 1, 2)) == []


@given(DAYS, DAYS)
def test_an_age_is_the_number_of_birthdays_so_far(born_on: date, on: date) -> None:
    birthdays = sum(1 for year in range(born_on.year + 1, on.year + 1) if birthday(born_on, year) <= on)
    assert clients.age(born_on, on) == birthdays


def birthday(born_on: date, year: int) -> date:
    try:
        return born_on.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


@given(DAYS, some.integers(0, 200))
def test_years_before_lies_that_many_years_earlier(day: date, years: int) -> None:
    earlier = clients.years_before(day, years)
    assert earlier == date.min or earlier.year == day.year - years


@pytest.mark.parametrize(("counter", "number"), [(1, "C-000001"), (999_999, "C-999999"), (1_000_000, "C-1000000")])
def test_a_file_number_is_a_prefix_and_a_padded_counter(counter: int, number: str) -> None:
    assert clients.file_number("C-", counter) == number


def paths_of(findings: Findings) -> list[tuple[str, ...]]:
    return [problem.path for problem in findings.problems]


def test_somebody_without_any_name_is_refused() -> None:
    findings = Findings()
    clients.check_names([False, True], findings)
    assert not findings
    clients.check_names([], findings)
    clients.check_names([False, False], findings)
    assert paths_of(findings) == [("input", "names")] * 2


@pytest.mark.parametrize(("channel", "way"), list(product(Channel, ContactPermission)))
def test_a_contact_point_is_permitted_only_what_it_can_be_used_for(channel: Channel, way: ContactPermission) -> None:
    findings = Findings()
    clients.check_ways(channel, [way], findings, ("permissions",))
    fits = (channel is Channel.EMAIL) is (way is ContactPermission.EMAIL)
    assert paths_of(findings) == ([] if fits else [("permissions", way.value.lower())])


def test_each_channel_has_at_most_one_preferred_contact_point() -> None:
    findings = Findings()
    points = [(Channel.EMAIL, True), (Channel.PHONE, True), (Channel.EMAIL, False), (Channel.EMAIL, True)]
    clients.check_preferred(points, findings, ("contactPoints",))
    assert paths_of(findings) == [("contactPoints", "3", "preferred")]


def test_a_flag_does_not_end_before_it_begins() -> None:
    findings = Findings()
    clients.check_flag_days(TODAY, TODAY, findings, ("flag",))
    clients.check_flag_days(None, TODAY, findings, ("flag",))
    clients.check_flag_days(TODAY, None, findings, ("flag",))
    assert not findings
    clients.check_flag_days(TODAY, TODAY - timedelta(days=1), findings, ("flag",))
    assert paths_of(findings) == [("flag", "toDate")]
