"""The catalogue: policy, programmes, service centres, rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from scheduler.domain.errors import Conflict, NotFound
from scheduler.domain.problem import RuleSetting
from scheduler.domain.programme import Policy, Programme, ServiceCentre
from scheduler.store import tables
from scheduler.store.read_models import RuleBook
from scheduler.store.repositories.base import Repository, table_of

SETTING = table_of(tables.Setting)
PROGRAMME = table_of(tables.Programme)
CENTRE = table_of(tables.Centre)
RULES = table_of(tables.RuleBook)


class Catalogue(Repository):
    """What is offered, where, and by which rules."""

    def policy(self) -> Policy | None:
        """How often service is owed; None until somebody said so."""
        policy = self._setting("policy")
        return None if policy is None else Policy.model_validate(policy)

    def save_policy(self, policy: Policy) -> None:
        """Say how often service is owed."""
        self._save_setting("policy", policy.model_dump(mode="json"))

    def counted_on(self) -> date | None:
        """The day on which it was last worked out when everybody is due."""
        day = self._setting("counted_on")
        return None if day is None else date.fromisoformat(day)

    def save_counted_on(self, day: date) -> None:
        """Note the day on which that was worked out."""
        self._save_setting("counted_on", day.isoformat())

    def programmes(self) -> tuple[Programme, ...]:
        """All programmes, ordered by key."""
        query = select(PROGRAMME.c.definition).order_by(PROGRAMME.c.key)
        return tuple(Programme.model_validate(each) for each in self.session.scalars(query))

    def save_programmes(self, programmes: Iterable[Programme]) -> None:
        """Add programmes, or change those of the same keys."""
        self.upsert(
            tables.Programme,
            [{"key": p.key, "definition": p.model_dump(mode="json")} for p in programmes],
        )

    def centres(self) -> tuple[ServiceCentre, ...]:
        """All service centres, ordered by key."""
        query = select(CENTRE.c.definition).order_by(CENTRE.c.key)
        return tuple(ServiceCentre.model_validate(each) for each in self.session.scalars(query))

    def centre(self, key: str) -> ServiceCentre:
        """One service centre; `NotFound` if there is none of that key."""
        query = select(CENTRE.c.definition).where(CENTRE.c.key == key)
        if (definition := self.session.scalar(query)) is None:
            raise NotFound(f"There is no service centre “{key}”.")
        return ServiceCentre.model_validate(definition)

    def save_centres(self, centres: Iterable[ServiceCentre]) -> None:
        """Add service centres, or change those of the same keys."""
        self.upsert(
            tables.Centre,
            [{"key": c.key, "definition": c.model_dump(mode="json")} for c in centres],
        )

    def rules(self) -> RuleBook:
        """The rules as they stand."""
        return next(iter(self.rule_history(limit=1)), RuleBook())

    def rule_history(self, limit: int = 50) -> tuple[RuleBook, ...]:
        """The rules at their latest versions, the newest first."""
        query = select(RULES).order_by(RULES.c.version.desc()).limit(limit)
        return tuple(_rule_book(row) for row in self.session.execute(query))

    def rules_at(self, version: int) -> RuleBook:
        """The rules as they were at a version; `NotFound` if there never was such a one."""
        if version == 0:
            return RuleBook()
        query = select(RULES).where(RULES.c.version == version)
        if (row := self.session.execute(query).one_or_none()) is None:
            raise NotFound(f"There is no version {version} of the rules.")
        return _rule_book(row)

    def save_rules(
        self,
        settings: Sequence[RuleSetting],
        *,
        expected_version: int,
        author: str,
        at: datetime,
        note: str = "",
    ) -> int:
        """The rules at a new version, whose number comes back. `Conflict` if they are no longer
        at the version that the author saw."""
        latest = self.session.scalar(select(func.max(RULES.c.version))) or 0
        if latest != expected_version:
            raise Conflict(
                "Somebody else changed the rules meanwhile; nothing was saved.",
                hint="Look at the rules again, then make your change.",
            )
        row = {
            "version": latest + 1,
            "settings": [setting.model_dump(mode="json") for setting in settings],
            "author": author,
            "at": at,
            "note": note,
        }
        self.insert(tables.RuleBook, [row])
        return latest + 1

    def _setting(self, key: str) -> Any:
        return self.session.scalar(select(SETTING.c.value).where(SETTING.c.key == key))

    def _save_setting(self, key: str, value: Any) -> None:
        self.upsert(tables.Setting, [{"key": key, "value": value}])


def _rule_book(row: Any) -> RuleBook:
    return RuleBook(
        version=row.version,
        settings=tuple(RuleSetting.model_validate(setting) for setting in row.settings),
        author=row.author,
        at=row.at,
        note=row.note,
    )
