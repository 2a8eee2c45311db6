"""The thresholds of all checks: `[checks]` of `artlens.toml`, within their bounds."""

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home
from artlens_pipeline.settings import GREATEST_SEED, load_settings


class Thresholds(BaseModel):
    """One field a threshold; read anew at every evaluation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    min_works: int = Field(ge=0)
    min_label_share: float = Field(ge=0, le=1)
    max_rejected_share: float = Field(ge=0, le=1)
    max_novelty: float = Field(ge=0, le=1)
    max_issue_share: float = Field(ge=0, le=1)
    max_doubt_share: float = Field(ge=0, le=1)
    max_without_caption: float = Field(ge=0, le=1)
    max_same_caption: float = Field(ge=0, le=1)
    min_recall: float = Field(ge=0, le=1)
    min_trustworthiness: float = Field(ge=0, le=1)
    min_neighbors_kept: float = Field(ge=-1, le=1)
    min_stability: float = Field(ge=-1, le=1)
    min_silhouette: float = Field(ge=-1, le=1)
    sample: int = Field(ge=100)
    seed: int = Field(ge=0, le=GREATEST_SEED)

    @classmethod
    def of(cls, home: Home) -> "Thresholds":
        """Those in force in a home; ArtLensError for one that is out of bounds."""
        try:
            return cls(**load_settings(home.settings)["checks"])
        except ValidationError as error:
            first = error.errors()[0]
            raise ArtLensError(
                f"{home.settings}: [checks] {first['loc'][0]} = {first['input']!r}: {first['msg']}"
            ) from error
