"""Encoders as the command meets them: fetched with a word on how much it is, and tried out."""

from artlens_pipeline.collection import Collection
from artlens_pipeline.commands.doctor import Finding
from artlens_pipeline.encoders import Encoder, bytes_to_fetch, encoder_info, load_encoder, pinned
from artlens_pipeline.encoders.matching import Matching, try_matching
from artlens_pipeline.home import Home
from artlens_pipeline.hub import cache_folder
from artlens_pipeline.resources.space import readable


def pin(home: Home, asked: str | None) -> tuple[str, str]:
    """Name and revision of the encoder that is asked for, else of the home's.

    ArtLensError where there is none such, or the home's is not the one that embedded it.
    """
    collection = Collection.load(home)
    if asked is not None or not collection.encoder:
        return pinned(asked or collection.encoder_or_default(home))
    found = encoder_info(collection.encoder, collection.revision)
    collection.check_encoder(found.revision)
    return collection.encoder, collection.revision


def fetch(name: str, revision: str) -> None:
    """Fetch what lacks of an encoder, saying first how much that is, and try whether it loads."""
    if size := bytes_to_fetch(name, revision):
        print(f"fetching the encoder {name} takes {readable(size)} in {cache_folder()}", flush=True)
        load_encoder(name, revision)


def examine_encoder(home: Home, asked: str) -> list[Finding]:
    """What an encoder is, and whether its pictures and texts fit together."""
    collection = Collection.load(home)
    recorded = (collection.encoder, collection.revision)
    name, revision = recorded if asked == collection.encoder else pinned(asked)
    fetch(name, revision)
    encoder = load_encoder(name, revision)
    found = try_matching(encoder)
    return [
        Finding("encoder", True, _facts(encoder, found)),
        Finding("matching", found.works, _verdict(found)),
    ]


def _facts(encoder: Encoder, found: Matching) -> str:
    info = encoder.info
    return (
        f"{info.id}, revision {info.revision}, {info.dimension} dimensions, "
        f"texts of {encoder.context_length} tokens, images of {encoder.preprocessing.size} pixels, "
        f"{found.seconds:.3f} s an image"
    )


def _verdict(found: Matching) -> str:
    said = (
        f"{found.matched} of {found.total} plain colours are nearest to their (English) names, "
        f"where chance gives 1; p = {found.p_value:.2g}"
    )
    if found.works:
        return f"{said}: pictures and texts fit together"
    return (
        f"{said}: no better than chance, so searches by text would find anything. The weights are "
        "random, damaged, or not those of this model; fetch the checkpoint again, or take another"
    )
