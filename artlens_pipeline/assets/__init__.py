"""The asset graph, thin: read, call one pure function, write, return metadata."""
