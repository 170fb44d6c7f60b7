"""Bringing text that was written elsewhere into the editor, as drafts."""
