"""Learning hours (jam pelajaran): which rule turns what was completed into how many, and why."""
