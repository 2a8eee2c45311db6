"""Where paintings come from."""
