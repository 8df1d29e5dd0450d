"""Real messages are understood at least as well as docs/reference/mail-quality.md says."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "mail-quality.md"
ROW = re.compile(r"^\| (\w+) \| ([a-z_.]+) \| (\d+)/(\d+) \|", re.MULTILINE)


@pytest.mark.timeout(900)
def test_every_source_is_understood_as_well_as_the_page_says(shared: Path, tmp_path: Path) -> None:
    scorer = shared / "mail" / "score.py"
    if not scorer.exists():
        pytest.skip("no shared mail: set HELPDESK_SHARED to a folder that holds it")
    result = tmp_path / "result.json"
    command = [sys.executable, scorer, "mail_adapter", "--path", Path(__file__).parent, "--json", result]
    subprocess.run([*map(str, command), "--timeout", "60"], cwd=tmp_path, check=True, capture_output=True)
    reached = {
        (source, capability): (passed, total)
        for source, capability, passed, total in json.loads(result.read_bytes())["rows"]
    }
    told = {
        (source, capability): (int(passed), int(total))
        for source, capability, passed, total in ROW.findall(PAGE.read_text("utf-8"))
    }
    assert told.keys() == reached.keys()
    assert {key: total for key, (_, total) in told.items()} == {
        key: total for key, (_, total) in reached.items()
    }
    worse = {key: (reached[key], passed) for key, (passed, _) in told.items() if reached[key][0] < passed}
    assert worse == {}
