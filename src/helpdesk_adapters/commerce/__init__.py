"""Shops and marketplaces, one folder each."""
