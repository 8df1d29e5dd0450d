"""Zendesk: what an organization had there, taken over (guide.md)."""
