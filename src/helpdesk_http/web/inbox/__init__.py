"""The inbox: tickets in queues and views, and each of them."""
