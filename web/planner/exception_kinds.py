"""The kinds of exceptions as pages know them: what they are called, and the columns of their
tables. A new kind is one more entry here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from scheduler.domain.people import Blackout, Exemption, Mentor, Pairing, Scope, Wish, WishKind
from scheduler.exchange.exceptions.reading import RecordKind
from scheduler.store.mapping import exceptions as mappings
from scheduler.store.mapping.exceptions import ExceptionMapping
from web.gettext import gettext as _
from web.gettext import ngettext
from web.language import channel_name, day, days

SOON_DAYS = 30
"""An exemption that ends within so many days is one to think of."""


@dataclass(frozen=True)
class Names:
    """What the ids of some entries stand for, and the day on which they are looked at."""

    today: date
    people: Mapping[str, str] = field(default_factory=dict)
    centres: Mapping[str, str] = field(default_factory=dict)

    def person(self, employee_id: str) -> str:
        """The name of somebody."""
        return self.people.get(employee_id, employee_id)


@dataclass(frozen=True)
class EntryCell:
    """What a cell of the table says; `person` is the one whose page it leads to."""

    text: str
    under: str = ""
    person: str = ""
    chip: str = ""
    mood: str = ""


@dataclass(frozen=True)
class Column:
    """One column of the table of a kind."""

    title: str
    cell: Callable[[Any, Names], EntryCell]


@dataclass(frozen=True)
class ExceptionKind:
    """One kind of exceptions: what it is called as many and as one, what it is for, how it is
    kept and shown, and what to search it by."""

    key: RecordKind
    title: str
    help: str
    add: str
    change: str
    remove: str
    searched: str
    mapping: ExceptionMapping[Any]
    columns: Sequence[Column]

    @property
    def ends(self) -> bool:
        """Whether its entries are over some day."""
        return "last" in self.mapping.order

    def called(self, record: Any, names: Names) -> str:
        """One entry in words."""
        return ", ".join(column.cell(record, names).text for column in self.columns[:2])


def exception_kinds() -> dict[str, ExceptionKind]:
    """Every kind, in the order of the tabs."""
    return {kind.key.value: kind for kind in (*_about_days(), *_about_pairs(), _mentors())}


def _about_days() -> tuple[ExceptionKind, ...]:
    return (
        ExceptionKind(
            RecordKind.EXEMPTIONS,
            _("Exemptions"),
            _(
                "Who is released from service for a while, or serves in another way. The reason "
                "is for HR alone."
            ),
            _("Add an exemption"),
            _("Change this exemption"),
            _("Remove this exemption?"),
            _("Name, number or e-mail"),
            mappings.EXEMPTIONS,
            (
                Column(_("Person"), lambda e, names: _person(e.employee_id, names)),
                Column(_("Holds"), _holds),
                Column(_("What holds"), _release),
                Column(_("Category"), lambda e, names: EntryCell(e.category)),
                Column(_("Approved by"), lambda e, names: EntryCell(e.approver)),
                Column(_("Reminder"), _reminder),
            ),
        ),
        ExceptionKind(
            RecordKind.BLACKOUTS,
            _("Blackouts"),
            _("Days on which nobody of a team, a department or the company serves."),
            _("Add a blackout"),
            _("Change this blackout"),
            _("Remove this blackout?"),
            _("Team or department"),
            mappings.BLACKOUTS,
            (Column(_("Whom"), _scope), Column(_("Days"), _on_days)),
        ),
        ExceptionKind(
            RecordKind.WISHES,
            _("Wishes"),
            _("Days on which somebody would like to serve, or would rather not."),
            _("Add a wish"),
            _("Change this wish"),
            _("Remove this wish?"),
            _("Name, number or e-mail"),
            mappings.WISHES,
            (
                Column(_("Person"), lambda wish, names: _person(wish.employee_id, names)),
                Column(_("Days"), _on_days),
                Column(_("Wish"), lambda wish, names: EntryCell(wish_title(wish))),
            ),
        ),
    )  # fmt: skip


def _about_pairs() -> tuple[ExceptionKind, ...]:
    one = Column(_("One"), lambda pair, names: _person(pair.one, names))
    other = Column(_("The other"), lambda pair, names: _person(pair.other, names))
    return (
        ExceptionKind(
            RecordKind.STAND_INS,
            _("Stand-ins"),
            _("Two people who stand in for each other, and so are not away on the same day."),
            _("Add stand-ins"),
            _("Change these stand-ins"),
            _("Remove these stand-ins?"),
            _("Name, number or e-mail"),
            mappings.STAND_INS,
            (one, other),
        ),
        ExceptionKind(
            RecordKind.PAIRINGS,
            _("Pairs"),
            _("Two people who asked to serve in the same session, or not to."),
            _("Add a pair"),
            _("Change this pair"),
            _("Remove this pair?"),
            _("Name, number or e-mail"),
            mappings.PAIRINGS,
            (
                one,
                other,
                Column(_("Asked for"), lambda pair, names: EntryCell(pairing_title(pair))),
            ),
        ),
    )


def _mentors() -> ExceptionKind:
    return ExceptionKind(
        RecordKind.MENTORS,
        _("Mentors"),
        _("Experienced agents who accompany sessions: where they work, when, and how often."),
        _("Add a mentor"),
        _("Change this mentor"),
        _("Remove this mentor?"),
        _("Name or number of the mentor"),
        mappings.MENTORS,
        (
            Column(_("Mentor"), lambda mentor, names: EntryCell(mentor.name, under=mentor.id)),
            Column(
                _("Service centre"),
                lambda mentor, names: EntryCell(names.centres.get(mentor.centre, mentor.centre)),
            ),
            Column(_("Works on"), lambda mentor, names: EntryCell(str(mentor.pattern))),
            Column(_("Away"), _away),
            Column(_("At most a month"), _most),
            Column(_("Rest"), _rest),
        ),
    )


def wish_title(wish: Wish) -> str:
    """What somebody wishes."""
    return _("would like to") if wish.kind is WishKind.WISHED else _("would rather not")


def pairing_title(pair: Pairing) -> str:
    """What two people asked for."""
    return _("together") if pair.together else _("apart")


def release_title(exemption: Exemption) -> str:
    """What an exemption says about service, without the reason for it."""
    if exemption.release:
        return _("does not serve")
    parts = [_("shadowing")] if exemption.shadowing else []
    if exemption.channels:
        channels = ", ".join(channel_name(channel) for channel in exemption.channels)
        parts.insert(0, _("only %(channels)s", channels=channels))
    return " · ".join(parts)


def _person(employee_id: str, names: Names) -> EntryCell:
    name = names.person(employee_id)
    return EntryCell(name, under=employee_id if name != employee_id else "", person=employee_id)


def _on_days(record: Any, names: Names) -> EntryCell:
    over = record.days.last < names.today
    written = days([record.days.first, record.days.last])
    return EntryCell(written, chip=_("over") if over else "")


def _holds(exemption: Exemption, names: Names) -> EntryCell:
    shown = _on_days(exemption, names)
    left = (exemption.days.last - names.today).days
    if not 0 <= left <= SOON_DAYS:
        return shown
    ends = (
        ngettext("ends in %(num)s day", "ends in %(num)s days", left) if left else _("ends today")
    )
    return EntryCell(shown.text, chip=ends, mood="warn")


def _release(exemption: Exemption, names: Names) -> EntryCell:
    return EntryCell(release_title(exemption))


def _reminder(exemption: Exemption, names: Names) -> EntryCell:
    reached = exemption.remind is not None and exemption.remind <= names.today
    now = reached and exemption.days.last >= names.today
    return EntryCell(day(exemption.remind), chip=_("reached") if now else "", mood="warn")


def _scope(blackout: Blackout, names: Names) -> EntryCell:
    match blackout.scope:
        case Scope.TEAM:
            return EntryCell(blackout.name, under=_("team"))
        case Scope.DEPARTMENT:
            return EntryCell(blackout.name, under=_("department"))
        case Scope.COMPANY:
            return EntryCell(_("The whole company"))


def _away(mentor: Mentor, names: Names) -> EntryCell:
    ahead = [each for each in mentor.away if each.last >= names.today]
    return EntryCell("; ".join(days([each.first, each.last]) for each in ahead) or "–")


def _most(mentor: Mentor, names: Names) -> EntryCell:
    return EntryCell(ngettext("%(num)s session", "%(num)s sessions", mentor.most))


def _rest(mentor: Mentor, names: Names) -> EntryCell:
    return EntryCell(ngettext("%(num)s week", "%(num)s weeks", mentor.rest) if mentor.rest else "–")
