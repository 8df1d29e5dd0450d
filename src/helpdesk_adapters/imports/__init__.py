"""Desks that organizations come from: one folder each."""
