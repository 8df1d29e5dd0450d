"""The settings: how an organization has its desk."""
