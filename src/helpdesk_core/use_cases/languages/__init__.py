"""What language a message is in, what it says in the organization's own, and answers that leave in the customer's."""
