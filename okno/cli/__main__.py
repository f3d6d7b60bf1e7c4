"""`python -m okno.cli` is `okno`: children are started by this interpreter, whatever PATH says."""

from __future__ import annotations

import sys

from okno.cli import main

sys.exit(main())
