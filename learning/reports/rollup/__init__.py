"""The totals of units by week: how they are kept, proven and read."""
