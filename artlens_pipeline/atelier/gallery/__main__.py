"""`python -m artlens_pipeline.atelier.gallery FOLDER` paints a gallery into a folder."""

import argparse
import sys
from pathlib import Path

from artlens_pipeline.atelier.gallery.writing import DEFAULT_COUNT, DEFAULT_SEED, paint_gallery


def main() -> None:
    """Paint, and say what was painted; a fault is one line and exit code 2."""
    parser = argparse.ArgumentParser(
        prog="python -m artlens_pipeline.atelier.gallery",
        description="Paint a gallery: a folder of pictures with manifest.csv and truth.csv.",
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("-n", type=int, default=DEFAULT_COUNT, help="number of files")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    options = parser.parse_args()
    try:
        count = paint_gallery(options.folder, options.n, options.seed)
    except (OSError, ValueError) as error:
        print(f"gallery: {error}", file=sys.stderr)
        sys.exit(2)
    print(f"{options.folder}: {count} files")


if __name__ == "__main__":
    main()
