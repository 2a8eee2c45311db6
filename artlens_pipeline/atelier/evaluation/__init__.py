"""What artlens-mini is worth, in figures, and its model card."""
