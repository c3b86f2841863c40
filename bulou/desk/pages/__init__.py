"""The office's own pages: today, people, places, figures, the missed, what is set aside, the rules."""
