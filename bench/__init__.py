"""Measurements. Nothing here is part of the site, nothing in the site knows of it."""
