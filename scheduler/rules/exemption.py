"""Releases and accommodations hold."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from scheduler.domain.people import Exemption
from scheduler.domain.plan import Violation
from scheduler.domain.programme import Channel, Session
from scheduler.domain.words import Message, say
from scheduler.model.company import CompanyArrays, Ranges, ordinals
from scheduler.model.language import BoolArray, Model
from scheduler.model.world import World
from scheduler.rules.base.plan_view import Choice, PlanView
from scheduler.rules.base.rule import Rule, Ties

Channels = frozenset[Channel]


class ExemptionRule(Rule):
    """Nobody serves while released from it, nor on channels that an accommodation keeps them
    from. Who is shadowing may serve anywhere: that says how, not where."""

    key = "exemption"
    title = "Exemptions hold"
    ties = Ties.PERSON
    always_on = True

    def compile(self, world: World, model: Model) -> None:
        """Forbid sessions with a day of a release, and with a day inside an accommodation that
        offers none of its channels."""
        released = world.company.once(_releases).of(world.employee)
        if len(released.rows):
            model.forbid(self.key, world.touched(released, world.duties))
        for channels, days in world.company.once(_accommodations).items():
            spans = days.of(world.employee)
            if len(spans.rows):
                without = _without(world, channels)
                model.forbid(self.key, world.touched(spans, world.duties, without))

    def check(self, plan: PlanView) -> list[Violation]:
        """Every assignment on a day from which its person is exempt. The amount is in days."""
        exemptions: dict[str, list[Exemption]] = {}
        for exemption in plan.problem.exemptions:
            exemptions.setdefault(exemption.employee_id, []).append(exemption)
        broken = []
        for choice in plan:
            mine = exemptions.get(choice.employee.id)
            if mine and (violation := self._judge(choice, mine)):
                broken.append(violation)
        return broken

    def _judge(self, choice: Choice, mine: list[Exemption]) -> Violation | None:
        """What exactly was agreed, and why, is not said: others read this, too."""
        session, name = choice.session, choice.employee.name
        days = [
            day
            for number, day in enumerate(session.days)
            if any(day in each.days and _excludes(each, session, number) for each in mine)
        ]
        if not days:
            return None
        text = say("An exemption keeps {name} from serving on {day}.", name=name, day=days[0])
        return self.broken(len(days), text, choices=[choice], days=days)

    def sentence(self) -> Message:
        """What the rule means."""
        return say(
            "Nobody serves on a day from which an exemption releases them, nor on a day with "
            "none of the channels that their accommodation lets them serve on."
        )

    def because(self) -> Message:
        """Why a date was not possible."""
        return say("an arrangement of yours is in the way")


def _excludes(exemption: Exemption, session: Session, number: int) -> bool:
    """Whether it keeps its person from the `number`-th day of the session."""
    if not exemption.channels:
        return exemption.release
    offered = session.channels[number] if session.channels else ()
    return bool(offered) and not any(channel in exemption.channels for channel in offered)


def _releases(company: CompanyArrays) -> Ranges:
    """The releases of every employee."""
    return _ranges(company, [each for each in company.problem.exemptions if each.release])


def _accommodations(company: CompanyArrays) -> dict[Channels, Ranges]:
    """By the channels that are left: when, for every employee."""
    accommodations: dict[Channels, list[Exemption]] = {}
    for exemption in company.problem.exemptions:
        if exemption.channels:
            accommodations.setdefault(frozenset(exemption.channels), []).append(exemption)
    return {channels: _ranges(company, mine) for channels, mine in accommodations.items()}


def _ranges(company: CompanyArrays, exemptions: Collection[Exemption]) -> Ranges:
    owner = company.numbers(each.employee_id for each in exemptions)
    return Ranges(owner, [each.days for each in exemptions], len(company.problem.employees))


def _without(world: World, channels: Channels) -> BoolArray:
    """[day, session] → whether it takes place that day on other channels only."""
    kept_from = np.zeros((len(world.days), world.sessions), np.bool_)
    for column, session in enumerate(world.session_list):
        without = [
            day
            for day, offered in zip(session.days, session.channels, strict=False)
            if offered and channels.isdisjoint(offered)
        ]
        kept_from[np.searchsorted(world.company.calendar, ordinals(without)), column] = True
    return kept_from
