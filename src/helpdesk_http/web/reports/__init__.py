"""Reports: how the desk does, as charts with a table behind each."""
