"""What can be said of a painting, and the words to say it in."""
