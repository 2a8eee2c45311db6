"""Cluster works by a method, hyper-parameters and space of one's choice, into a field."""

from typing import Any

import fiftyone as fo
import numpy as np
from fiftyone.operators import types

from artlens_pipeline.analysis.labels import describe
from artlens_pipeline.app.forms import ask, chosen
from artlens_pipeline.app.operators.base import (
    AtlasOperator,
    Steps,
    ask_field,
    field_to_write,
    mark,
)
from artlens_pipeline.app.operators.methods import EMBEDDINGS, MAP, METHODS, Method
from artlens_pipeline.app.works import (
    Placed,
    embeddings,
    map_points,
    note_run,
    write_field,
)
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.resources.gallery_fields import NOISE

FIELD = "my_clusters"
FIRST = next(iter(METHODS))
DECLARED = {"ftype": fo.EmbeddedDocumentField, "embedded_doc_type": fo.Classification}


class Cluster(AtlasOperator):
    """`@artlens/atlas/cluster`."""

    NAME = "cluster"
    LABEL = "Cluster"
    ICON = "workspaces"
    ABOUT = "k-means, HDBSCAN, BIRCH or agglomerative, on the stored embeddings or on the map"

    def ask(self, ctx: Any, inputs: types.Object) -> None:
        """Method, space, field, and the hyper-parameters of the method."""
        names = types.RadioGroup(orientation="horizontal")
        for key, method in METHODS.items():
            names.add_choice(key, label=method.label)
        inputs.enum("method", names.values(), default=FIRST, view=names, label="Method")
        spaces = types.RadioGroup(orientation="horizontal")
        spaces.add_choice(EMBEDDINGS, label="Embeddings")
        spaces.add_choice(MAP, label="Map")
        inputs.enum("space", spaces.values(), default=EMBEDDINGS, view=spaces, label="Space")
        ask_field(ctx, inputs, FIELD, DECLARED)
        method = _method(ctx.params)
        left_out = method.without(ctx.params.get("space"))
        ask(inputs, method.config, ctx.params, without=left_out)
        if method.pair and not any(inputs.properties[name].invalid for name in method.pair[:2]):
            mark(inputs, method.pair[1], lambda: method.check_pair(ctx.params))

    def make(self, works: Any, params: dict[str, Any]) -> Steps:
        """Labels by falling size, "0" the largest, and "noise"; the run is stored beside them."""
        dataset, method = works._dataset, _method(params)
        space = params.get("space") or EMBEDDINGS
        field = field_to_write(dataset, params, FIELD, DECLARED)
        given = {name: value for name, value in params.items() if name not in method.decided}
        config = chosen(method.config, given)
        yield 0.0, f"reading the {space}"
        placed = _read(works, space)
        yield 0.2, f"{method.label} of {len(placed.ids)} works"
        try:
            labels = method.labels(placed.rows, space == MAP, config)
        except ValueError as error:  # a value that only the library knows to be wrong
            raise ArtLensError(f"{method.label} cannot do it: {error}") from error
        yield 0.8, f"writing {field}"
        used = config.model_dump(exclude=set(method.without(space)))
        found = describe(labels)
        about = {"space": space, "works": len(placed.ids), "hyperparameters": used}
        note_run(dataset, field, str(params.get("method") or FIRST), {**about, **found})
        write_field(dataset, field, DECLARED, placed.ids, _classifications(labels))
        noise = found["sizes"].get(NOISE, 0)
        summary = {"field": field, "clusters": found["clusters"], "works": len(placed.ids)}
        return {**summary, "noise": noise} if noise else summary


def _method(params: dict[str, Any]) -> Method:
    name = params.get("method") or FIRST
    if name not in METHODS:
        raise ArtLensError(f"there is no method {name!r}; there is: {', '.join(METHODS)}")
    return METHODS[name]


def _read(works: Any, space: Any) -> Placed:
    if space not in (EMBEDDINGS, MAP):
        raise ArtLensError(f"there is no space {space!r}; there is: {EMBEDDINGS}, {MAP}")
    return map_points(works) if space == MAP else embeddings(works)


def _classifications(labels: np.ndarray) -> list[fo.Classification]:
    return [fo.Classification(label=NOISE if i < 0 else str(i)) for i in labels.tolist()]
