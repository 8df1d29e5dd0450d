"""Customers: who writes in."""
