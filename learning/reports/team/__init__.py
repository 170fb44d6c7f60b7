"""The supervisor's week: everybody on one screen, acknowledged, reminded."""
