"""Signing in: passwords, passkeys, codes, other identity providers, and who must do more."""
