"""What leaves a home: works chosen from the warehouse, written as tables or folders of images.

Here: choosing, naming, writing, and putting in place. Not here: FiftyOne, Dagster, what is said.
"""
