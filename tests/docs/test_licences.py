"""Nobody meets a licence that the page did not tell."""

from tests.docs.licences import PAGE, direct, family, render


def test_the_page_tells_the_licence_of_every_direct_dependency() -> None:
    assert PAGE.read_text("utf-8") == render(), "write it anew: .venv/bin/python -m tests.docs.licences"


def test_no_dependency_but_the_optional_one_for_mailboxes_is_under_the_gpl() -> None:
    strict = {(name, extra) for name, extra in direct() if family(name) == "GPL"}
    assert strict <= {("aioimaplib", "imap")}
