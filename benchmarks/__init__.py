"""Measurements of the book's code: how large, how good, how fast, and beside what."""
