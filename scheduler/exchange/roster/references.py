"""Who names whom: people looked up by id, mail address or name, their managers, and the rings
that managers must not form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from scheduler.domain.people import Employee
from scheduler.exchange.roster.entries import RosterEntry
from scheduler.exchange.roster.fields import PEOPLE


class PeopleIndex:
    """Finds a person's id from what another row calls them. `people` gives id, e-mail and name."""

    def __init__(self, people: Iterable[tuple[str, str | None, str]]) -> None:
        self._people = list(people)
        self.ids = {employee_id for employee_id, _, _ in self._people}

    def find(self, text: str) -> str | None:
        """The id of the person that `text` names: an id, or an e-mail address or a full name that
        only one person has."""
        if text in self.ids:
            return text
        return self._by_email.get(text.casefold()) or self._by_name.get(text.casefold())

    @cached_property
    def _by_email(self) -> dict[str, str | None]:
        return _unique((email, employee_id) for employee_id, email, _ in self._people if email)

    @cached_property
    def _by_name(self) -> dict[str, str | None]:
        return _unique((name, employee_id) for employee_id, _, name in self._people if name)


def _unique(pairs: Iterable[tuple[str, str]]) -> dict[str, str | None]:
    """Ids by text; None where two people share it."""
    ids: dict[str, str | None] = {}
    for text, employee_id in pairs:
        key = text.casefold()
        ids[key] = employee_id if ids.get(key, employee_id) == employee_id else None
    return ids


def management_cycles(managers: Mapping[str, str | None]) -> Iterator[list[str]]:
    """All rings of people who, followed upwards, manage themselves; each in order."""
    done: set[str] = set()
    for start in managers:
        path: dict[str, None] = {}
        current: str | None = start
        while current is not None and current in managers and current not in done:
            if current in path:
                ring = list(path)
                yield ring[ring.index(current) :]
                break
            path[current] = None
            current = managers[current]
        done.update(path)


def blame_duplicates(entries: Iterable[RosterEntry]) -> None:
    """Blame every row whose employee id is on another row too."""
    by_id: dict[str, list[RosterEntry]] = {}
    for entry in entries:
        if entry.id:
            by_id.setdefault(entry.id, []).append(entry)
    for same in by_id.values():
        if len(same) > 1:
            lines = _listed([str(entry.row.line) for entry in same])
            for entry in same:
                entry.row.blame(
                    "employee_id",
                    f"the same employee id is on lines {lines}",
                    "Keep one of the rows, or correct the id.",
                )


def _listed(words: Sequence[str]) -> str:
    shown = [*words[:5], f"{len(words) - 5} more"] if len(words) > 6 else list(words)
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def name_people(entries: Sequence[RosterEntry], known: Mapping[str, Employee]) -> None:
    """Find the managers and stand-ins that the rows name; blame what names nobody."""
    in_file = {entry.id for entry in entries}
    index = PeopleIndex(
        [(e.id, e.values["email"], e.values["name"]) for e in entries if e.id]
        + [(p.id, p.email, p.name) for p in known.values() if p.id not in in_file]
    )
    for entry in entries:
        for key in PEOPLE:
            text = entry.row.cells.get(key)
            if not text or text.startswith("="):  # a formula is blamed already
                continue
            if employee_id := index.find(text):
                entry.named[key] = employee_id
            else:
                entry.row.blame(key, *_NOBODY[key])
        if entry.id and entry.named.get("stand_in") == entry.id:
            entry.row.blame("stand_in", "somebody cannot stand in for themselves", "Name another.")


_NOBODY = {
    "manager_id": (
        "the manager is not in the roster",
        "Add a row for the manager, correct the id, or leave it empty at the top.",
    ),
    "stand_in": ("the stand-in is not in the roster", "Correct the id, or leave it empty."),
}


def settle_managers(
    entries: Sequence[RosterEntry], known: Mapping[str, Employee], *, mapped: bool
) -> int:
    """Give every good entry its manager, and blame rings of managers, also those that would go
    through people on record. A manager whose row cannot be taken counts only if on record.
    Returns how many good entries lost their manager that way."""
    _blame_rings(entries, {e.id: e.named.get("manager_id") for e in entries if e.id})
    while True:
        good = {entry.id: entry for entry in entries if entry.good}
        lost = 0
        for entry in good.values():
            manager = _manager(entry, known, mapped=mapped)
            if manager is not None and manager not in good and manager not in known:
                manager = None
                lost += 1
            entry.values["manager_id"] = manager
        managers = {person.id: person.manager_id for person in known.values()}
        managers |= {key: entry.values["manager_id"] for key, entry in good.items()}
        if not _blame_rings(good.values(), managers):
            return lost


def _manager(entry: RosterEntry, known: Mapping[str, Employee], *, mapped: bool) -> str | None:
    if mapped:
        return entry.named.get("manager_id")
    return known[entry.id].manager_id if entry.id in known else None


def _blame_rings(entries: Iterable[RosterEntry], managers: Mapping[str, str | None]) -> bool:
    """Blame the rows of all rings of managers; says whether there were any."""
    by_id = {entry.id: entry for entry in entries}
    blamed = False
    for ring in management_cycles(managers):
        links = " → ".join([*ring[:10], "…"] if len(ring) > 10 else [*ring, ring[0]])
        for employee_id in ring:
            if employee_id in by_id:
                blamed = True
                by_id[employee_id].row.blame(
                    "manager_id",
                    f"people who manage themselves: {links}",
                    "Correct one of the managers, or leave it empty at the top.",
                )
    return blamed


def teams_by_manager(entries: Iterable[RosterEntry], known: Mapping[str, Employee]) -> None:
    """Where a roster names no teams, the direct reports of a manager are one; a team that an
    earlier roster named stays."""
    for entry in entries:
        base = known.get(entry.id)
        if base is None or base.team in (None, base.manager_id):
            entry.values["team"] = entry.values["manager_id"]
