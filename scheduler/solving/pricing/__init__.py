"""Column generation: a bound for all options from a linear program over few of them."""
