"""Figures and tallies: every number that anybody sees, defined once."""
