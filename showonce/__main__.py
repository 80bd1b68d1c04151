"""``python -m showonce``, the same as ``showonce``."""

import sys

from showonce.cli import main

if __name__ == "__main__":
    sys.exit(main())
