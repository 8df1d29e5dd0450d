"""The widget and the contact form."""
