"""Runs `command`."""

from artlens_pipeline.atelier.training.command import main

main()
