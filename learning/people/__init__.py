"""Who studies: people, units, who may see whom, and who looked."""
