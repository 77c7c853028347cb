"""What the business talks about: people, calendars, programmes, duties, the ledger, plans.

Frozen values and pure functions. Nothing here knows of databases, web pages or solvers.
"""
