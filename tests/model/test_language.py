"""The language that rules compile to."""

from __future__ import annotations

import numpy as np
import pytest

from scheduler.model.language import narrow


@pytest.mark.parametrize(
    ("most", "size"), [(0, 1), (127, 1), (128, 2), (32_767, 2), (32_768, 4), (2**31, 8)]
)
def test_points_take_as_few_bytes_as_hold_them(most: int, size: int) -> None:
    points = narrow(np.array([[0, most]]))
    assert points.dtype.itemsize == size
    assert points.tolist() == [[0, most]]
