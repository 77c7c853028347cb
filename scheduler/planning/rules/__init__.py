"""What admins do with rules: read, change, try, restore."""
