"""From written text to numbers and counts."""
