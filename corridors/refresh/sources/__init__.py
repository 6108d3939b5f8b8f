"""The upstream sources, one module each, in the order in which they are asked."""

from __future__ import annotations

from typing import Final

from corridors.refresh.provider import Provider
from corridors.refresh.sources import nso

PROVIDERS: Final[tuple[Provider, ...]] = (nso.PROVIDER,)
