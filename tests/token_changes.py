"""The changes of one token that the tests should notice: most are Cosmic Ray's, some are ours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from cosmic_ray.plugins import get_operator
from parso.python.tree import Keyword, Name, Operator

Place = tuple[tuple[int, int], tuple[int, int]]
"""First line and column, last line and column."""


class Change(Protocol):
    """What Cosmic Ray calls an operator."""

    def mutation_positions(self, node: Any) -> Iterator[Place]:
        """Where in a node of the syntax tree the change can be made."""
        ...

    def mutate(self, node: Any, index: int) -> Any:
        """The node with the change made at one of its places."""
        ...


@dataclass(frozen=True)
class Swap:
    """One word for another, where it is a word of its own."""

    one: str
    other: str

    def mutation_positions(self, node: Any) -> Iterator[Place]:
        """The word, but neither an attribute's name nor a parameter's."""
        if not isinstance(node, (Name, Keyword)) or node.value != self.one:
            return
        leaf: Any = node
        before, after = leaf.get_previous_leaf(), leaf.get_next_leaf()
        attribute = before is not None and before.value in (".", "not")
        if attribute or (after is not None and after.value == "=") or _of_a_definition(leaf):
            return
        yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """The same leaf with the other word."""
        node.value = self.other
        return node


def _of_a_definition(node: Any) -> bool:
    """Whether a word stands in a decorator or among a class's bases, as `frozen=True` does, or
    freezes a model."""
    if node.parent.type == "argument" and node.parent.children[0].value == "frozen":
        return True
    inner = node
    while inner is not None and inner.type not in ("decorator", "suite"):
        if inner.parent is not None and inner.parent.type == "classdef":
            return True
        inner = inner.parent
    return inner is not None and inner.type == "decorator"


@dataclass(frozen=True)
class NotIn:
    """`in` for `not in`."""

    def mutation_positions(self, node: Any) -> Iterator[Place]:
        """Comparisons by `not in`."""
        if node.type == "comp_op" and node.get_code(include_prefix=False).split() == ["not", "in"]:
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """Without the `not`."""
        node.children = [Operator(" in", node.start_pos)]
        return node


@dataclass(frozen=True)
class In:
    """`not in` for `in`, where it compares."""

    def mutation_positions(self, node: Any) -> Iterator[Place]:
        """Comparisons by `in`."""
        if node.type == "keyword" and node.value == "in" and node.parent.type == "comparison":
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """With a `not`."""
        node.value = "not in"
        return node


NAMES = (
    *("Lt_LtE", "LtE_Lt", "Gt_GtE", "GtE_Gt", "Lt_Gt", "Gt_Lt", "LtE_GtE", "GtE_LtE"),
    *("Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is"),
)
CHANGES: tuple[Change, ...] = (
    *(get_operator(f"core/ReplaceComparisonOperator_{name}")() for name in NAMES),
    *(
        get_operator(f"core/{name}")()
        for name in (
            *("ReplaceAndWithOr", "ReplaceOrWithAnd", "AddNot", "ReplaceUnaryOperator_Delete_Not"),
            *("ReplaceBreakWithContinue", "ReplaceContinueWithBreak"),
            *("ReplaceBinaryOperator_Add_Sub", "ReplaceBinaryOperator_Sub_Add"),
            *("ReplaceBinaryOperator_BitOr_BitAnd", "ReplaceBinaryOperator_BitAnd_BitOr"),
            *("ReplaceBinaryOperator_FloorDiv_Div", "ReplaceBinaryOperator_Mul_Add"),
            *("ReplaceUnaryOperator_Delete_USub", "ReplaceUnaryOperator_Delete_Invert"),
        )
    ),
    *(
        Swap(*pair)
        for one, other in (("max", "min"), ("any", "all"), ("True", "False"))
        for pair in ((one, other), (other, one))
    ),
    In(),
    NotIn(),
)
