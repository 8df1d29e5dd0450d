"""Measures, prints the figures and writes the page."""

import anyio

from helpdesk_adapters.ai.embedding import NanoEmbedder
from helpdesk_adapters.offload import ThreadOffload
from tests.benchmarks.retrieval.evaluation import evaluated
from tests.benchmarks.retrieval.page import PAGE, render


def main() -> None:
    page = render(anyio.run(evaluated, NanoEmbedder(ThreadOffload())))
    print(page)
    PAGE.write_text(page, "utf-8")


if __name__ == "__main__":
    main()
