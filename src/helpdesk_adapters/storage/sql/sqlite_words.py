"""The full-text index of the embedded store.

Triggers note which texts are new or changed. Everything that was noted is indexed in one go before a transaction
commits, so that whoever reads what was committed can also find it.
"""

import sqlite3

_DUE = """
    SELECT EXISTS (SELECT 1 FROM conversation_words_due) OR EXISTS (SELECT 1 FROM ticket_words_due)
"""


def index_words(raw: sqlite3.Connection) -> None:
    """Indexes what is due. Its writer's transaction must be open."""
    if not raw.execute(_DUE).fetchone()[0]:
        return
    for words in ("conversation_words", "ticket_words"):
        raw.execute(
            f"INSERT INTO {words} (rowid, scope, words) SELECT pk, scope, words FROM {words}_source"
            f" WHERE pk IN (SELECT pk FROM {words}_due)"
        )
        raw.execute(f"DELETE FROM {words}_due")
