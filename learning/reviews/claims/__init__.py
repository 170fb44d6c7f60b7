"""Claims: somebody says that they master a competency at a level, and a supervisor decides."""
