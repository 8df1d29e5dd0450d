"""Pages for people: the front page, and the agents' inbox."""
