"""Reports: who owes which report by when, drafted from the tallies, sent, revised; and the bulletin."""
