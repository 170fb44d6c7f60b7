"""The competency report of a period: a live draft, what was sent, what was decided, what is frozen."""
