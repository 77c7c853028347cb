"""Programs handed to OR-Tools: linear ones, CP-SAT, and HiGHS in a process of its own."""
