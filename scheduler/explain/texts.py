"""The explanation of a duty in words: for HR with names and figures, and for the person without
anything about anybody else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from scheduler.domain.ledger import Duty
from scheduler.domain.plan import Assignment
from scheduler.domain.problem import Problem, RuleSetting
from scheduler.domain.words import Message, say, say_number
from scheduler.explain.explanation import Cause, Date, Explanation, Reason, Verdict
from scheduler.model.compiled import STRUCTURE
from scheduler.rules import in_force, registry
from scheduler.rules.base.plan_view import PlanView
from scheduler.rules.base.rule import Ties

EARLIER = say("they are full with people due earlier")
MOST_NAMES = 6
"""How many of those who hold a place are named."""


def because(settings: Iterable[RuleSetting]) -> dict[str, Message]:
    """Why a date is not possible, by rule, as the person is told it."""
    reasons = {rule.key: rule.because() for rule in in_force(settings)}
    return reasons | {STRUCTURE: say("you serve elsewhere then")}


def title(rule: str) -> Message:
    """What a rule is called."""
    if rule == STRUCTURE:
        return say("One place at a time")
    return say(registry()[rule].title)


def occasion(duty: Duty, last: date | None) -> Message:
    """Why somebody serves at all, told to themselves."""
    if last is not None:
        return say(
            "Your last service was on {last}, so the next is due by {due}.",
            last=last,
            due=duty.due,
        )
    return say("You have not served yet; your first service is due by {due}.", due=duty.due)


class ForPerson:
    """What the person whom an explanation is about may read."""

    def __init__(self, explanation: Explanation, settings: Sequence[RuleSetting]) -> None:
        self.explanation = explanation
        self._because = because(settings)

    @property
    def occasion(self) -> Message:
        """Why they serve now."""
        return occasion(self.explanation.duty, self.explanation.last_served)

    def of(self, each: Date) -> Message:
        """What there is to say of one date."""
        if each.verdict is Verdict.HERE:
            return say("Your date.")
        if each.verdict is not Verdict.POSSIBLE:
            return say("Not possible: {why}.", why=self._closed(each.reasons))
        if each.more < 0:
            return say("Possible, and the plan would not lose by it.")
        if not each.more:
            return say("Possible, and just as good for the plan.")
        worse = [self._dear(rule) for rule, points in each.points.items() if points > 0]
        return say("Possible, but less good: {why}.", why=list(dict.fromkeys(worse)))

    def _closed(self, reasons: Iterable[Reason]) -> list[Message]:
        said = [
            EARLIER if reason.shared and reason.earlier else self._because[reason.rule]
            for reason in reasons
        ]
        return list(dict.fromkeys(said))

    def _dear(self, rule: str) -> Message:
        """Their own matters by the rule's name; all others as the rule itself puts it to them."""
        return title(rule) if registry()[rule].ties is Ties.PERSON else self._because[rule]


class ForPlanner:
    """What HR reads of an explanation."""

    def __init__(self, explanation: Explanation, problem: Problem) -> None:
        self.explanation = explanation
        self._said = _judged(explanation, problem)

    @property
    def occasion(self) -> Message:
        """Why this person serves now."""
        name, due = self.explanation.person.name, self.explanation.duty.due
        if self.explanation.last_served is not None:
            return say(
                "{name} last served on {last}, so the next service is due by {due}.",
                name=name,
                last=self.explanation.last_served,
                due=due,
            )
        return say(
            "{name} has not served yet; the first service is due by {due}.", name=name, due=due
        )

    def of(self, each: Date) -> list[Message]:
        """What keeps the person from one date, rule by rule."""
        return [self._reason(each, reason) for reason in each.reasons]

    def _reason(self, each: Date, reason: Reason) -> Message:
        told = title(reason.rule)
        match reason.cause:
            case Cause.FORBIDDEN:
                said = self._said.get((reason.rule, each.session.key))
                return say("{rule}: {what}", rule=told, what=said or say("not possible"))
            case Cause.OWN:
                return say("{rule}: another service of theirs is in the way.", rule=told)
            case Cause.TOO_FEW:
                return say("{rule}: too few would be there.", rule=told)
            case Cause.LEFT:
                return say("{rule}: too few would be left where they are now.", rule=told)
            case Cause.FULL:
                return _full(reason)


def _full(reason: Reason) -> Message:
    """Who has the places that the person would need."""
    values = {"rule": title(reason.rule), "limit": reason.limit, "names": _names(reason)}
    if reason.earlier:
        return say_number(
            "{rule}: {limit} may be there, and this one is due earlier: {names}.",
            "{rule}: {limit} may be there, and all are due earlier: {names}.",
            len(reason.holders),
            **values,
        )
    return say_number(
        "{rule}: {limit} may be there, and this is who is: {names}.",
        "{rule}: {limit} may be there, and these are: {names}.",
        len(reason.holders),
        **values,
    )


def _names(reason: Reason) -> list[Message]:
    named = [
        say("{name} (due {due})", name=holder.person.name, due=holder.due)
        for holder in reason.holders[:MOST_NAMES]
    ]
    more = len(reason.holders) - MOST_NAMES
    return [*named, say("{n} more", n=more)] if more > 0 else named


def _judged(explanation: Explanation, problem: Problem) -> dict[tuple[str, str], Message]:
    """What the rules themselves say of the dates they forbid: each is asked about the person in
    all of those sessions, as if nobody else were there."""
    asked: dict[str, list[Assignment]] = {}
    for each in explanation.dates:
        for reason in each.reasons:
            if reason.cause is Cause.FORBIDDEN:
                alone = Assignment(
                    duty_id=explanation.duty.id,
                    employee_id=explanation.person.id,
                    session=each.session.key,
                )
                asked.setdefault(reason.rule, []).append(alone)
    texts: dict[tuple[str, str], Message] = {}
    for rule in in_force(problem.rules):
        if rule.key in asked:
            for violation in rule.judge(PlanView(problem, asked[rule.key])):
                if violation.hard and len(violation.sessions) == 1:
                    texts.setdefault((rule.key, violation.sessions[0]), violation.text)
    return texts
