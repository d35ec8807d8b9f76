"""Families of the demonstration practice: who they are, how to reach them, what to know before meeting them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain import names, searching
from domain.clients import (
    Channel,
    ClientStatus,
    ClinicalSex,
    NameUse,
    PlaceUse,
    Relation,
    age,
    years_before,
)
from domain.demonstration import banks
from domain.demonstration.banks import Origin
from domain.demonstration.chance import Chance
from domain.demonstration.facts import (
    AddressFacts,
    ClientFacts,
    ClientPlan,
    ContactFacts,
    FlagFacts,
    IdentifierFacts,
    RelatedFacts,
)
from domain.demonstration.words import pronouns_of
from domain.names import PersonName

MOST_TOGETHER = 3
"""No more clients than this come from one family."""
_SIZES = ((1, 78), (2, 16), (3, 6))
_GENDERS = (("woman", 70), ("man", 27), ("non-binary", 3))


@dataclass(slots=True)
class Household:
    """What the people of one family share."""

    origin: Origin
    family: str
    email: str
    phone: str
    address: tuple[str, str, str]
    """Street and number, town, postal code."""
    came_at: datetime


def size_of(chance: Chance) -> int:
    """How many clients the next family brings."""
    return chance.weighted(_SIZES)


def household(chance: Chance, came_at: datetime) -> Household:
    """A family."""
    origin = chance.weighted([(origin, origin.weight) for origin in banks.ORIGINS])
    family = chance.one(origin.families)
    town, letters, area = chance.one(banks.TOWNS)
    street = f"{chance.number(1, 140)} {chance.one(banks.STREETS)} {chance.one(banks.STREET_KINDS)}"
    code = f"{letters}{chance.number(1, 19)} {chance.number(1, 9)}{chance.one('ABDEFGH')}{chance.one('JLNPQRS')}"
    return Household(
        origin=origin,
        family=family,
        email=f"{address_part(family)}{chance.number(2, 99)}@example.org",
        phone=f"+44{area}4960{chance.digits(3)}",
        address=(street, town, code),
        came_at=came_at,
    )


def member_of(house: Household, place: int, chance: Chance, today: date) -> ClientPlan:
    """The client who is the first, second or third of the family, with everything but the journeys."""
    gender = chance.weighted(_GENDERS)
    born_on = _birth_date(chance, place, today)
    created_at = house.came_at + timedelta(minutes=7 * place)
    known = _names(chance, house, gender)
    given = latin(known[0].given or known[-1].given or "")
    client = ClientFacts(
        id=chance.id_at(created_at),
        status=ClientStatus.PROSPECT,
        status_before_archive=None,
        names=known,
        display_name=names.display_name(known),
        sort_name=names.sort_name(known),
        pronouns=pronouns_of(chance, gender),
        birth_date=born_on,
        deceased_on=None,
        gender=gender if chance.happens(0.8) else None,
        clinical_sex=_clinical_sex(chance, gender),
        language=house.origin.language if chance.happens(0.6) else "en",
        time_zone="Europe/London" if chance.happens(0.7) else None,
        privacy_consent=chance.weighted(((True, 86), (None, 11), (False, 3))),
        email_marketing_consent=chance.weighted(((None, 60), (True, 22), (False, 18))),
        text_marketing_consent=chance.weighted(((None, 70), (True, 12), (False, 18))),
        created_at=created_at,
        updated_at=created_at,
        archived_at=None,
    )
    return ClientPlan(
        client=client,
        contacts=_contacts(chance, house, given, client),
        addresses=[_address(chance, house, created_at)],
        related=_related(chance, house, client, today),
        identifiers=_identifiers(chance, created_at),
        flags=_flags(chance, created_at),
    )


def latin(name: str) -> str:
    """The Latin form of a name of the banks."""
    return name.rpartition("|")[2]


def _native(name: str) -> str:
    return name.partition("|")[0]


def _names(chance: Chance, house: Household, gender: str) -> tuple[PersonName, ...]:
    """The legal name; where it is written in another script or differs from daily life, first the used one."""
    is_of_men = gender == "man" or (gender == "non-binary" and chance.happens(0.5))
    given = chance.one(house.origin.men if is_of_men else house.origin.women)
    legal = PersonName(NameUse.LEGAL, _native(given), _native(house.family))
    known = [legal]
    if "|" in given or "|" in house.family:
        known.insert(0, PersonName(NameUse.USED, latin(given), latin(house.family)))
    elif gender == "non-binary" or (given in banks.USED_NAMES and chance.happens(0.5)):
        known.insert(0, PersonName(NameUse.USED, banks.USED_NAMES.get(given, "Robin")))
    if gender == "woman" and chance.happens(0.15):
        other = chance.one(house.origin.families)
        known += [PersonName(NameUse.FORMER, _native(given), _native(other))] if other != house.family else []
    return tuple(known)


def _birth_date(chance: Chance, place: int, today: date) -> date:
    """Mostly people of an age to have children; a tail of old age; the third of a family is a grown-up child."""
    if place == 2:
        years = chance.number(18, 25)
    elif chance.happens(0.62):
        years = chance.number(21, 44)
    else:
        years = chance.number(45, 94)
    return years_before(today, years) - timedelta(days=chance.number(1, 364))


def _clinical_sex(chance: Chance, gender: str) -> ClinicalSex:
    if gender == "woman":
        return ClinicalSex.FEMALE
    if gender == "man":
        return ClinicalSex.MALE
    return chance.one((ClinicalSex.FEMALE, ClinicalSex.MALE, ClinicalSex.SPECIFIED, ClinicalSex.UNKNOWN))


def _contacts(chance: Chance, house: Household, given: str, client: ClientFacts) -> list[ContactFacts]:
    """Families share an address and a landline; a mobile is one's own, and drawn from Ofcom's range for drama."""
    moment, own = client.created_at, f"{address_part(given)}.{house.email}"
    email = house.email if chance.happens(0.35) else own
    mobile = f"+447700900{chance.digits(3)}"
    may = ((True, 70), (None, 20), (False, 10))
    found = [
        ContactFacts(chance.id_at(moment), Channel.EMAIL, PlaceUse.HOME, email, None, chance.weighted(may), True),
        ContactFacts(chance.id_at(moment), Channel.PHONE, PlaceUse.HOME, mobile, "mobile", chance.weighted(may), False),
    ]
    if chance.happens(0.4):
        landline = ContactFacts(
            chance.id_at(moment), Channel.PHONE, PlaceUse.HOME, house.phone, "landline", chance.weighted(may), False
        )
        found.append(landline)
    return found


def _address(chance: Chance, house: Household, moment: datetime) -> AddressFacts:
    street, town, code = house.address
    access = chance.one(banks.ACCESS_NOTES) if chance.happens(0.3) else None
    return AddressFacts(chance.id_at(moment), PlaceUse.HOME, (street,), town, None, code, "GB", access)


def _related(chance: Chance, house: Household, client: ClientFacts, today: date) -> list[RelatedFacts]:
    years = age(client.birth_date, today)
    relations = [Relation.PARTNER if years > 22 else Relation.PARENT]
    relations += [Relation.CHILD] if years > 60 else [Relation.SIBLING] if chance.happens(0.3) else []
    relations += [Relation.PROVIDER] if chance.happens(0.35) else []
    wanted = relations if chance.happens(0.85) else relations[1:]
    return [_relative(chance, house, relation, client, place) for place, relation in enumerate(wanted)]


def _relative(chance: Chance, house: Household, relation: Relation, client: ClientFacts, place: int) -> RelatedFacts:
    is_provider = relation is Relation.PROVIDER
    own = {name.given for name in client.names}
    bank = house.origin.women if chance.happens(0.5) else house.origin.men
    given = latin(chance.one([one for one in bank if not own & {latin(one), _native(one)}]))
    name = f"Dr. {chance.one(banks.ORIGINS[0].families)}" if is_provider else f"{given} {latin(house.family)}"
    return RelatedFacts(
        id=chance.id_at(client.created_at),
        relation=relation,
        name=name,
        pronouns=None,
        phone=f"+447700900{chance.digits(3)}",
        email=None if is_provider else f"{address_part(given)}.{house.email}",
        birth_date=None,
        deceased_on=None,
        emergency_contact=place == 0 and not is_provider,
        remark="Family doctor" if is_provider else None,
    )


def _identifiers(chance: Chance, moment: datetime) -> list[IdentifierFacts]:
    found = []
    if chance.happens(0.7):
        # 999 is a prefix that the health service keeps for tests
        value = f"999 {chance.digits(3)} {chance.digits(4)}"
        found.append(IdentifierFacts(chance.id_at(moment), "https://fhir.nhs.uk/Id/nhs-number", value, "NHS number"))
    if chance.happens(0.2):
        value = f"INS-{chance.digits(8)}"
        found.append(IdentifierFacts(chance.id_at(moment), "https://insurer.example", value, "Insurance number"))
    return found


def _flags(chance: Chance, moment: datetime) -> list[FlagFacts]:
    count = chance.weighted(((0, 70), (1, 24), (2, 6)))
    return [
        FlagFacts(chance.id_at(moment), severity, text, moment.date(), None)
        for severity, text in chance.some(banks.FLAGS, count)
    ]


def address_part(name: str) -> str:
    """A name as people write it in an e-mail address."""
    folded = searching.fold(latin(name))
    return "".join(character for character in folded if character.isascii() and character.isalnum())
