"""SQLite as Django knows it, with writers of one process in a queue."""

# Whether a database that is not there is begun. False: it is said that it cannot be opened, and no file is left.
may_begin = True
