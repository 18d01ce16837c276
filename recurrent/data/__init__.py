"""Texts, and minibatches of them."""
