"""What is to be made of shards, in words that another process understands, and who makes it.

Belongs here: the seam that every asset per shard passes. Does not belong here: Ray, and Dagster's
context, of which an order holds what a shard's file records.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from artlens_pipeline.home import Home
from artlens_pipeline.resources.compute import Workers
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.resources.source import SourceResource

Facts = dict[str, Any]


@dataclass(frozen=True)
class Made:
    """A shard that stands in the lake now, and what is to be said of each of its tables."""

    shard: str
    facts: Mapping[str, Facts]


@dataclass(frozen=True)
class Bench:
    """What a maker works with, where it works."""

    home: Home
    lake: Lake
    source: SourceResource
    workers: Workers


@dataclass(frozen=True)
class Order:
    """What is to be made of every shard of a run; to be pickled.

    `tables` are to be made; `run_id` and `code_versions` (by table) are what files record;
    `upstream` the tables that these are made of; `config` the asset's; `given` what the run has
    read before. `accelerated`: whether the maker takes a GPU where there is one.
    """

    maker: "type[Maker]"
    tables: Sequence[str]
    run_id: str
    code_versions: Mapping[str, str]
    upstream: Sequence[str] = ()
    config: Any = None
    given: Any = None
    accelerated: bool = field(default=False)

    def begin(self, bench: Bench) -> "Maker":
        """The maker at its bench."""
        return self.maker(bench, self)


class Maker(ABC):
    """Makes shards of an order one after another; what is slow to load, it loads once, if ever."""

    def __init__(self, bench: Bench, order: Order) -> None:
        self.bench, self.order = bench, order

    def settle(self, shards: Sequence[str]) -> Any:
        """What all shards of the run have to agree in, asked of one maker; to be pickled."""
        return None

    @abstractmethod
    def make(self, shards: Sequence[str], settled: Any) -> Iterator[Made]:
        """Put the shards into the lake; each is given once it stands.

        A shard that stands already is left as it is, so whatever was cut off may be asked again.
        """
