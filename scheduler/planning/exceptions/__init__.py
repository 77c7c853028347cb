"""What HR does with exceptions: add, change, remove, import."""
