"""The site: settings, URLs, server doors and the back office of ASN Belajar."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# `learning` and `content` live at the repository's root.
if str(ROOT) not in sys.path:
    sys.path.insert(1, str(ROOT))
