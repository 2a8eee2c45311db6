"""What the App says of a gallery's fields when a person points at them, and of the gallery itself.

Belongs here: words. A description that a person wrote is left alone. Does not belong here: the
fields' values (`gallery_samples`), their order and colours (`gallery_settings`).
"""

from typing import Any

from artlens_pipeline.encoders import advice
from artlens_pipeline.resources.gallery_samples import note, record

BY_EMBEDDING = {
    "uniqueness": "0 for an exact duplicate to 1 for the most unique work",
    "neighbor_distance": "Mean cosine distance to the nearest works",
    "near_duplicate_group": "Copies and near-copies share a group",
    "representativeness": "How typical the work is of its k-means cluster, 1 at its centre",
    "kmeans_cluster": "Cluster by k-means",
    "hdbscan_cluster": "Cluster by HDBSCAN, or noise",
    "hdbscan_probability": "How surely the work belongs to its HDBSCAN cluster",
    "kmeans_cluster_name": "What the works of its k-means cluster have more of than others",
    "hdbscan_cluster_name": "What the works of its HDBSCAN cluster have more of than others",
    **{
        f"zero_shot_{name}": f"Likeliest {name} of the vocabulary, without known labels"
        for name in ("style", "genre", "subject", "mood", "palette")
    },
    **{
        f"{name}_doubt": f"How far neighbours and words speak against the known {name}; none: not"
        for name in ("style", "genre")
    },
    "caption_cluster": "Topic of the caption (table caption_topics), or noise",
    "caption_distance": "Cosine distance of the caption to its topic's middle",
    "x": "Place on the map, across",
    "y": "Place on the map, up",
}
"""Field → what it says; all of them are read from the encoder's embeddings."""
BY_PIXELS = {
    "colors": "Dominant colours, the commonest first",
    "caption": "A line on the work, by the captioner that the field beside names",
    "captioner": "What wrote the caption; artlens-words tells of what was measured",
    "quality_issues": "What is amiss with the image, by its metrics and the thresholds "
    "[quality_issues] of artlens.toml; empty where nothing is",
}
"""Field → what it says, whichever encoder there is."""


def publish_descriptions(dataset: Any, encoder: str) -> None:
    """Describe the dataset and its fields; those that come from embeddings name the encoder."""
    said = advice(encoder)
    by = f"; from embeddings by {encoder}" + (f". {said}" if said else "")
    noted = record(dataset).get("descriptions", {})
    made = {}
    described = {path: f"{words}{by}" for path, words in BY_EMBEDDING.items()}
    for path, words in {**described, **BY_PIXELS}.items():
        field = dataset.get_field(path)
        if field is not None and field.description in (None, noted.get(path)):
            made[path] = field.description = words
            field.save()
    if dataset.description in (None, noted.get("")):
        made[""] = dataset.description = f"An art collection in ArtLens{by}"
    note(dataset, descriptions=made)
