"""What a supervisor reads: the team, roll-ups."""
