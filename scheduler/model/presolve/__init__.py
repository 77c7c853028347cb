"""What makes a compiled model smaller or sharper without changing any plan's points."""
