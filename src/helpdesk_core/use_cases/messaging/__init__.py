"""Messages of other channels than mail: hearing them, sending answers, and what becomes of both."""
