"""What HR does with files: read, see what would change, apply."""
