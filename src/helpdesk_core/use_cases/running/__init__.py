"""Keeping the desk running, and looking at it."""
