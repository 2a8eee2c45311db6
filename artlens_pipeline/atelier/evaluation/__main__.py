"""`python -m artlens_pipeline.atelier.evaluation FOLDER` writes a model card from its figures."""

import argparse
from pathlib import Path

from artlens_pipeline.atelier.evaluation.model_card import write_model_card


def main() -> None:
    """Write the card of the artlens-mini in a folder."""
    parser = argparse.ArgumentParser(prog="python -m artlens_pipeline.atelier.evaluation")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--beside", type=Path, help="another artlens-mini, to compare with")
    options = parser.parse_args()
    write_model_card(options.folder, options.beside)


if __name__ == "__main__":
    main()
