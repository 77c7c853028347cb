"""How domain values become rows, and rows domain values again. No statement stands here."""
