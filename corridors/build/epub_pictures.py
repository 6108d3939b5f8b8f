"""Pictures of a size that suits an e-reader."""

from __future__ import annotations

import io
from typing import Final

from PIL import Image

#: Colours of a picture of maps and charts; more are not told apart at the size of a page.
COLOURS: Final = 256


def lighter(name: str, content: bytes) -> bytes:
    """The picture with a palette in place of four channels, on white, if that takes less room.

    Only PNG; all else is returned as it is. Width and height stay.
    """
    if not name.lower().endswith(".png"):
        return content
    with Image.open(io.BytesIO(content)) as picture:
        if picture.mode == "P":
            return content
        paper = Image.new("RGBA", picture.size, "white")
        paper.alpha_composite(picture.convert("RGBA"))
    small = paper.convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    stream = io.BytesIO()
    small.save(stream, "PNG", optimize=True)
    return min(stream.getvalue(), content, key=len)
