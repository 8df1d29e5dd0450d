"""Models that run here or elsewhere: vectors of texts, replies, translations."""
