"""Stripe Connect: accounts of an organization's own (guide.md), and how they are connected (oauth.py)."""
