"""Objections to rows of the ledger, decided by a supervisor."""
