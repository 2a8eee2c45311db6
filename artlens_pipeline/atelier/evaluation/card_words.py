"""The words of the model card. Markdown; names in braces are filled in by `model_card`."""

INTRODUCTION = """---
license: {licence}
pipeline_tag: zero-shot-image-classification
---
# {name}

A small image-text encoder for ArtLens, so that everything works without a network: a convolutional
image tower and a small text transformer into one space of {dimension} dimensions, {megabytes} MB.
It is no CLIP: it knows painting styles, colours and light, genres and some things, in English. Use
a real CLIP where results matter: `artlens run --encoder openai/clip-vit-base-patch32`.

## Training data
"""

PAINTED_ONLY = """{painted} pictures that ArtLens paints itself (`artlens_pipeline.atelier`), in
{style_count} styles ({style_names}), and nothing else: no photograph, no picture and no label of
anybody's, no weights of another model. {epochs} epochs took {minutes} minutes on {threads} CPU
cores, painting not counted.
"""

ALSO_REAL = """{painted} pictures that ArtLens paints itself (`artlens_pipeline.atelier`) and
{paintings} real paintings, in {style_count} styles ({style_names}). Captions are composed from
style, genre, artist, title and what is to be seen where that is listed, from synonyms of them, and
from words for colour and light that are measured from the pixels. No weights of another model.
{epochs} epochs took {minutes} minutes on {threads} CPU cores, painting not counted.
"""

OWN_LICENCE = """## Licence

Apache-2.0, as the project: nobody else's work went into these weights.
"""

NO_PROVENANCE = """## Licence

Where the real paintings come from, and under which terms, was not stated when this was trained.
"""

EXAMS = {
    "gallery": """## The painted gallery

{held_out} pictures of a seed that was not trained on, the one that `make run` paints. Each one's
neighbours are sought among the others of them.
""",
    "paintings_trained": """## Real paintings

{held_out} paintings, chosen by a hash of their path, were held out; the recipe was chosen by short
trials within the others. Each one's neighbours are sought among the others of them.
""",
    "paintings_untrained": """## Real paintings

None was trained on. What that costs is told by the last column, where there is one: the same
training with real paintings added, measured on the same {held_out} paintings that it did not see.
""",
}
"""Exam → heading and introduction, by whether such paintings were trained on."""

BY_ARTIST = """### By artist

Most artists have one style, so the split by painting flatters. A second, shorter training
({epochs} epochs) held out {held_out} paintings so that no artist stands on both sides:

"""

NOT_BY_ARTIST = """### By artist

With no artist on both sides: not measured yet.
"""

LIMITS = """## Limits

- Styles outside the trained ones are not known, and where most artists have one style, part of what
  looks like style is the hand of an artist.
- Things are known as the painted gallery shows them, and from titles, which name few of those that
  a real picture shows.
- A high cosine is no proof of a copy: different paintings of one rare palette can lie within 0.99
  of each other. Compare pixels before calling two works the same.
- Words outside the captions are read as pieces or as unknown: they lower a score, never fail.
  Other scripts than the Latin are unknown words. English only; at most {max_tokens} tokens.
- Pictures are scaled to a square of {encoded} pixels: fine detail is lost, long formats are
  distorted.
- The training is deterministic for one seed, machine and version of torch.
"""

AGAIN = """## Training it again

    python -m artlens_pipeline.atelier.training --out OUT --painted {painted} --epochs {epochs} \\
        --seed {seed} --head-weights {weights} [--paintings FOLDER [--measure-only]]
"""
