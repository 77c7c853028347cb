"""Every change that could be part of a repair, whomever it concerns: where others may move, the
cheapest repair of one duty can be to open a session to somebody else.

Of changes that cost the same and loosen the same thing only the one that loosens it most is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import chain, combinations

from scheduler.domain.people import WishKind
from scheduler.domain.problem import Mode, Problem
from scheduler.domain.programme import Session
from scheduler.domain.words import say
from scheduler.repairs.changes import (
    EXECUTIVE,
    EXECUTIVES,
    SESSION,
    SHORTER,
    AwayTogether,
    EarlierWindow,
    LaterDue,
    MoreMentors,
    MoreRoom,
    MoreSeats,
    PairingSetAside,
    ProblemChange,
    RuleChanged,
    SmallerGroups,
    TrainingRenewed,
    WishSetAside,
)
from scheduler.repairs.fixes.case import Case, governing
from scheduler.repairs.fixes.dates import closer, shorter_notice
from scheduler.repairs.fixes.rules import softened
from scheduler.repairs.fixes.sessions import from_so_many
from scheduler.repairs.fixes.together import larger_shares, uncovered
from scheduler.rules import in_force
from scheduler.rules.base.plan_view import Choice, PlanView
from scheduler.rules.base.rule import Rule

WEEK = 7
FAR = timedelta(days=1000)
"""Beyond every session and every margin."""
TOGETHER = 2
"""So many mentors are added to a session at most."""


def candidates(problem: Problem, added: frozenset[str], below: int) -> Iterator[ProblemChange]:
    """All that cost less than `below`. Some of the sessions are `added`: what is changed in one
    of those costs the session, too."""
    rules = in_force(problem.rules)
    hard = {rule.key for rule in rules if rule.mode is Mode.HARD}
    there = [session for session in problem.sessions if session.key not in added]
    dear = [session for session in problem.sessions if session.key in added]
    found: list[Iterator[ProblemChange]] = [_room(problem, there), _time(problem, rules)]
    if "mentors" in hard:
        found += [_mentors(problem, there, below), _mentors(problem, dear, below - SESSION)]
    found += [_records(problem, hard), _rules(problem, rules, below)]
    for change in chain.from_iterable(found):
        if change.cost < below:
            yield change


def _room(problem: Problem, sessions: Sequence[Session]) -> Iterator[ProblemChange]:
    """Seats and desks, as many as there are duties to take them."""
    for more in range(1, len(problem.duties) + 1):
        for session in sessions:
            yield MoreSeats(session=session.key, more=more)
        for centre in problem.centres:
            if centre.seats is not None:
                yield MoreRoom(centre=centre.key, more=more)
            for channel in centre.channel_seats:
                yield MoreRoom(centre=centre.key, channel=channel, more=more)


def _mentors(problem: Problem, sessions: Sequence[Session], below: int) -> Iterator[ProblemChange]:
    """Mentors who could accompany a session."""
    for session in sessions if below > 0 else ():
        if problem.programme[session.programme].guests_per_mentor is None:
            continue
        able = [
            mentor.id
            for mentor in problem.mentors
            if mentor.id not in session.mentors and all(map(mentor.works_on, session.days))
        ]
        for number in range(1, TOGETHER + 1):
            for some in combinations(able, number):
                change = MoreMentors(session=session.key, mentors=some)
                if change.cost < below:
                    yield change


def _time(problem: Problem, rules: Sequence[Rule]) -> Iterator[ProblemChange]:
    """Every duty due later, or opened earlier, by as much as some session asks for."""
    limits = {
        0 if rule.mode is Mode.HARD else rule.params.never_later_than
        for rule in rules
        if rule.key == "due_date"
    }
    for duty in problem.duties:
        late = {-(-(session.last_day - duty.due).days // WEEK) for session in problem.sessions}
        early = {-(-(duty.opens - session.first_day).days // WEEK) for session in problem.sessions}
        needed = {weeks - limit for weeks in late for limit in limits if limit is not None}
        for weeks in sorted(needed):
            if weeks > 0:
                yield LaterDue(duties=(duty.id,), weeks=weeks)
        for weeks in sorted(early):
            if weeks > 0 and limits:
                yield EarlierWindow(duties=(duty.id,), days=WEEK * weeks)


def _records(problem: Problem, hard: set[str]) -> Iterator[ProblemChange]:
    """Wishes, pairs, training, and the sizes of groups, as they are recorded."""
    if "preferences" in hard:
        unwished = (wish for wish in problem.wishes if wish.kind is WishKind.UNWISHED)
        yield from (WishSetAside(wish=wish) for wish in dict.fromkeys(unwished))
    if "deputies" in hard:
        pairs = {frozenset({pair.one, pair.other}): pair for pair in problem.stand_ins}
        yield from (AwayTogether(one=pair.one, other=pair.other) for pair in pairs.values())
    if "together_apart" in hard:
        asked = {(frozenset({p.one, p.other}), p.together): p for p in problem.pairings}
        yield from (PairingSetAside(pairing=pairing) for pairing in asked.values())
    if "clearance" in hard:
        until = problem.horizon.last + FAR
        yield from (TrainingRenewed(employee=who.id, until=until) for who in problem.employees)
    if "group_size" in hard:
        large = (each for each in problem.programmes if each.least > 1)
        yield from (SmallerGroups(programme=each.key, least=1) for each in large)


def _rules(problem: Problem, rules: Sequence[Rule], below: int) -> Iterator[ProblemChange]:
    """Rules set differently, for every part of the company for which they can be."""
    seen: set[tuple[object, ...]] = set()
    empty = PlanView(problem, ())
    for choice in _of_each_part(problem):
        case = Case(problem, empty, choice, rules, {})
        for key in dict.fromkeys(rule.key for rule in rules):
            rule = governing(case, key)
            if rule is None:
                continue
            charged = [change for way in softened(case, rule) for change in way]
            for change in (*_loosened(case, rule, below), *charged):
                if change.theme not in seen:
                    seen.add(change.theme)
                    yield change


def _of_each_part(problem: Problem) -> list[Choice]:
    """One choice for every department, programme and centre that meet in one."""
    found: dict[tuple[str | None, str, str], Choice] = {}
    for duty in problem.duties:
        person = problem.employee[duty.employee_id]
        for session in problem.sessions:
            part = person.department, session.programme, session.centre
            found.setdefault(part, Choice(person, duty, session))
    return list(found.values())


def _loosened(case: Case, rule: Rule, below: int) -> Iterator[RuleChanged]:
    """A hard rule with looser parameters, further for a higher price."""
    if rule.mode is not Mode.HARD:
        return
    match rule.key:
        case "notice":
            for weeks in range(rule.params.weeks):
                yield shorter_notice(case, rule, weeks)
        case "spacing":
            for weeks in range(1, -(-below // SHORTER)):
                if (days := rule.params.days - WEEK * weeks) > 1 - WEEK:
                    yield closer(case, rule, max(1, days))
        case "team_floor":
            yield from _shares(case, rule)
        case "executive_cover":
            yield from _uncovered(case, rule, below)
        case "group_size":
            if rule.params.at_least > 1:
                yield from_so_many(case, rule, 1)


def _shares(case: Case, rule: Rule) -> Iterator[RuleChanged]:
    kinds = {"share": say("all of a team"), "department_share": say("all of a department")}
    fields = [field for field in kinds if getattr(rule.params, field) < 1]
    for number in range(1, len(fields) + 1):
        for some in combinations(fields, number):
            shares = dict.fromkeys(some, 1.0)
            yield larger_shares(case, rule, shares, [kinds[field] for field in some])


def _uncovered(case: Case, rule: Rule, below: int) -> Iterator[RuleChanged]:
    executives = sum(each.executive for each in case.problem.employees)
    sets = dict.fromkeys(rule.params.sets)
    for more in range(max(0, executives - rule.params.most) + 1):
        for number in range(len(sets) + 1):
            if not 0 < EXECUTIVE * more + EXECUTIVES * number < below:
                continue
            for together in combinations(sets, number):
                yield uncovered(case, rule, rule.params.most + more, together)
