"""The full-text index of the embedded store.

Triggers note which texts are new or changed. Everything that was noted is indexed in one go before a transaction
commits, so that whoever reads what was committed can also find it.
"""

import sqlite3

WORDS = ("conversation_words", "ticket_words", "article_words", "passage_words")
"""The tables of the index; each has a source of its texts, and a list of those that are due."""

_DUE = f"SELECT {', '.join(f'EXISTS (SELECT 1 FROM {words}_due)' for words in WORDS)}"


def index_words(raw: sqlite3.Connection) -> None:
    """Indexes what is due. Its writer's transaction must be open."""
    for words, due in zip(WORDS, raw.execute(_DUE).fetchone(), strict=True):
        if not due:
            continue
        raw.execute(
            f"INSERT INTO {words} (rowid, scope, words) SELECT pk, scope, words FROM {words}_source"
            f" WHERE pk IN (SELECT pk FROM {words}_due)"
        )
        raw.execute(f"DELETE FROM {words}_due")
