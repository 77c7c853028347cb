"""The columns of tables of exemptions, wishes, pairs and mentors, and their usual names."""

from __future__ import annotations

from dataclasses import replace

from scheduler.exchange.absences.file import ABSENCE_FIELDS
from scheduler.exchange.roster.fields import FIELDS as ROSTER_FIELDS
from scheduler.exchange.sheets.columns import Field
from scheduler.exchange.sheets.ranges import FIRST, LAST

_PERSON = replace(
    ABSENCE_FIELDS[0], help="Whom it concerns, as in the roster.", title="Employee id"
)
_ROSTER = {known.key: known for known in ROSTER_FIELDS}

EXEMPTION_FIELDS = (
    _PERSON,
    Field(
        "category", "Category", "Why in one or two words, like care leave; HR alone sees it.",
        ("reason", "ground", "kind", "type", "Art", "Grund", "Kategorie", "motif", "motivo"),
        needed=True,
    ),
    Field(
        "approver", "Approved by", "Who approved it.",
        (
            "approved by", "approval", "authorised by", "authorized by", "granted by",
            "genehmigt von", "Genehmigung", "bewilligt von", "approuvé par", "aprobado por",
            "approvato da",
        ),
        needed=True,
    ),
    replace(FIRST, help="First day on which it holds."),
    replace(
        LAST,
        help="Last day on which it holds; every exemption expires.",
        synonyms=(*LAST.synonyms, "expires", "expires on", "expiry", "valid until", "gültig bis"),
        needed=True,
    ),
    Field(
        "channels", "Serves on", "mail or phone, where the person may serve on that alone; empty "
        "releases from all service.",
        ("channel", "only", "serves only", "accommodation", "Kanal", "Kanäle"),
    ),
    Field(
        "shadowing", "Shadowing", "yes, where the person serves beside somebody else.",
        ("shadow", "shadows", "accompanied", "begleitet", "hospitiert"),
    ),
    Field(
        "remind", "Remind on", "When HR is reminded that it expires.",
        (
            "reminder", "remind on", "reminder on", "reminder date", "review", "review on",
            "review date", "Erinnerung", "Wiedervorlage", "erinnern am",
        ),
    ),
)  # fmt: skip

WISH_FIELDS = (
    _PERSON,
    Field(
        "kind", "Kind", "wished or unwished.", ABSENCE_FIELDS[3].synonyms, needed=True
    ),
    replace(FIRST, help="First of the days."),
    replace(LAST, help="Last of the days, itself included; empty for a single day."),
)  # fmt: skip

_ONE = Field(
    "one", "One", "Employee id of one of the two, as in the roster.",
    ("first", "person", "person 1", "employee 1", "employee a", *_PERSON.synonyms),
    needed=True,
)  # fmt: skip
STAND_IN_FIELDS = (
    _ONE,
    Field(
        "other", "The other", "Employee id of the other, as in the roster.",
        ("second", "person 2", "employee 2", "employee b", *_ROSTER["stand_in"].synonyms),
        needed=True,
    ),
)  # fmt: skip
PAIRING_FIELDS = (
    _ONE,
    Field(
        "other", "The other", "Employee id of the other, as in the roster.",
        ("second", "person 2", "employee 2", "employee b", "with", "partner", "mit", "avec"),
        needed=True,
    ),
    Field(
        "together", "Together", "together or apart.",
        ("wish", "kind", "how", "type", "Wunsch", "Art", "zusammen", "gemeinsam"),
        needed=True,
    ),
)  # fmt: skip

MENTOR_FIELDS = (
    Field(
        "id", "Mentor id", "What identifies the mentor; it never changes.",
        ("mentor", "mentor number", "key", "code", *_PERSON.synonyms),
        needed=True,
    ),
    Field("name", "Name", "Full name.", _ROSTER["name"].synonyms, needed=True),
    replace(_ROSTER["centre"], help="Where they work: key or name of the centre.", needed=True),
    replace(_ROSTER["pattern"], help="Like Mon-Wed; empty means Monday to Friday."),
    Field(
        "away", "Away", "Days away: 2027-07-05..2027-07-23, several apart by semicolons.",
        ("absent", "absences", "leave", "holidays", "unavailable", "abwesend", "Urlaub"),
    ),
    Field(
        "most", "Most a month", "How many sessions a month at most; empty means two.",
        (
            "max", "maximum", "most per month", "sessions a month", "sessions per month",
            "largest number of sessions", "höchstens", "höchstens im Monat",
        ),
    ),
    Field(
        "rest", "Weeks of rest", "Whole weeks between two sessions; empty means none.",
        ("rest weeks", "weeks rest", "pause", "pause weeks", "Ruhewochen", "Wochen Pause"),
    ),
)  # fmt: skip
