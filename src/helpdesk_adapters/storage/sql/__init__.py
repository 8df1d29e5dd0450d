"""The store over SQL: rows, statements compiled once, repositories, and a store for each database."""
