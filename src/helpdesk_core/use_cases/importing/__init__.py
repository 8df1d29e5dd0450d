"""Imports: ordering one, running it page by page, and keeping each kind of thing that it brings."""
