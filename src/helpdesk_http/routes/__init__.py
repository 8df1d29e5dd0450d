"""The doors, one module a family of endpoints: read, call, reply."""
