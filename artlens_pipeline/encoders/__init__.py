"""Image-text encoders behind one small interface."""
