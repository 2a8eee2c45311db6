"""The painted gallery: a collection such as a person might have, with what is known of it.

Belongs here: who painted what, its labels, its copies and accidents, and writing it as a folder.
Does not belong here: scenes, styles, painters, which are the modules beside this folder.
"""

from artlens_pipeline.atelier.gallery.writing import MANIFEST, TRUTH, paint_gallery

__all__ = ["MANIFEST", "TRUTH", "paint_gallery"]
