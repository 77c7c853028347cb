"""The crews that do an engine's tasks; `solving/crew.py` is their door."""
