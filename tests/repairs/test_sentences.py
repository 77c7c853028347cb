"""What repairs say has the right form for one and for many."""

from __future__ import annotations

from tests.grammar import miscounted
from tests.repairs.cases import repairs_of, short_of_places

WORLDS = range(24)


def test_repairs_count_right() -> None:
    sentences: set[str] = set()
    for number in WORLDS:
        problem, _ = short_of_places(number)
        repairs = repairs_of(number)
        for duty_id in repairs.unassigned:
            sentences.update(str(repair.text(problem)) for repair in repairs.of(duty_id))
    assert any("1 " in sentence for sentence in sentences)
    assert [sentence for sentence in sentences if miscounted(sentence)] == []
