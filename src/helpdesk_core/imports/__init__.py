"""Imports: a team's history, brought from another desk, as often as it takes and never twice.

`brought` is the one language in which every source tells what it has; it is also the format in which a desk gives out
all that it holds, so that whatever leaves one desk can be brought to another. `progress` is how far an import has come,
`references` which thing of the source is which of ours, `translation` how its words become ours.
"""
