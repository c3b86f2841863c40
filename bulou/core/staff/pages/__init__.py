"""Pages: the door, one's own account, and the staff of a territory."""
