"""What a desk loads when it starts."""

import subprocess
import sys

PROGRAM = """
import anyio, sys
from helpdesk_adapters.container import in_memory
from helpdesk_http.app import create_app

async def start():
    app = create_app(in_memory(), jobs=True)
    async with app.router.lifespan_context(app):
        await anyio.sleep(0.2)

anyio.run(start)
print([name for name in ("stripe", "svix", "shopify", "sp_api", "boto3", "resend") if name in sys.modules])
"""


def test_a_desk_that_starts_loads_no_providers_library() -> None:
    """Signatures are checked by the core's own schemes; the libraries are what tests compare them with."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
