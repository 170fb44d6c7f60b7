"""What a person may ask about their data, and the purposes they choose (UU 27/2022, PDP)."""
