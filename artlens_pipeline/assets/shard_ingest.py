"""One shard of raw_samples and image_quality: what stands, what must be read, and writing both."""

from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from artlens_pipeline.assets.common import Stamp
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.fingerprint import digest
from artlens_pipeline.resources.compute import Failure
from artlens_pipeline.resources.lake import Lake, Provenance
from artlens_pipeline.resources.standing import contents
from artlens_pipeline.resources.thumbnail_files import ThumbnailFiles
from artlens_pipeline.sources.reading import Reading, ReadTask
from artlens_pipeline.sources.walking import printable
from artlens_pipeline.tables import TABLES

Row = dict[str, Any]
_FACTS = ("width", "height", "format", "bytes", "content_hash", "thumbnail_path")


@dataclass(frozen=True)
class IngestPlan:
    """What is to be made of every shard of a run."""

    wanted: frozenset[str]
    thumbnails: ThumbnailFiles
    thumbnail_size: int
    code_versions: dict[str, str]

    def recipe(self, table: str) -> str:
        """Covers code and parameters of a table, not its inputs."""
        parameters = (
            [self.thumbnail_size, str(self.thumbnails.root)] if table == "raw_samples" else []
        )
        return digest(self.code_versions[table], *parameters)


class ShardIngest:
    """Rows of one shard by sample_id: `facts` of the works read, `metrics`, and `rejected` ones.

    `todo`: what must be read, and for what, in the works' order; `note` takes it off. Raises
    ArtLensError for a shard whose raw_samples are not to be made, but would be other ones.
    """

    def __init__(
        self, lake: Lake, shard: str, works: list[Row], files: dict[str, Path], plan: IngestPlan
    ) -> None:
        self.lake, self.shard, self.plan, self.files = lake, shard, plan, files
        self.works = {row["sample_id"]: row for row in works}
        self.paths = {key: printable(files[key]) for key in self.works}
        self.source_version = digest(works)
        self.changed = not self._raw_stands()
        if self.changed and "raw_samples" not in plan.wanted:
            raise ArtLensError(f"{shard} has new or changed works; materialize raw_samples too")
        self.facts = self._standing_facts()
        old = self._rows("rejected_samples")
        self.rejected = {key: row for key, row in old.items() if key in self.works}
        self.metrics = self._standing_metrics() if "image_quality" in plan.wanted else {}
        self.pictured: list[str] = []
        self.todo = deque(self._tasks())
        self.read = len(self.todo)

    def counts(self) -> dict[str, int]:
        """How many works it has, had to read, and has rejected."""
        return {"works": len(self.works), "read": self.read, "rejected": len(self.rejected)}

    def _tasks(self) -> list[ReadTask]:
        measure = "image_quality" in self.plan.wanted
        found = []
        for sample_id in self.works:  # rejected ones too: the reason may have passed
            unread, unmeasured = sample_id not in self.facts, sample_id not in self.metrics
            if unread or (measure and unmeasured):
                thumbnail = self.plan.thumbnails.file(sample_id) if unread else None
                size = self.plan.thumbnail_size
                path = self.files[sample_id]
                found.append(ReadTask(sample_id, path, thumbnail, size, measure and unmeasured))
        return found

    def note(self, task: ReadTask, result: Reading | Failure) -> None:
        """Take in what reading the first of `todo` gave."""
        self.todo.popleft()
        work = self.works[task.sample_id]
        before = self.rejected.pop(task.sample_id, None)
        if isinstance(result, Failure):
            self.changed |= before is None or before["reason"] != result.reason
            self.facts.pop(task.sample_id, None)
            self.rejected[task.sample_id] = {**work, "reason": result.reason}
            return
        if result.thumbnail_error:
            raise ArtLensError(
                f"cannot write to {self.plan.thumbnails.folder}: {result.thumbnail_error}"
            )
        facts = {name: getattr(result, name) for name in _FACTS if name != "thumbnail_path"}
        facts["thumbnail_path"] = self.plan.thumbnails.name(task.sample_id)
        if task.thumbnail:
            self.pictured.append(task.sample_id)
        if facts != self.facts.get(task.sample_id):
            self.changed = True
            self.facts[task.sample_id] = facts
        if result.metrics is not None:
            metrics = {"content_hash": result.content_hash, **result.metrics}
            self.metrics[task.sample_id] = {"sample_id": task.sample_id, **metrics}

    def write_raw(self, stamp: Stamp) -> bool:
        """Write rejected_samples, then raw_samples, whose file says that the shard is done."""
        self.plan.thumbnails.put(self.pictured)
        if not self.changed:
            return False
        recipe = self.plan.recipe("raw_samples")
        rejected = [self.rejected[key] for key in self.works if key in self.rejected]
        made = stamp(
            fingerprint=digest(recipe, self.source_version, self.paths, rejected),
            recipe=recipe,
            upstream={"source_catalog": self.source_version},
            facts={"files": digest(self.paths), "contents": self._contents()},
        )
        rows = [
            {**work, **self.facts[key], "filepath": self.paths[key]}
            for key, work in self.works.items()
            if key in self.facts
        ]
        self._write("rejected_samples", rejected, made)
        self._write("raw_samples", rows, made)
        return True

    def write_quality(self, stamp: Stamp) -> bool:
        """Write image_quality in the order of raw_samples."""
        recipe = self.plan.recipe("image_quality")
        members = self._contents()
        fingerprint = digest(recipe, members)
        if self.lake.stands("image_quality", fingerprint, self.shard):
            return False
        upstream = {"raw_samples": members}
        made = stamp(fingerprint=fingerprint, recipe=recipe, upstream=upstream)
        rows = [self.metrics[key] for key in self.works if key in self.facts]
        self._write("image_quality", rows, made)
        return True

    def _contents(self) -> str:
        return contents({"sample_id": k, **self.facts[k]} for k in self.works if k in self.facts)

    def _standing_facts(self) -> dict[str, Row]:
        """All rows of an unchanged shard, else those whose file and recipe did not change."""
        rows = self._rows("raw_samples", self.plan.recipe("raw_samples"))
        return {
            key: {name: row[name] for name in _FACTS}
            for key, row in rows.items()
            if key in self.works
            and row["stamp"] == self.works[key]["stamp"]
            and self.plan.thumbnails.there(row["thumbnail_path"])
        }

    def _standing_metrics(self) -> dict[str, Row]:
        rows = self._rows("image_quality", self.plan.recipe("image_quality"))
        return {
            key: row
            for key, row in rows.items()
            if key in self.facts and row["content_hash"] == self.facts[key]["content_hash"]
        }

    def _raw_stands(self) -> bool:
        """Whether raw_samples was made by this recipe from these works in these places."""
        made = self.lake.provenance("raw_samples", self.shard)
        return (
            made is not None
            and self.lake.stands("rejected_samples", made.fingerprint, self.shard)
            and made.recipe == self.plan.recipe("raw_samples")
            and made.upstream == {"source_catalog": self.source_version}
            and made.facts.get("files") == digest(self.paths)
            and "contents" in made.facts
        )

    def _rows(self, table: str, recipe: str | None = None) -> dict[str, Row]:
        made = self.lake.provenance(table, self.shard)
        if made is None or recipe not in (None, made.recipe):
            return {}
        rows = self.lake.read(table, shard=self.shard).to_pylist()
        return {row["sample_id"]: row for row in rows}

    def _write(self, table: str, rows: list[Row], made: Provenance) -> None:
        data = pa.Table.from_pylist(rows, TABLES[table])
        self.lake.write(table, data, made, self.shard)
