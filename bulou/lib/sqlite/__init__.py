"""SQLite as Django knows it, with writers of one process in a queue."""
