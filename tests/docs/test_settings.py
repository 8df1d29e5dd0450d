"""Every setting is told, as it is."""

from tests.docs.settings import PAGE, render


def test_the_page_tells_every_setting_as_it_is() -> None:
    assert PAGE.read_text("utf-8") == render(), "write it anew: .venv/bin/python -m tests.docs.settings"
