"""Tables from outside: files as people have them, read cell by cell."""
