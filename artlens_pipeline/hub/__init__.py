"""The Hugging Face Hub: what a repository holds, its files fetched or read in part.

Belongs here: all that ArtLens asks of the Hub, through `huggingface_hub`. Does not belong here:
what the files mean (`sources/`, `encoders/`). Imports neither dagster nor fiftyone.

The client honours HF_ENDPOINT, HF_HOME, HF_TOKEN, HF_HUB_OFFLINE and the proxies' variables; it
reads them when it is first imported.
"""

from artlens_pipeline.hub.asked import Kind, is_commit
from artlens_pipeline.hub.faults import HubForbidden, HubOutOfReach, NotOnHub
from artlens_pipeline.hub.files import cache_folder, cached, card, download
from artlens_pipeline.hub.proposals import open_proposals
from artlens_pipeline.hub.remote import open_remote
from artlens_pipeline.hub.repository import HubFile, HubRepo, resolve

__all__ = [
    "HubFile",
    "HubForbidden",
    "HubOutOfReach",
    "HubRepo",
    "Kind",
    "NotOnHub",
    "cache_folder",
    "cached",
    "card",
    "download",
    "is_commit",
    "open_proposals",
    "open_remote",
    "resolve",
]
