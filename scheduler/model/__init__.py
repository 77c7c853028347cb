"""The compiled language of the rules, and what is done to it before any solver sees it."""
