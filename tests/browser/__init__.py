"""Journeys of people, in a real browser against the real server."""
