"""Where histories come from: other desks, each in a folder of its own, and files."""
