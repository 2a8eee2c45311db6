"""One page that assembles the project. Importing it loads no model, no FiftyOne and no UMAP."""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from artlens_pipeline import assets, checks
from artlens_pipeline.automation.delegated import delegated_operation
from artlens_pipeline.automation.delegated_sensor import delegated_operations
from artlens_pipeline.automation.jobs import JOBS
from artlens_pipeline.automation.refresh import refresh
from artlens_pipeline.automation.schedules import nightly
from artlens_pipeline.automation.sensors import SENSORS
from artlens_pipeline.home import Home
from artlens_pipeline.resources.compute_resource import ComputeResource
from artlens_pipeline.resources.source import SourceResource
from artlens_pipeline.runs import lake_resource
from artlens_pipeline.settings import load_settings


def build_defs(home: Home, resources: Mapping[str, Any] | None = None) -> dg.Definitions:
    """The definitions over one home; `resources` stand in for those of the same name."""
    root = str(home.root)
    own = {
        "home": home,
        "lake": lake_resource(home),
        "source": SourceResource(home=root),
        "compute": ComputeResource(**load_settings(home.settings)["compute"]),
    }
    return dg.Definitions(
        assets=dg.load_assets_from_package_module(assets),
        asset_checks=dg.load_asset_checks_from_package_module(checks),
        jobs=[*JOBS, refresh, delegated_operation],
        sensors=[*SENSORS, delegated_operations],
        schedules=[nightly],
        resources={**own, **(resources or {})},
        executor=dg.in_process_executor,
    )


defs = build_defs(Home.current())
