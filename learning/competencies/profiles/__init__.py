"""What a position asks for, what its holder has, and the shortest way between."""
