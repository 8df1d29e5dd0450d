"""Ports: what the desk needs of the outside, each one a few methods with their guarantees."""
