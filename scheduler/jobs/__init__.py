"""The worker: claims a row of any kind, does it, and writes once."""
