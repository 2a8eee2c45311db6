"""`clip_sim` on FiftyOne's own backends: the same searches, only what changed written, no remains.

LanceDB, pgvector on a real PostgreSQL, Milvus Lite, and Qdrant's engine inside its client, which
stands for a server that cannot be had here.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lancedb
import numpy as np
import pyarrow as pa
import pytest

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.resources import gallery as published
from artlens_pipeline.resources import vector_backends, vector_stores
from artlens_pipeline.resources.index import VectorIndex
from artlens_pipeline.resources.vector_backends import BACKENDS, Backend, Store
from artlens_pipeline_tests.gallery_fixtures import ENCODER, TABLE, Gallery, sample_id
from artlens_pipeline_tests.nearest import nearest
from artlens_pipeline_tests.postgres import DATABASE, PASSWORD, USER, running_postgres

TEXT = "pastel trees by a river"


@dataclass(frozen=True)
class Database:
    """A vector database of the tests' own."""

    backend: str
    where: str

    def stores(self, dataset: Any) -> list[str]:
        """The tables or collections in it that are of this dataset, asked by its own client."""
        found = ASKED[self.backend](self.where)
        return [name for name in found if str(dataset._doc.id) in name]


def in_lancedb(where: str) -> list[str]:
    return list(lancedb.connect(where).list_tables().tables)


def in_pgvector(where: str) -> list[str]:
    import psycopg2

    with psycopg2.connect(where) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        found = [name for (name,) in cursor.fetchall()]
    connection.close()
    return found


def in_milvus(where: str) -> list[str]:
    import pymilvus

    return list(pymilvus.MilvusClient(where).list_collections())


def in_qdrant(where: str) -> list[str]:
    from fiftyone.brain.internal.core.qdrant import qdrant

    return [each.name for each in qdrant.QdrantClient(url=where).get_collections().collections]


ASKED: dict[str, Callable[[str], list[str]]] = {
    "lancedb": in_lancedb, "pgvector": in_pgvector, "milvus": in_milvus, "qdrant": in_qdrant,
}  # fmt: skip


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """The connection string of a PostgreSQL with pgvector."""
    with running_postgres("vector") as server:
        password = PASSWORD.replace("'", "\\'")
        yield (
            f"host=127.0.0.1 port={server.port} dbname={DATABASE} user={USER} password='{password}'"
        )


@pytest.fixture(params=[*BACKENDS])
def database(
    request: pytest.FixtureRequest,
    gallery: Gallery,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Database:
    """Each in turn, told to FiftyOne as its brain configuration would; skips what is not here."""
    backend = request.param
    pytest.importorskip(BACKENDS[backend].package)
    if backend == "pgvector":
        where = request.getfixturevalue("postgres")
    elif backend == "milvus":
        pytest.importorskip("milvus_lite")
        where = str(tmp_path / "milvus.db")
    elif backend == "qdrant":
        where = "http://an-engine-without-a-server"
        serve_qdrant(monkeypatch)
    else:
        where = str(tmp_path / "lancedb")
    tell(monkeypatch, backend, where)
    return Database(backend, where)


def tell(monkeypatch: pytest.MonkeyPatch, backend: str, where: str | None) -> None:
    import fiftyone.brain as fob

    known = fob.brain_config.similarity_backends[backend]
    monkeypatch.setitem(known, BACKENDS[backend].where, where)


def serve_qdrant(monkeypatch: pytest.MonkeyPatch) -> None:
    """FiftyOne knows no Qdrant without a server; its client's own engine then takes the calls."""
    from fiftyone.brain.internal.core.qdrant import qdrant

    engine = qdrant.QdrantClient(":memory:")
    monkeypatch.setattr(qdrant, "QdrantClient", lambda **_: engine)


@dataclass
class Shown:
    """A dataset whose `clip_sim` is published over an index of the test's own."""

    gallery: Gallery
    index: VectorIndex
    name: str

    def publish(self, backend: str = "artlens", **options: Any) -> dict[str, Any]:
        return published.publish(
            self.name,
            options.pop("artworks", self.gallery.artworks),
            encoder=ENCODER,
            index_uri=self.index.uri,
            table_name=self.index.table_name,
            backend=backend,
            **options,
        )

    @property
    def dataset(self) -> Any:
        dataset = self.gallery.fo.load_dataset(self.name, reload=True)
        dataset.clear_cache()
        return dataset

    def found(self, query: Any, k: int = 24) -> list[str]:
        ids: list[str] = self.dataset.sort_by_similarity(query, k=k, brain_key="clip_sim").values(
            "id"
        )
        return ids

    def nearest(self, vector: np.ndarray) -> list[str]:
        """As `artlens search` has it."""
        return [found for found, _ in nearest(self.index, vector, len(self.index.contents()))]


@pytest.fixture
def shown(gallery: Gallery, tmp_path: Path, request: pytest.FixtureRequest) -> Shown:
    held = VectorIndex(str(gallery.index), TABLE).contents()
    index = VectorIndex(str(tmp_path / "lake"), TABLE)
    index.hold(*columns(held))
    name = "".join(c if c.isalnum() else "_" for c in request.node.name)
    return Shown(gallery, index, name)


def columns(held: pa.Table) -> tuple[pa.Array, np.ndarray]:
    from artlens_pipeline.vectors import as_matrix

    return held["id"].combine_chunks(), as_matrix(held["vector"])


def test_searches_are_those_of_the_lake_and_only_changes_are_written(
    shown: Shown, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    backend = database.backend
    shown.publish()
    texts, images = shown.found(TEXT), shown.found(sample_id(5))
    report = shown.publish(backend)
    assert (report["similarity"], report["vectors_written"]) == (backend, 24)
    assert report["brain_runs"] == ["clip_sim", "clip_vis"]
    assert shown.found(TEXT) == texts and shown.found(sample_id(5)) == images
    assert images[0] == sample_id(5)
    (name,) = database.stores(shown.dataset)
    assert name.startswith("artlens_")
    assert published.published(shown.name, backend)[1] == 24

    said = json.dumps(report) + everything_stored(shown.dataset) + caplog.text
    assert database.where not in said and PASSWORD not in said

    run = shown.dataset.get_brain_info("clip_sim").timestamp
    assert shown.publish(backend)["vectors_written"] == 0
    ids, vectors = columns(shown.index.contents())
    vectors = vectors.copy()
    vectors[2] = -vectors[2]  # changed, and one gone
    shown.index.hold(ids.slice(0, 23), vectors[:23])
    report = shown.publish(backend, artworks=shown.gallery.artworks.iloc[:23])
    assert report["vectors_written"] == 1
    assert shown.dataset.get_brain_info("clip_sim").timestamp == run
    assert shown.found(vectors[2], 23) == shown.nearest(vectors[2])
    assert ids[23].as_py() not in shown.found(TEXT, 23)
    shown.index.hold(ids, vectors)
    assert shown.publish(backend)["vectors_written"] == 1
    assert shown.found(vectors[2]) == shown.nearest(vectors[2])

    shown.publish()
    assert database.stores(shown.dataset) == []
    assert shown.found(vectors[2]) == shown.nearest(vectors[2])


def everything_stored(dataset: Any) -> str:
    runs = [run.to_mongo().to_dict() for run in dataset._doc.brain_methods.values()]
    return json.dumps([dataset._doc.to_mongo().to_dict(), runs, dataset.info], default=str)


def test_a_failure_leaves_the_last_good_one(
    shown: Shown, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown.publish()
    before = shown.found(TEXT)
    brought = vector_stores._bring_in_line

    def half(index: Any, store: Store, ids: list[str], vectors: np.ndarray, others: Any) -> int:
        brought(index, store, ids[:9], vectors[:9], others)
        raise ConnectionError(f"lost {database.where}")

    def half_a_table(store: Store, ids: pa.Array, vectors: np.ndarray) -> int:
        VectorIndex(database.where, store.name).hold(ids.slice(0, 9), vectors[:9])
        raise ArtLensError("lost")

    with monkeypatch.context() as patched:
        patched.setattr(vector_stores, "_bring_in_line", half)
        patched.setattr(vector_stores, "_fill_table", half_a_table)
        with pytest.raises(ArtLensError, match=r"lost|cannot be served") as caught:
            shown.publish(database.backend)
    assert database.where not in str(caught.value)
    assert shown.found(TEXT) == before and len(database.stores(shown.dataset)) == 1
    report = shown.publish(database.backend)
    assert report["vectors_written"] == (24 if database.backend == "lancedb" else 15)
    assert shown.found(TEXT) == before and len(database.stores(shown.dataset)) == 1
    shown.publish()
    assert database.stores(shown.dataset) == []


def test_what_a_server_lost_or_holds_beside_is_seen(shown: Shown, database: Database) -> None:
    shown.publish(database.backend, fingerprint="f")
    assert published.published(shown.name, database.backend) == ("f", 24)
    dataset = shown.dataset
    (name,) = database.stores(shown.dataset)
    vector_stores.drop(Store(database.backend, name), dataset)
    assert published.published(shown.name, database.backend) == ("", 24)
    assert shown.publish(database.backend)["vectors_written"] == 24
    ids, vectors = pa.array([f"{n:024x}" for n in (900, 901)]), np.eye(2, 512, dtype=np.float32)
    store = Store(database.backend, name)
    if database.backend != "lancedb":
        with vector_backends.opened(store, dataset) as index:
            size = len(shown.index.contents()["vector"][0])
            index.add_to_index(vectors[:, :size], ids.to_pylist(), reload=False)
        assert vector_stores.size(store, dataset) == 26
        assert shown.publish(database.backend)["vectors_written"] == 24
    assert vector_stores.size(store, dataset) == 24


def test_from_one_database_to_the_next(
    shown: Shown, postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    databases = Database("pgvector", postgres), Database("lancedb", str(tmp_path / "lancedb"))
    for database in databases:
        tell(monkeypatch, database.backend, database.where)
    shown.publish()
    before = shown.found(TEXT)
    for here, there in (databases, databases[::-1], databases):
        shown.publish(here.backend)
        assert shown.dataset.get_brain_info("clip_sim").config.method == here.backend
        assert shown.found(TEXT) == before
        assert len(here.stores(shown.dataset)) == 1 and not there.stores(shown.dataset)
    shown.publish()
    run = shown.dataset.get_brain_info("clip_sim").timestamp
    shown.publish()
    assert shown.dataset.get_brain_info("clip_sim").timestamp == run


@pytest.mark.parametrize("backend", ["qdrant", "milvus", "pgvector"])
def test_a_server_that_does_not_answer_is_one_line(
    gallery: Gallery, shown: Shown, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip(BACKENDS[backend].package)
    shown.publish()
    before = shown.found(TEXT)
    nobody = {"pgvector": "host=127.0.0.1 port=9 password=hidden51 dbname=a"}
    where = nobody.get(backend, "http://127.0.0.1:9")
    tell(monkeypatch, backend, where)
    for ask in (lambda: shown.publish(backend), lambda: published.published(shown.name, backend)):
        with pytest.raises(ArtLensError, match=f"served by {backend}: nobody .* there") as caught:
            ask()
        said = str(caught.value)
        assert "\n" not in said and "hidden51" not in said and "127.0.0.1" not in said
        assert f"FIFTYONE_BRAIN_SIMILARITY_{backend.upper()}_" in said
    assert caught.value.__suppress_context__, "Dagster's record would hold the cause"
    assert shown.found(TEXT) == before


def test_what_pgvector_refuses_is_one_line(
    gallery: Gallery, postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for wrong, said in {
        "password=wrong": "it refuses user or password",
        "dbname=none": "there is no such database",
        "nonsense hidden51": "it failed",
    }.items():
        tell(monkeypatch, "pgvector", f"{postgres} {wrong}")
        with pytest.raises(ArtLensError, match=said) as caught:
            vector_backends.require("pgvector")
        assert "hidden51" not in str(caught.value)
    tell(monkeypatch, "pgvector", None)
    with pytest.raises(ArtLensError, match=r"PGVECTOR_CONNECTION_STRING is not set; set it"):
        vector_backends.require("pgvector")
    monkeypatch.setitem(
        vector_backends.BACKENDS, "pgvector", Backend("url", "n", "no_such", "ours")
    )
    with pytest.raises(
        ArtLensError, match=r"needs no_such; pip install 'artlens-pipeline\[ours\]'"
    ):
        vector_backends.require("pgvector")


def test_a_server_that_is_gone_for_good_does_not_hold_up_the_next(
    shown: Shown, postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(monkeypatch, "pgvector", postgres)
    shown.publish("pgvector")
    tell(monkeypatch, "pgvector", "host=127.0.0.1 port=9")
    (left,) = shown.publish()["stores_left_behind"]
    assert shown.found(sample_id(5))[0] == sample_id(5)
    tell(monkeypatch, "pgvector", postgres)
    assert Database("pgvector", postgres).stores(shown.dataset) == [left]
    assert "stores_left_behind" not in shown.publish()
    assert Database("pgvector", postgres).stores(shown.dataset) == []
