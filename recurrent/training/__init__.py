"""How a model learns, and how it is measured."""
