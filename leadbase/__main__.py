"""`python -m leadbase` is the same as `leadbase`."""

from leadbase.cli import main

main()
