"""Knowledge: what the desk has written down and what its agents have answered, cut into passages that can be found."""
