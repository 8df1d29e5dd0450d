"""Mail: taking it in, leaving it out, sending it, and what becomes of it."""
