"""A campaign against the book: hostile and damaged inputs, and builds that are killed.

``make attack`` runs it whole; ``python -m tests.attack --help`` names its parts.
"""
