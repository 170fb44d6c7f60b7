"""Roles beyond learner and supervisor: given by BPSDM, for some days."""
