"""A person's ledger as they read it: periods, filters, rows, one row opened, all of it to take along."""
