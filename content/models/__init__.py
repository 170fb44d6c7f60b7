"""Page types, one subject a file."""
