"""What the FiftyOne App loads: the zoo model of our encoders."""
