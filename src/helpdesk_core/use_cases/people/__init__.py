"""Those who work here, and how they are recognised."""
