"""Tickets and what is said on them."""
