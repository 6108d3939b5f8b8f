"""How files of the site are written as text."""

from __future__ import annotations

import json
from typing import Any


def json_text(content: Any) -> str:
    """JSON as all files of the site have it: two spaces, real letters, a line end."""
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
