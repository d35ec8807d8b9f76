"""What fills the places in the texts of a story."""

from string import Formatter

from domain.demonstration.chance import Chance

_BOUNDS = {
    "months": (7, 30),
    "cycle": (26, 33),
    "weeks": (2, 6),
    "hours": (3, 7),
    "weeks_pregnant": (9, 22),
    "kilograms": (52, 104),
    "heartbeat": (122, 154),
    "hour": (1, 9),
    "hour_later": (11, 22),
    "centimetres": (4, 8),
    "grams": (2740, 4160),
    "long": (48, 55),
    "millilitres": (200, 450),
    "day": (5, 12),
    "score": (11, 19),
    "score_later": (5, 10),
    "seconds": (6, 14),
    "age": (3, 7),
    "pain": (1, 4),
    "worse_pain": (6, 8),
    "degrees": (72, 90),
    "degrees_later": (98, 112),
    "few": (3, 9),
    "metres": (600, 1900),
    "wound_long": (18, 46),
    "wound_wide": (9, 28),
    "depth": (2, 6),
    "years": (4, 31),
    "systolic": (102, 138),
    "diastolic": (62, 88),
}
_DECIMALS = {
    "tsh": (8, 32),
    "haemoglobin": (98, 118),
    "abpi": (8, 11),
    "glucose": (58, 104),
    "hba1c": (62, 71),
    "hba1c_before": (72, 86),
}
"""In tenths."""
_PARTNERS = ("the partner", "a good friend", "the husband", "the wife", "the sister")
_RELATIVES = ("The daughter", "The son", "The wife", "The husband", "The sister")


class Words:
    """The words for one journey: the same people throughout, numbers drawn anew for each text."""

    __slots__ = ("_chance", "_people")

    def __init__(self, chance: Chance, name: str, partner: str | None) -> None:
        self._chance = chance
        self._people = {
            "name": name,
            "partner": partner or chance.one(_PARTNERS),
            "relative": partner or chance.one(_RELATIVES),
        }

    def fill(self, text: str) -> str:
        """The text with its places filled."""
        return text.format_map(self)

    def __getitem__(self, place: str) -> str:
        if place in self._people:
            return self._people[place]
        if place == "minutes":
            return f"{self._chance.number(0, 59):02d}"
        if place in _DECIMALS:
            return f"{self._chance.number(*_DECIMALS[place]) / 10:.1f}"
        return str(self._chance.number(*_BOUNDS[place]))


def places(text: str) -> set[str]:
    """The names of the places in a text."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def pronouns_of(chance: Chance, gender: str) -> str | None:
    """Pronouns, where somebody told them."""
    told = {"woman": "she/her", "man": "he/him"}.get(gender, "they/them")
    return told if gender not in ("woman", "man") or chance.happens(0.2) else None
