"""Vectors that are not ours: a folder beside the repository, or wherever HELPDESK_SHARED says."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared protocol vectors; a test that needs it is skipped where it is absent."""
    folder = Path(os.environ.get("HELPDESK_SHARED") or Path(__file__).parents[2].parent / "shared")
    if not folder.is_dir():
        pytest.skip("no shared vectors: set HELPDESK_SHARED to their folder")
    return folder
