"""People and units from a file of the staff office: read, cleaned, compared, applied, undone."""
