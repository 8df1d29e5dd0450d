"""What WhatsApp and Messenger have in common: how Meta signs, and how its Graph API is called."""
