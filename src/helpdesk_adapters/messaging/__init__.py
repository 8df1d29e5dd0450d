"""Channels on which people write messages, each provider in a folder of its own."""
