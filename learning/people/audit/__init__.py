"""Who looked at, or changed, what belongs to another: written, chained, read."""
