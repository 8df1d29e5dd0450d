"""The desk that is measured: `helpdesk serve`, but with its jobs left out where they would blur the figure."""

import argparse
import gc
import logging
import sys

import uvicorn

from helpdesk_adapters.container import Container
from helpdesk_adapters.settings import read_settings
from helpdesk_http.app import create_app
from helpdesk_http.cli import GARBAGE
from helpdesk_http.cli.server import OPTIONS, TURN


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--jobs", action="store_true")
    given = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    gc.set_threshold(*GARBAGE)
    sys.setswitchinterval(TURN)
    uvicorn.run(create_app(Container(settings=read_settings()), jobs=given.jobs), port=given.port, **OPTIONS)


if __name__ == "__main__":
    main()
