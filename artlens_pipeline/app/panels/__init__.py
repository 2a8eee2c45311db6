"""Panels of the FiftyOne App; what they show is read from the dataset."""
