"""Files that are awkward and sound: whatever the form, it is known what picture they show."""

from collections.abc import Iterator

import cv2
import numpy as np
from PIL import Image

from artlens_pipeline_tests.sources.hostile.case import (
    FORMATS,
    Case,
    Format,
    Pixels,
    encoded,
    painting,
    written,
)
from artlens_pipeline_tests.sources.hostile.profiles import grey_cmyk, swapped_rgb

SHOWN = np.asarray(painting())
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How an upright picture must be stored for each EXIF orientation but 1."""


def sound() -> Iterator[Case]:
    for form in FORMATS:
        yield Case(f"plain.{form.suffix}", written(form, painting()), SHOWN, form.tolerance)
        yield from sizes(form)
    yield from misnamed()
    yield from orientations()
    yield from animated()
    yield from deep()
    yield from profiled()
    yield from see_through()


def sizes(form: Format) -> Iterator[Case]:
    """The smallest and the narrowest pictures."""
    longest = 16_383 if form.kind == "WEBP" else 20_000
    for width, height in ((1, 1), (1, longest), (longest, 1)):
        image = painting(width, height)
        shows = np.asarray(image)
        name = f"{width}x{height}.{form.suffix}"
        yield Case(name, written(form, image), shows, form.tolerance + 4 * (form.tolerance > 0))


def misnamed() -> Iterator[Case]:
    """Each format under the next one's name."""
    for form, other in zip(FORMATS, FORMATS[1:] + FORMATS[:1], strict=True):
        data = written(form, painting())
        yield Case(f"{form.suffix} called.{other.suffix}", data, SHOWN, form.tolerance)


def orientations() -> Iterator[Case]:
    for form in FORMATS:
        if form.kind not in {"JPEG", "PNG", "WEBP", "TIFF", "AVIF"}:
            continue
        for number in range(1, 9):
            exif = Image.Exif()
            exif[0x0112] = number
            turn = TURNS.get(number)
            stored = painting() if turn is None else painting().transpose(turn)
            data = written(form, stored, exif=exif)
            yield Case(f"exif-{number}.{form.suffix}", data, SHOWN, form.tolerance)


def animated() -> Iterator[Case]:
    """The first frame counts."""
    other = Image.new("RGB", painting().size, "blue")
    for form in FORMATS:
        if form.kind in {"GIF", "WEBP", "PNG", "TIFF", "AVIF"}:
            data = written(form, painting(), save_all=True, append_images=[other] * 3)
            yield Case(f"animated.{form.suffix}", data, SHOWN, form.tolerance)


def deep() -> Iterator[Case]:
    """16 bits a level, in grey and in colour."""
    colour = SHOWN[:, :, ::-1].astype(np.uint16) * 257  # OpenCV's order is blue, green, red
    grey = SHOWN[:, :, 1].astype(np.uint16) * 257
    shades = np.repeat(SHOWN[:, :, 1:2], 3, axis=2)
    for suffix in ("png", "tiff", "ppm"):
        yield Case(f"16-bit-colour.{suffix}", _by_opencv(colour, suffix), SHOWN, 1)
    for suffix in ("png", "tiff", "pgm"):
        yield Case(f"16-bit-grey.{suffix}", _by_opencv(grey, suffix), shades, 1)
    for form in FORMATS:
        if form.kind == "JPEG2000":
            data = written(form, Image.fromarray(grey))
            yield Case(f"16-bit-grey.{form.suffix}", data, shades, 1)
    fractions = Image.fromarray(SHOWN[:, :, 1].astype(np.float32) / 255)
    yield Case("fractions.tif", encoded(fractions, "TIFF"), shades, 1)


def _by_opencv(levels: Pixels, suffix: str) -> bytes:
    done, data = cv2.imencode(f".{suffix}", levels)
    assert done
    return data.tobytes()


def profiled() -> Iterator[Case]:
    """CMYK without a profile and with one, RGB with one; a broken one changes nothing."""
    inks = Image.fromarray(255 - SHOWN).convert("RGB")
    cmyk = Image.merge("CMYK", (*inks.split(), Image.new("L", inks.size)))
    grey = _greyed(np.asarray(cmyk))
    for form in FORMATS:
        if form.kind in {"JPEG", "TIFF"}:
            more = form.tolerance
            yield Case(f"cmyk.{form.suffix}", written(form, cmyk), SHOWN, more)
            data = written(form, cmyk, icc_profile=grey_cmyk())
            yield Case(f"cmyk-profile.{form.suffix}", data, grey, more + 3)
        if form.kind in {"JPEG", "PNG", "TIFF", "WEBP", "AVIF"}:
            data = written(form, painting(), icc_profile=swapped_rgb())
            yield Case(f"profile.{form.suffix}", data, SHOWN[:, :, ::-1], form.tolerance + 3)
            data = written(form, painting(), icc_profile=swapped_rgb()[:200])
            yield Case(f"broken-profile.{form.suffix}", data, SHOWN, form.tolerance)


def _greyed(inks: Pixels) -> Pixels:
    """What `grey_cmyk` makes of inks [h, w, 4], from CIE lightness to sRGB."""
    lightness = 100 - 100 * 63 / 255 * inks.sum(axis=2) / 255
    cube = ((lightness + 16) / 116) ** 3
    luminance = np.where(lightness > 8, cube, lightness / 903.3)
    curve = np.where(
        luminance > 0.0031308, 1.055 * luminance ** (1 / 2.4) - 0.055, 12.92 * luminance
    )
    return np.repeat(np.rint(255 * curve)[:, :, None].astype(np.uint8), 3, axis=2)


def see_through() -> Iterator[Case]:
    """The left half is transparent, and so white."""
    layer = painting().convert("RGBA")
    alpha = np.full(SHOWN.shape[:2], 255, np.uint8)
    alpha[:, : alpha.shape[1] // 2] = 0
    layer.putalpha(Image.fromarray(alpha))
    shows = np.where(alpha[:, :, None] == 0, 255, SHOWN).astype(np.uint8)
    for form in FORMATS:
        if form.kind in {"PNG", "WEBP", "TIFF", "TGA", "JPEG2000", "AVIF"}:
            yield Case(f"alpha.{form.suffix}", written(form, layer), shows, form.tolerance)
