"""Replies are suggested, kept with the ticket, and settled when an agent acts."""
