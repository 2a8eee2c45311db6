"""Every operator and panel of the plugin; `plugin/fiftyone.yml` names the same."""

from artlens_pipeline.app.operators import BUTTONS
from artlens_pipeline.app.panels.atlas_map import AtlasMap
from artlens_pipeline.app.panels.tools import Tools

REGISTERED = (*BUTTONS, AtlasMap, Tools)
