"""Recurrent language models, and what they write."""
