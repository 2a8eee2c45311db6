"""The home's encoder, as Dagster sees it: not made here, but what embeddings are made of."""

from typing import Any

import dagster as dg

from artlens_pipeline.assets.common import OWNERS, about
from artlens_pipeline.assets.derive import mendable
from artlens_pipeline.encoders import encoder_info
from artlens_pipeline.fingerprint import digest
from artlens_pipeline.resources.lake import Lake

DATA_VERSION = "dagster/data_version"


@dg.multi_observable_source_asset(
    name="look_at_encoder",
    specs=[
        dg.AssetSpec(
            "encoder",
            group_name="embed",
            kinds={"pytorch"},
            owners=OWNERS,
            description="The encoder on record: checkpoint and revision. `source_catalog` "
            "takes another one (`encoder` in its config) and looks at it at every run; embeddings "
            "by another one are stale.",
        )
    ],
)
def encoder(lake: dg.ResourceParam[Lake]) -> dg.ObserveResult:
    """Look which it is."""
    with mendable():
        facts, version = _seen(lake)
    return dg.ObserveResult("encoder", metadata=facts, data_version=dg.DataVersion(version))


def observation(lake: Lake) -> dg.AssetObservation:
    """What the encoder on record is now, as an event for a run of another asset."""
    facts, version = _seen(lake)
    return dg.AssetObservation("encoder", metadata=facts, tags={DATA_VERSION: version})


def _seen(lake: Lake) -> tuple[dict[str, Any], str]:
    """What is to be said of the encoder, and its data version."""
    info = encoder_info(lake.encoder, lake.revision)
    facts = {
        "encoder": info.id,
        "revision": info.revision,
        "dimension": info.dimension,
    }
    return {**facts, **about(lake)}, digest(info.id, info.revision)
