"""Who cannot come when, from files."""
