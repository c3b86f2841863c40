"""Demonstrations: a county laid down record by record, day by day, through the same intake as anything else.

A county is a file in `counties/`. What a room brings to the play it says itself: `answers={"demo": fn}` in
its name-plate, where `fn(stage, since, until)` hands in what happened in its work between two moments.
"""
