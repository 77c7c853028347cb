"""What could be changed so that a duty finds a place: each change a value with its cost, its
words, and the problem it makes.

What a change costs, so that “cheapest” means something:

| change | cost |
| --- | --- |
| a seat more in one session | 1 each |
| somebody's duty due later, or its window opened earlier | 1 for each begun week |
| one more away of a team, or of a department | 2 each |
| shorter notice, or less time between two services, for a department | 2 for each begun week |
| a mentor more for one session | 2 |
| a wish, or the pairing of two people, set aside | 2 |
| somebody's training renewed | 3 |
| a seat more, or a desk more on a channel, at a service centre on every day | 3 each |
| two who stand in for each other away together | 3 |
| an executive more away on one day; a listed set of them given up | 3; 4 |
| a session that takes place with fewer people | 4 |
| a session more | 8 |
| a rule that costs points instead of forbidding | 10 for a part of the company, else 20 |
"""

from scheduler.repairs.changes.change import (
    AWAY,
    DAILY_SEAT,
    EXECUTIVE,
    EXECUTIVES,
    MENTOR,
    SEAT,
    SESSION,
    SET_ASIDE,
    SHORTER,
    SMALLER,
    SOFTER,
    SOFTER_FOR_ALL,
    STAND_INS,
    TRAINING,
    WEEK,
    ProblemChange,
)
from scheduler.repairs.changes.people import (
    AwayTogether,
    EarlierWindow,
    LaterDue,
    PairingSetAside,
    TrainingRenewed,
    WishSetAside,
)
from scheduler.repairs.changes.rules import (
    RuleChanged,
)
from scheduler.repairs.changes.sessions import (
    AnotherSession,
    MoreMentors,
    MoreRoom,
    MoreSeats,
    SmallerGroups,
)

__all__ = [
    "AWAY",
    "DAILY_SEAT",
    "EXECUTIVE",
    "EXECUTIVES",
    "MENTOR",
    "SEAT",
    "SESSION",
    "SET_ASIDE",
    "SHORTER",
    "SMALLER",
    "SOFTER",
    "SOFTER_FOR_ALL",
    "STAND_INS",
    "TRAINING",
    "WEEK",
    "AnotherSession",
    "AwayTogether",
    "EarlierWindow",
    "LaterDue",
    "MoreMentors",
    "MoreRoom",
    "MoreSeats",
    "PairingSetAside",
    "ProblemChange",
    "RuleChanged",
    "SmallerGroups",
    "TrainingRenewed",
    "WishSetAside",
]
