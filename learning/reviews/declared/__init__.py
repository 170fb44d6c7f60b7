"""Learning outside the site: declared by a learner, decided by a supervisor."""
