"""``python -m trireme.cli``."""

from __future__ import annotations

import sys

from trireme.cli.main import main

sys.exit(main())
