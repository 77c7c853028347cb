"""On which systems a test says something."""

from __future__ import annotations

import os
import platform

import pytest

needs_glibc = pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="only the GNU library is asked to give back"
)
needs_signals = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
