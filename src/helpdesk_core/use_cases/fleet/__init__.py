"""Fleets of vehicles, whose backends report what their riders write."""
