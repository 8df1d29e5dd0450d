"""Shops, marketplaces and payments: what they tell, and what follows from it."""
