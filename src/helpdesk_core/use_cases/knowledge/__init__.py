"""What the desk knows: it is kept up with articles and solved tickets, and found."""
