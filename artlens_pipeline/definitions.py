"""One page that assembles the project. Importing it loads no model, no FiftyOne and no UMAP."""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from artlens_pipeline import assets
from artlens_pipeline.automation import JOBS
from artlens_pipeline.home import Home
from artlens_pipeline.resources.compute_resource import ComputeResource
from artlens_pipeline.resources.lake import open_lake
from artlens_pipeline.resources.source import SourceResource
from artlens_pipeline.settings import load_settings


def build_defs(home: Home, resources: Mapping[str, Any] | None = None) -> dg.Definitions:
    """The definitions over one home; `resources` stand in for those of the same name."""
    root = str(home.root)
    own = {
        "home": home,
        "lake": dg.ResourceDefinition(lambda _: open_lake(home), description="The home's lake"),
        "source": SourceResource(home=root),
        "compute": ComputeResource(**load_settings(home.settings)["compute"]),
    }
    return dg.Definitions(
        assets=dg.load_assets_from_package_module(assets),
        jobs=JOBS,
        resources={**own, **(resources or {})},
        executor=dg.in_process_executor,
    )


defs = build_defs(Home.current())
