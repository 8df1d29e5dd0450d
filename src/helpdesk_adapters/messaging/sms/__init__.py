"""SMS in one language, whoever carries them: Twilio, Telnyx, Vonage, MessageBird, each in a folder of its own."""
