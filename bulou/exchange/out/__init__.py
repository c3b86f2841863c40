"""Ledgers out: lists as Excel and CSV, departments' own tables; each with a purpose, a mark and an end."""
