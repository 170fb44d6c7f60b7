"""H5P packages: a tool set of their own (`package`, `archive`, `rules`, …) and what keeps and serves them.

The tool set – zip in, report out – imports no Django and needs no database.
"""
