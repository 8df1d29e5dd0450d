"""Entity tags in conditions (RFC 9110 §8.8, §13.1)."""


def tags_in(condition: str) -> list[str]:
    """The tags that an If-Match or If-None-Match names, without quotes and without telling weak ones apart."""
    return [tag.strip().removeprefix("W/").strip('"') for tag in condition.split(",")]


def knows(condition: str | None, tag: str) -> bool:
    """Whether an If-None-Match names this tag, given with or without quotes, or any."""
    tags = [] if condition is None else tags_in(condition)
    return "*" in tags or tag.strip('"') in tags
