"""What the book computes on: processor, GPU, random numbers."""
