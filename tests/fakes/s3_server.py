"""A server that speaks S3, in a process of its own: `python -m tests.fakes.s3_server` prints where it listens."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


@contextmanager
def s3_server() -> Iterator[str]:
    """The address of a server without any bucket; it ends with the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.s3_server"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        address = process.stdout.readline().strip()
        assert address.startswith("http"), "the S3 server did not start"
        yield address
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


def main() -> None:
    import logging
    import threading

    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    sys.stdout.write(f"http://{host}:{port}\n")
    sys.stdout.flush()
    threading.Event().wait()


if __name__ == "__main__":
    main()
