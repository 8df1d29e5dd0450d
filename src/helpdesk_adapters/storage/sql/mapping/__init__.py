"""Rows to nouns and back, by hand: the columns that are read of a table, in the order in which `to_…` takes them.

`…_row(noun)` is a mapping from column names to values, `to_…(row)` takes what the column types have converted already.
The contract suite keeps both complete: whatever is stored comes back equal.
"""
