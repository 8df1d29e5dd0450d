"""Keys, credentials and passwords."""
