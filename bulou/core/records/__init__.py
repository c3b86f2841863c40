"""Records: what happened, only added; the one way in, corrections, and what was put aside."""
