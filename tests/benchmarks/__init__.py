"""Measures the engine against others on the same instances: `python -m tests.benchmarks`.

Every side runs in a process of its own; every answer is checked by the rules themselves.
"""
