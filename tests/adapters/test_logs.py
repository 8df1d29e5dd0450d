"""Nothing that is anybody's secret gets into a log line."""

import json
import logging

import pytest
import structlog

from helpdesk_adapters.logs import configure


@pytest.mark.parametrize("form", ["console", "json"])
def test_addresses_and_credentials_are_shortened_wherever_they_stand(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    root = logging.getLogger()
    before = (root.handlers, root.level)
    configure("info", "json" if form == "json" else "console")
    try:
        try:
            raise RuntimeError("re_1234567890abc for ida@garden.example at smtp://user:hunter2@mail.example")
        except RuntimeError:
            structlog.get_logger().error("store_unavailable", to=["jo@x.example"], exc_info=True)
            logging.getLogger("vendor").error("Bearer abcdefghijkl")
    finally:
        structlog.reset_defaults()
        root.handlers, root.level = before[0], before[1]
    lines = capsys.readouterr().err
    for secret in ("1234567890abc", "ida@", "jo@", "hunter2", "abcdefghijkl"):
        assert secret not in lines
    assert "store_unavailable" in lines
    if form == "json":
        assert json.loads(lines.splitlines()[0])["event"] == "store_unavailable"
