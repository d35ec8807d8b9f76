"""The lists that people, places and warnings are drawn from."""

from dataclasses import dataclass

from domain.clients import FlagSeverity


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a family's names come from. In another script each name stands beside its Latin form: `Олена|Olena`."""

    language: str
    weight: int
    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ORIGINS = (
    Origin(
        "en",
        44,
        _listed("Alice Beth Charlotte Daisy Eleanor Freya Grace Hannah Isla Jess Kirsty Lucy Megan Niamh Orla Ruth"),
        _listed("Adam Ben Callum Daniel Ewan Finn George Harry Isaac Jack Kieran Liam Martin Noah Oliver Rhys Tom"),
        _listed("Archer Bell Carter Dyer Ellison Fletcher Garner Hale Ives Jarvis Kemp Lowe Marsh O'Brien Price Shaw"),
    ),
    Origin(
        "pl",
        8,
        _listed("Agnieszka Małgorzata Zofia Łucja Katarzyna Ewa"),
        _listed("Łukasz Paweł Tomasz Michał Jan"),
        _listed("Wójcik Dąbrowska-Nowak Kamiński Zieliński Gołąb Śliwa"),
    ),
    Origin(
        "de",
        4,
        _listed("Jördis Käthe Sabine Ulrike"),
        _listed("Jürgen Götz Matthias Uwe"),
        _listed("Müller-Lüdenscheidt Weiß Schäfer Krüger Vogel"),
    ),
    Origin(
        "es",
        5,
        _listed("Begoña Inés Lucía Núria"),
        _listed("Íñigo José Raúl Andrés"),
        _listed("Núñez Ibáñez Peña Castaño Ortega"),
    ),
    Origin(
        "fr",
        4,
        _listed("Zoé Hélène Maëlle Aurélie"),
        _listed("Benoît Loïc François Rémi"),
        _listed("Lefèvre Béranger Châtelain Roy Noël"),
    ),
    Origin(
        "tr",
        5,
        _listed("Ayşe Gülay Şirin Zeynep"),
        _listed("Çağan İbrahim Oğuz Mert"),
        _listed("Yılmaz Şahin Öztürk Çelik"),
    ),
    Origin("vi", 3, _listed("Hương Ngọc Thảo Yến"), _listed("Đức Huỳnh Tuấn Vũ"), _listed("Nguyễn Trần Lê Phạm Đặng")),
    Origin(
        "is", 1, _listed("Þórdís Ásta Guðrún"), _listed("Ólafur Þór Björn"), _listed("Jónsson Ægisdóttir Sigurðsson")
    ),
    Origin(
        "yo",
        4,
        _listed("Adébáyọ̀ Títílayọ̀ Fúnmiláyọ̀ Sadé"),
        _listed("Olúwaṣeun Bọ́lá Kúnlé Túndé"),
        _listed("Adéyẹmí Ògúnlẹ́yẹ Balógun"),
    ),
    Origin(
        "so",
        3,
        _listed("Hodan Ifrah Sahra Ayaan"),
        _listed("Abdirahman Cabdi Liban Yusuf"),
        _listed("Warsame Jaamac Cali Guled"),
    ),
    Origin(
        "uk",
        5,
        _listed("Олена|Olena Оксана|Oksana Ганна|Hanna Юлія|Yuliia"),
        _listed("Тарас|Taras Андрій|Andrii Богдан|Bohdan"),
        _listed("Шевчук|Shevchuk Коваль|Koval Мельник|Melnyk Їжак|Yizhak"),
    ),
    Origin(
        "ar",
        6,
        _listed("فاطمة|Fatima ليلى|Layla نور|Nour هدى|Huda"),
        _listed("يوسف|Yusuf كريم|Karim سامر|Samer"),
        _listed("الحداد|Al-Haddad منصور|Mansour خوري|Khoury"),
    ),
    Origin(
        "zh",
        4,
        _listed("美玲|Mei-Ling 慧敏|Huimin 静|Jing"),
        _listed("伟|Wei 志强|Zhiqiang 浩|Hao"),
        _listed("陈|Chen 王|Wang 欧阳|Ouyang 林|Lin"),
    ),
    Origin(
        "hi",
        4,
        _listed("अनीता|Anita प्रिया|Priya सुनीता|Sunita"),
        _listed("अर्जुन|Arjun राजेश|Rajesh विक्रम|Vikram"),
        _listed("शर्मा|Sharma वर्मा|Verma जोशी|Joshi"),
    ),
    Origin(
        "el",
        2,
        _listed("Ελένη|Eleni Δήμητρα|Dimitra"),
        _listed("Γιώργος|Giorgos Νίκος|Nikos"),
        _listed("Παπαδάκης|Papadakis Ιωάννου|Ioannou"),
    ),
)

USED_NAMES = {
    "Alice": "Ali",
    "Charlotte": "Lottie",
    "Eleanor": "Nell",
    "Grace": "Gray",
    "Katarzyna": "Kasia",
    "Małgorzata": "Gosia",
    "Daniel": "Danni",
    "Oliver": "Olive",
    "Megan": "Max",
    "Abdirahman": "Abdi",
}
"""What some people go by."""

TOWNS = (
    ("Bristol", "BS", "117"),
    ("Leeds", "LS", "113"),
    ("Sheffield", "S", "114"),
    ("Nottingham", "NG", "115"),
    ("Leicester", "LE", "116"),
    ("Reading", "RG", "118"),
    ("Birmingham", "B", "121"),
)
"""Towns, the letters of their postal codes, and the area codes of which Ofcom keeps 496 0xxx for drama."""
STREETS = _listed("Alder Bramble Chandler Dovecote Elder Foundry Gorse Heron Ivy Juniper Kiln Lantern Mill Nettle")
STREET_KINDS = ("Street", "Road", "Lane", "Row", "Close", "Terrace")
ACCESS_NOTES = (
    "Bell is broken, knock",
    "Third floor, no lift",
    "Key with the neighbour on the left",
    "Dog, friendly",
    "Park in the lane behind",
    "Gate code with the office",
)

FLAGS = (
    (FlagSeverity.DANGER, "Allergic to penicillin: anaphylaxis in the past"),
    (FlagSeverity.DANGER, "Do not leave messages on the landline: not safe"),
    (FlagSeverity.DANGER, "Latex allergy"),
    (FlagSeverity.CAUTION, "Dog in the house, ring before entering"),
    (FlagSeverity.CAUTION, "Two people for home visits"),
    (FlagSeverity.CAUTION, "Takes blood thinners"),
    (FlagSeverity.CAUTION, "Falls easily, rail on the left only"),
    (FlagSeverity.INFORMATION, "Hard of hearing on the right"),
    (FlagSeverity.INFORMATION, "Interpreter needed"),
    (FlagSeverity.INFORMATION, "Faints when blood is taken"),
)
CALLS = (
    "Will be ten minutes late",
    "Asked for a copy of the care agreement",
    "Wants to change Tuesday's visit to Thursday",
    "Line was cut off, called back at once",
    "Confirmed the visit on Monday",
    "Asked which number to call at night",
    "New telephone number noted",
    "Insurer wants a certificate, will write it",
    "Thanked for the last visit, all well",
)
FOLLOW_UPS = (
    "All as agreed, nothing new",
    "Doing well, next visit as planned",
    "Did not answer, tried again the next day: all well",
    "Has a question for the next visit, noted",
    "Tired, asked for a shorter visit next time",
    "Visit of last week helped, wants to go on like that",
)
DESK_WORK = (
    "Sent the welcome letter and the care agreement",
    "Care agreement came back signed",
    "Copied the hospital's record for the file",
    "Asked the family doctor for the latest results",
    "Results from the family doctor filed",
    "Moved the visit to the afternoon",
    "Wrote the certificate for the employer",
    "Insurer confirmed the next ten visits",
    "Address corrected after a letter came back",
    "Referral sent",
)
ARCHIVE_REASONS = ("Moved away", "Care has ended", "No contact for a year", "Chose another practice")
REMOVAL_REASONS = ("Written into the wrong file", "Written twice")
