"""Six manners of painting with numpy and Pillow: random numbers and a palette in, picture out.

Belongs here: pixels. Whose pictures they are and where they go is in `gallery`. Every painter takes
a generator, a palette (RGB, ground first) and a size (width, height in pixels).
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

Colour = tuple[int, int, int]
Palette = Sequence[Colour]
Size = tuple[int, int]
Painter = Callable[[np.random.Generator, Palette, Size], Image.Image]
Field = np.ndarray[Any, np.dtype[np.float64]]


def paint_colour_field(rng: np.random.Generator, palette: Palette, size: Size) -> Image.Image:
    """Two to four soft-edged bands that float on a ground."""
    width, height = size
    image = Image.new("RGB", size, palette[0])
    draw = ImageDraw.Draw(image)
    edges = np.cumsum(rng.dirichlet(np.full(rng.integers(2, 5), 6.0))) * height * 0.9
    top = height * 0.05
    for index, edge in enumerate(edges):
        inset = width * rng.uniform(0.05, 0.12)
        box = (inset, top + height * 0.02, width - inset, edge + height * 0.05)
        draw.rectangle(box, fill=palette[1 + index % (len(palette) - 1)])
        top = edge + height * 0.05
    return _weave(rng, image.filter(ImageFilter.GaussianBlur(width / 50)), 5)


def paint_grid(rng: np.random.Generator, palette: Palette, size: Size) -> Image.Image:
    """A white plane cut by black bars, a few of its cells filled."""
    width, height = size
    image = Image.new("RGB", size, (244, 241, 232))
    draw = ImageDraw.Draw(image)
    columns, rows = (np.sort(rng.uniform(0, edge, rng.integers(3, 6))) for edge in size)
    for _ in range(rng.integers(3, 6)):
        column, row = rng.integers(len(columns) - 1), rng.integers(len(rows) - 1)
        box = (columns[column], rows[row], columns[column + 1], rows[row + 1])
        draw.rectangle(box, fill=_pick(rng, palette))
    bar = max(4, width // 45)
    for x in columns:
        draw.line((x, 0, x, height), fill=(20, 18, 20), width=bar)
    for y in rows:
        draw.line((0, y, width, y), fill=(20, 18, 20), width=bar)
    return image


def paint_dots(rng: np.random.Generator, palette: Palette, size: Size) -> Image.Image:
    """A land under a sky, in dots that follow a slowly changing mixture."""
    width, height = size
    image = Image.new("RGB", size, (240, 232, 214))
    draw = ImageDraw.Draw(image)
    mixture = _clouds(rng, size, 5)
    horizon = rng.uniform(0.35, 0.65) * height
    radius = width / 110
    for x, y in rng.uniform(0, 1, (2600, 2)) * size:
        shade = mixture[int(y), int(x)] * 2 + rng.normal(0, 0.35)
        index = int(np.clip(shade, 0, 1.99)) + (2 if y > horizon else 0)
        dot = radius * rng.uniform(0.8, 1.5)
        draw.ellipse((x - dot, y - dot, x + dot, y + dot), fill=palette[index])
    return image


def paint_facets(rng: np.random.Generator, palette: Palette, size: Size) -> Image.Image:
    """Triangles split again and again, each shaded as if it faced another way."""
    width, height = size
    image = Image.new("RGB", size)
    draw = ImageDraw.Draw(image)
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=float)
    triangles = [corners[[0, 1, 2]], corners[[0, 2, 3]]]
    while len(triangles) < 90:
        a, b, c = triangles.pop(rng.integers(min(len(triangles), 12)))
        middle = b + (c - b) * rng.uniform(0.35, 0.65)
        triangles += [np.array([middle, a, b]), np.array([middle, c, a])]
    light = _clouds(rng, size, 4)
    for triangle in triangles:
        x, y = triangle.mean(axis=0)
        tone = 0.45 + 0.7 * light[min(int(y), height - 1), min(int(x), width - 1)]
        colour = np.array(_pick(rng, palette)) * (tone * rng.uniform(0.85, 1.15))
        draw.polygon([tuple(p) for p in triangle], fill=_rgb(colour), outline=_rgb(colour * 0.7))
    return image


def paint_stripes(rng: np.random.Generator, palette: Palette, size: Size) -> Image.Image:
    """Parallel stripes bent by a swelling, in two colours of strong contrast."""
    width, height = size
    y, x = np.mgrid[: 2 * height, : 2 * width] / (2 * width)
    turn = rng.uniform(0, np.pi)
    swelling = np.zeros_like(x)
    for centre_x, centre_y in rng.uniform(0.1, 0.9, (rng.integers(1, 4), 2)):
        distance = np.hypot(x - centre_x, y - centre_y)
        swelling += rng.choice([-1, 1]) * rng.uniform(0.05, 0.1) * np.exp(-((distance / 0.22) ** 2))
    phase = x * np.cos(turn) + y * np.sin(turn) + swelling
    dark = np.sin(phase * 2 * np.pi * rng.uniform(12, 22)) > 0
    ink = np.array(_pick(rng, palette[1:])) * 0.45
    pixels = np.where(dark[..., None], ink, np.array([250, 246, 238]))
    return Image.fromarray(pixels.astype(np.uint8)).reduce(2)


def paint_night(rng: np.random.Generator, palette: Palette, size: Size) -> Image.Image:
    """Stars and a moon over hills."""
    width, height = size
    share = np.linspace(0, 1, height)[:, None, None] ** 1.5
    glow = np.array(palette[1]) * 0.75
    sky = np.broadcast_to((1 - share) * np.array([10, 14, 40]) + share * glow, (height, width, 3))
    image = Image.fromarray(sky.astype(np.uint8))
    draw = ImageDraw.Draw(image)
    for x, y in rng.uniform(0, 1, (rng.integers(80, 200), 2)) * (width, height * 0.7):
        star = rng.uniform(0.4, 1.6)
        draw.ellipse((x - star, y - star, x + star, y + star), fill=(250, 244, 214))
    moon, (x, y) = width * rng.uniform(0.04, 0.08), rng.uniform(0.15, 0.4, 2) * size
    draw.ellipse((x - moon, y - moon, x + moon, y + moon), fill=(252, 240, 196))
    for layer in range(3):
        ridge = height * (0.62 + 0.11 * layer) + _wave(rng, width) * height * 0.07
        points = [(0, height), *enumerate(ridge.tolist()), (width, height)]
        draw.polygon(points, fill=_rgb(glow * (0.5 - 0.16 * layer)))
    return image


def _pick(rng: np.random.Generator, palette: Palette) -> Colour:
    return palette[int(rng.integers(len(palette)))]


def _rgb(values: Field) -> Colour:
    red, green, blue = np.clip(values, 0, 255).astype(int).tolist()
    return red, green, blue


def _clouds(rng: np.random.Generator, size: Size, cells: int) -> Field:
    """Smooth noise of about 0 to 1, [height, width]."""
    coarse = Image.fromarray(rng.uniform(0, 1, (cells, cells)).astype(np.float32))
    return np.asarray(coarse.resize(size, Image.Resampling.BICUBIC), dtype=np.float64).clip(0, 1)


def _wave(rng: np.random.Generator, length: int) -> Field:
    """A smooth line of about -1 to 1."""
    x = np.arange(length) / length
    waves = [np.sin(2 * np.pi * (f * x + rng.uniform())) / f for f in rng.uniform(0.7, 4, 4)]
    return np.sum(waves, axis=0) / 2


def _weave(rng: np.random.Generator, image: Image.Image, strength: float) -> Image.Image:
    """The grain of a canvas over a smooth picture."""
    grain = rng.normal(0, strength, (image.height, image.width, 1))
    return Image.fromarray((np.asarray(image) + grain).clip(0, 255).astype(np.uint8))
