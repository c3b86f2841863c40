"""Likely doubles across sources: proposed with a score and the reasons, decided by people, never merged by itself."""
