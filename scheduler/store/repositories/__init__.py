"""What a unit of work reads and writes, one repository for each thing."""
