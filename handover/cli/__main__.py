"""`python -m handover.cli`, the same as `handover`."""

from handover.cli.main import main

main()
