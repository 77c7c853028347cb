"""Setting a company up: its policy, programmes, sample people."""
