"""The chapters of the report: frames of the warehouse in, what the templates show out.

Belongs here: which rows are shown, in which order and words. A chapter without anything to show is
null, and the page leaves it out. Does not belong here: HTML, which is `templates/`.
"""
