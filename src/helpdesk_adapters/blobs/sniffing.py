"""What a file may be, by its first bytes."""

from collections.abc import Sequence


def sniffed(head: bytes) -> Sequence[str]:
    """A `Sniff`: by puremagic's table of signatures, the likeliest first."""
    import puremagic  # its table takes 20 ms to read, and most requests bring no file

    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):  # nothing that it knows, or nothing at all
        return ()
    return tuple(dict.fromkeys(one.mime_type for one in found if one.mime_type))
