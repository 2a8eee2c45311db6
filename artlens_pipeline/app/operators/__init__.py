"""Operators of the FiftyOne App: inputs in, one call of `analysis`, fields out."""

from artlens_pipeline.app.operators.cluster import Cluster
from artlens_pipeline.app.operators.find_by_text import FindByText
from artlens_pipeline.app.operators.find_issues import FindIssues
from artlens_pipeline.app.operators.image_quality import ImageQuality
from artlens_pipeline.app.operators.materialize import Materialize
from artlens_pipeline.app.operators.near_duplicates import NearDuplicates
from artlens_pipeline.app.operators.uniqueness import Uniqueness
from artlens_pipeline.app.operators.zero_shot import ZeroShot

BUTTONS = (
    FindByText, Cluster, Uniqueness, NearDuplicates, ZeroShot, FindIssues, ImageQuality,
    Materialize,
)  # fmt: skip
"""In the order in which the tools panel shows them."""
