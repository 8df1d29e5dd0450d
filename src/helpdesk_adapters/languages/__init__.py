"""Telling languages apart, and where in the world an address is; both from data that ships in packages."""
