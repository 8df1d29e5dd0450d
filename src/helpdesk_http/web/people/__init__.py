"""The pages of those who work here: coming in, their account, what they are told, and the rooms about people."""
