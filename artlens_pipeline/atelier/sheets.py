"""Contact sheets of a painted gallery, for the documentation and for one's own eyes.

Belongs here: laying out pictures with captions. `python -m artlens_pipeline.atelier.sheets GALLERY
OUT` writes `gallery.jpg` (each style with its painters' works) and `searches.jpg` (ten queries with
what they find first).
"""

import argparse
import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from artlens_pipeline.atelier.gallery import MANIFEST, TRUTH
from artlens_pipeline.encoders import DEFAULT_ENCODER, load_encoder

QUERIES = (
    "pastel trees", "a dark portrait", "boats on a blue sea", "geometric red and yellow",
    "flowers in a vase", "a cubist still life", "the moon over mountains at night",
    "houses in the snow", "a japanese woodblock print of a woman", "black and white stripes",
)  # fmt: skip
PER_ROW, TILE, MARGIN, CAPTION = 8, (176, 140), 6, 22
Row = dict[str, str]
GROUND, INK = (250, 249, 246), (40, 40, 44)


def sheet(rows: Sequence[tuple[str, Sequence[Path]]]) -> Image.Image:
    """A row of pictures under each caption."""
    width = PER_ROW * (TILE[0] + MARGIN) + MARGIN
    height = len(rows) * (TILE[1] + CAPTION + MARGIN) + MARGIN
    image = Image.new("RGB", (width, height), GROUND)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(15)
    for number, (caption, files) in enumerate(rows):
        top = MARGIN + number * (TILE[1] + CAPTION + MARGIN)
        draw.text((MARGIN, top), caption, INK, font)
        for column, file in enumerate(files[:PER_ROW]):
            tile = _tile(file)
            x = MARGIN + column * (TILE[0] + MARGIN) + (TILE[0] - tile.width) // 2
            image.paste(tile, (x, top + CAPTION + (TILE[1] - tile.height) // 2))
    return image


def _tile(file: Path) -> Image.Image:
    with Image.open(file) as image:
        tile = image.convert("RGB")
    tile.thumbnail(TILE, Image.Resampling.LANCZOS)
    return tile


def styles_sheet(folder: Path) -> Image.Image:
    """Each style of a gallery: its painters by turns, each time another genre if there is one."""
    works = _works(folder)
    rows = []
    for style in sorted({work["style"] for work in works}):
        own = [work for work in works if work["style"] == style]
        artists = sorted({work["artist"] for work in own})
        caption = f"{style}  ({', '.join(artists)})"
        rows.append((caption, [folder / path for path in _varied(own, artists)]))
    return sheet(rows)


def _varied(works: list[Row], artists: Sequence[str]) -> list[str]:
    left, genres, chosen = list(works), set[str](), list[str]()
    for turn in range(min(PER_ROW, len(works))):
        artist = artists[turn % len(artists)]
        pick = min(left, key=lambda w: (w["artist"] != artist, w["genre"] in genres))
        left.remove(pick)
        genres.add(pick["genre"])
        chosen.append(pick["path"])
    return chosen


def searches_sheet(folder: Path, encoder_name: str, queries: Sequence[str]) -> Image.Image:
    """Each query with the works of `folder` nearest to it, best first."""
    encoder, files = load_encoder(encoder_name), [folder / row["path"] for row in _works(folder)]
    vectors = []
    for file in files:
        with Image.open(file) as image:
            vectors.append(encoder.embed_images(encoder.preprocessing(image)[np.newaxis])[0])
    scores = encoder.embed_texts(queries) @ np.stack(vectors).T
    best = np.argsort(-scores, axis=1, kind="stable")[:, :PER_ROW]
    return sheet([(q, [files[i] for i in row]) for q, row in zip(queries, best, strict=True)])


def _works(folder: Path) -> list[Row]:
    """The rows of the manifest to which no accident happened."""
    manifest, accidents = (_rows(folder / name) for name in (MANIFEST, TRUTH))
    spoiled = {row["path"] for row in accidents}
    return [row for row in manifest if row["path"] not in spoiled]


def _rows(table: Path) -> list[Row]:
    with table.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def main() -> None:
    """Write both sheets."""
    parser = argparse.ArgumentParser(prog="python -m artlens_pipeline.atelier.sheets")
    parser.add_argument("gallery", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--encoder", default=DEFAULT_ENCODER)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    styles_sheet(options.gallery).save(options.out / "gallery.jpg", quality=76)
    found = searches_sheet(options.gallery, options.encoder, QUERIES)
    found.save(options.out / "searches.jpg", quality=76)


if __name__ == "__main__":
    main()
