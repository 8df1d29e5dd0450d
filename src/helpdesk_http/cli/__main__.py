"""So that `python -m helpdesk_http.cli` works, wherever the script is."""

from helpdesk_http.cli import main

main()
