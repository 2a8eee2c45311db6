"""Where things are: the lake, the source, the encoder, the worker processes, the gallery."""
