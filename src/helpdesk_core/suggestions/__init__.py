"""Suggestions: answers that an agent may send, and what is told beside them."""
