"""Setting a company up: its policy, programmes, centres, sample people."""
