"""``python -m lmmteach`` is the ``lmmteach`` command."""

import sys

from lmmteach.cli import main

if __name__ == "__main__":
    sys.exit(main())
