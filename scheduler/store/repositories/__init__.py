"""The statements: what a unit of work reads and writes, one repository for each thing on record.

Lists, searches and counts that pages ask for stand in the `…_queries` modules; a repository that
has one inherits from it. How values become rows is said in `mapping`.
"""
