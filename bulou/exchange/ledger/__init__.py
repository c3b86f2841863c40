"""A clerk's file, read and understood: plain values in and out, no database, no clock.

`read.read(path, …)` is the one way in; whoever takes the rows into the house calls nothing else here.
"""
