"""`python -m leadbase` is the same as `leadbase`."""

from leadbase.start import main

main()
