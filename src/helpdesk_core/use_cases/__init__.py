"""Verbs: what can be done at the desk, one module each, over ports only.

A *step* takes the open unit of work and an occasion; a *verb* opens the unit. Steps combine, verbs do not.
"""
