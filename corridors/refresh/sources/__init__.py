"""The upstream sources, one module each, in the order in which they are asked."""

from __future__ import annotations

from typing import Final

from corridors.refresh.provider import Provider
from corridors.refresh.sources import (
    comtrade,
    ember,
    gem,
    idealpoints,
    imf,
    nso,
    overpass,
    owid,
    undl,
    unvotes,
    worldbank,
)

PROVIDERS: Final[tuple[Provider, ...]] = (
    nso.PROVIDER,
    worldbank.PROVIDER,
    owid.PROVIDER,
    ember.PROVIDER,
    overpass.PROVIDER,
    gem.PROVIDER,
    unvotes.PROVIDER,
    idealpoints.PROVIDER,
    undl.PROVIDER,
    comtrade.PROVIDER,
    imf.PROVIDER,
)
