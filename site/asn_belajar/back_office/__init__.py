"""Back-office screens of the site itself, at `/redaksi/`."""
