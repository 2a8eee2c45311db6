"""What ArtLens makes itself: the embedded gallery and the training of its small encoder."""
