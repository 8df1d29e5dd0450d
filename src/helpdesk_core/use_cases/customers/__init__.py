"""Customers: knowing them, and forgetting them."""
