"""Small pictures of pictures: made from scratch, so that nothing of the original comes along but what is seen."""

import asyncio
import warnings
from io import BytesIO
from typing import Any

MOST_BYTES = 32 << 20
"""A larger file gets no thumbnail."""
MOST_PIXELS = 24_000_000
"""So does one that would unfold to more (96 MB at four bytes each): a few bytes may claim to be a huge picture."""
MOST_PIXELS_OF_JPEG = 120_000_000
"""A JPEG is unfolded at an eighth of its size, if that is enough."""
EDGE = 512
QUALITY = 82
MEDIA_TYPE = "image/jpeg"

_ONE_AT_A_TIME = asyncio.Semaphore(1)


async def drawn(content: bytes) -> bytes | None:
    """A JPEG of at most 512 pixels on each side; None for what is no picture that can be drawn.

    One at a time in a process: what each unfolds to is bounded, so is their sum.
    """
    async with _ONE_AT_A_TIME:
        return await asyncio.to_thread(_drawn, content)


def _drawn(content: bytes) -> bytes | None:
    # Loaded here: most processes never draw.
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(content), formats=("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF")) as picture:
                if not _is_small_enough(picture):
                    return None
                picture.draft("RGB", (EDGE, EDGE))
                turned = ImageOps.exif_transpose(picture)
                turned.thumbnail((EDGE, EDGE))
                return _encoded(_flat(turned, Image))
    except Exception:  # a broken picture breaks its decoder in a hundred ways; the document is none the worse
        return None


def _is_small_enough(picture: Any) -> bool:
    pixels = picture.width * picture.height
    return bool(pixels <= (MOST_PIXELS_OF_JPEG if picture.format == "JPEG" else MOST_PIXELS))


def _flat(picture: Any, imaging: Any) -> Any:
    """On white where it is transparent: JPEG knows no transparency."""
    if picture.mode not in ("RGBA", "LA", "PA", "P"):
        return picture.convert("RGB")
    shown = picture.convert("RGBA")
    ground = imaging.new("RGB", shown.size, "white")
    ground.paste(shown, mask=shown.getchannel("A"))
    return ground


def _encoded(picture: Any) -> bytes:
    """A new picture of the same pixels: without EXIF, colour profile or remarks."""
    kept = BytesIO()
    picture.save(kept, "JPEG", quality=QUALITY, optimize=True)
    return kept.getvalue()
