"""Sample texts, pictures, videos and checklists that a new installation can be filled with."""
