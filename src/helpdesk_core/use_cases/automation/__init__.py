"""What works by itself: rules, macros, clocks, and the values they go by."""
