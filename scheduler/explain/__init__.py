"""Why a duty is where it is, why no other date, and what keeps another duty from any.

`Explainer` says it briefly of all duties when a plan is made; `Explanations` says everything of one
duty of a plan as it was stored. What is told to a person names reasons, never another person.
"""

from scheduler.explain.explainer import Explainer
from scheduler.explain.explanation import Cause, Date, Explanation, Holder, Reason, Verdict
from scheduler.explain.explanations import Explanations
from scheduler.explain.texts import ForPerson, ForPlanner, title

__all__ = [
    "Cause",
    "Date",
    "Explainer",
    "Explanation",
    "Explanations",
    "ForPerson",
    "ForPlanner",
    "Holder",
    "Reason",
    "Verdict",
    "title",
]
