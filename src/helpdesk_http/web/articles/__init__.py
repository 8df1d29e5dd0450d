"""Articles: written at the desk, read by everybody in the help centre."""
