"""So that `python -m helpdesk_http.cli` works, wherever the script is."""

import sys

from helpdesk_http.cli import main

sys.exit(main())
