"""Who serves customers when: planned, proven, explained, and kept in every calendar."""

__version__ = "0.1.0"
