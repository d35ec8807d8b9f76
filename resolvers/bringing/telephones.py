"""Telephone numbers of other systems in E.164 form."""

import re

COUNTRY = re.compile(r"[A-Z]{2}")


def in_full(number: str, country: str | None) -> str | None:
    """The number with its country code, None when it cannot be told.

    A number without one is taken as one of `country` (ISO 3166, two letters), where its owner lives.
    """
    # The table of all countries' numbers takes a while to load; a server that imports nothing never needs it.
    import phonenumbers

    region = country if country and COUNTRY.fullmatch(country) else None
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed) or parsed.extension:
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
