"""Tasks: expected, done, missed. The four shapes of expectation are written once, here."""
