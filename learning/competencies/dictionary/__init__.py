"""The dictionary of competencies: read, taken in from a file, kept in its versions."""
