"""Good plans without a proof: greedy, diving, large neighbourhood search."""
