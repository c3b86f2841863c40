"""Persons, households and units: who is who, with identifiers sealed and found by a blind index."""
