"""A company that does not exist, of any size, for trying things out and for tests.

The same seed makes the same company, and the same files byte for byte.
"""

from scheduler.sample.company import Company, make_company
from scheduler.sample.files import write_company

__all__ = ["Company", "make_company", "write_company"]
