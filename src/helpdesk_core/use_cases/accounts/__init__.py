"""Outside accounts: connecting them, and keeping them connected."""
