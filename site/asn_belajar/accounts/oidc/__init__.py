"""Signing in at another identity provider, by OpenID Connect.

allauth's provider, made stricter: the ID token is always verified (signature, issuer, audience, nonce, time),
the answer must name the issuer that was asked (RFC 9207), and nothing of what the provider tells is kept.
"""
