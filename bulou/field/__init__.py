"""The phone: an app that works a shift without signal, and the sheets by which phones are let in."""
