"""Our accounts for tools of partners: an identity provider of our own (OpenID Connect), off by default."""
