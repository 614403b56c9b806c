"""Keeping a service well: what an operator does, and what the service does for them."""
