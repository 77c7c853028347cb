"""What changes cost, so that “cheapest” means something: one scale for those of all rules.

A rule of one's own says in its own file what its changes cost, on this scale.
"""

SEAT = 1
"""A seat more in one session."""
WEEK = 1
"""Somebody's duty due a week later, or its window opened a begun week earlier."""
AWAY = 2
"""Larger shares of teams, or of departments, away."""
SHORTER = 2
"""A begun week's shorter notice, or less time between two services, for a department."""
MENTOR = 2
"""A mentor more for one session."""
SET_ASIDE = 2
"""A wish, or the pairing of two people, set aside."""
TRAINING = 3
"""Somebody's training renewed."""
DAILY_SEAT = 3
"""A seat more, or a desk more on a channel, at a service centre on every day."""
STAND_INS = 3
"""Two who stand in for each other away together."""
EXECUTIVE = 3
"""An executive more away on one day."""
EXECUTIVES = 4
"""A listed set of executives given up."""
SMALLER = 4
"""Sessions that take place with fewer people."""
SESSION = 8
"""A session more."""
SOFTER = 10
"""A rule that costs points instead of forbidding, for a part of the company."""
SOFTER_FOR_ALL = 20
"""The same for all whom its setting governs."""
IMPOSSIBLE = 1_000_000
"""What nobody may change."""
