"""Exceptions as tables: exemptions, blackouts, wishes, stand-ins, pairings, mentors."""
