"""The encoder of a home: fixed at its first run, changed only by `artlens run --encoder`."""

from pathlib import Path

import dagster as dg

from artlens_pipeline.collection import Collection
from artlens_pipeline.encoders import Encoder, EncoderInfo, encoder_info, load_encoder
from artlens_pipeline.home import Home


class EncoderResource(dg.ConfigurableResource):
    """The encoder that the home at `home` has on record, else the one that its settings name."""

    home: str

    @property
    def name(self) -> str:
        """The encoder's name."""
        home = Home(Path(self.home))
        return Collection.load(home).encoder_or_default(home)

    def info(self) -> EncoderInfo:
        """Id, revision, dimension and precision, without loading the model."""
        return encoder_info(self.name)

    def load(self) -> Encoder:
        """The model; loaded once in a process."""
        return load_encoder(self.name)
