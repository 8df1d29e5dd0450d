"""The store in memory. Import `MemoryStore` from here."""

from helpdesk_adapters.storage.memory.store import MemoryStore

__all__ = ["MemoryStore"]
