"""A partner's expert approves a text by a secret link, without an account."""
