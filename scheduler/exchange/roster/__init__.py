"""Rosters: who works here, from whatever table HR has."""
