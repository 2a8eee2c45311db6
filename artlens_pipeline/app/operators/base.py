"""What the operators share: buttons and queue, the works meant, progress, errors in words."""

from collections.abc import Generator, Iterator, Mapping
from typing import Any, ClassVar

import fiftyone.operators as foo
from fiftyone.operators import types
from fiftyone.operators.executor import ExecutionError

from artlens_pipeline.app.works import check_field, each
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.resources.gallery_samples import record

INVALID = "Validation error. "
"""What FiftyOne begins the words with by which it refuses to queue."""
Summary = dict[str, Any]
Steps = Generator[tuple[float, str], None, Summary]
"""Progress from 0 to 1 and what is being done; at the end what was done."""


class AtlasOperator(foo.Operator):
    """An operator on the works of a dataset, view or selection, now or queued for Dagster.

    A subclass says `NAME`, `LABEL`, `ICON`, `ABOUT`, what to `ask`, and how to `make` it.
    """

    NAME: ClassVar[str]
    LABEL: ClassVar[str]
    ICON: ClassVar[str]
    ABOUT: ClassVar[str]

    @property
    def config(self) -> foo.OperatorConfig:
        """What FiftyOne shows."""
        return foo.OperatorConfig(
            name=self.NAME,
            label=self.LABEL,
            description=self.ABOUT,
            icon=self.ICON,
            dynamic=True,
            execute_as_generator=True,
            allow_immediate_execution=True,
            allow_delegated_execution=True,
        )

    def ask(self, ctx: Any, inputs: types.Object) -> None:
        """Define the inputs beside the works; ArtLensError where it can't be done at all."""
        raise NotImplementedError

    def make(self, works: Any, params: dict[str, Any]) -> Steps:
        """Do it on a dataset or view; ArtLensError says what to do otherwise."""
        raise NotImplementedError

    def after(self, ctx: Any, summary: Summary) -> Iterator[Any]:
        """What the App does at the end."""
        yield ctx.ops.reload_dataset()

    def __call__(self, works: Any, *, queue: bool = False, **params: Any) -> Summary:
        """From Python: `foo.get_operator("@artlens/atlas/cluster")(view, method="kmeans")`.

        Args:
            works: a dataset or view.
            queue: leave it to Dagster; gives FiftyOne's delegated operation.
            **params: those of the form, whose defaults hold otherwise.

        Raises:
            ArtLensError: says what is wrong and what to do.
        """
        self._check_names(works, params)
        if queue:
            given = {"view": works.view(), "params": params, "request_delegation": True}
            try:
                return dict(foo.execute_operator(self.uri, given).result)
            except ExecutionError as error:
                raise ArtLensError(str(error).removeprefix(INVALID)) from error
        _check_dataset(works._dataset)
        return _exhaust(self.make(_some(works), params), lambda *_: None)

    def _check_names(self, works: Any, params: dict[str, Any]) -> None:
        """A name that is misspelt would do nothing."""
        asked = {"dataset_name": works._dataset.name, "params": dict(params)}
        form = self.resolve_input(foo.ExecutionContext(asked))
        known = [name for name in form.type.properties if name != "view_target"]
        unknown = ", ".join(sorted(set(params) - set(known)))
        if unknown and not form.invalid:
            raise ArtLensError(f"no parameter {unknown}; there is: {', '.join(known)}")

    def resolve_input(self, ctx: Any) -> types.Property:
        """The form; where something is amiss, the words for it."""
        inputs = types.Object()
        form = types.Property(inputs, view=types.View(label=self.LABEL, description=self.ABOUT))
        try:
            _check_dataset(ctx.dataset)
            inputs.view_target(ctx, action_description=self.LABEL)
            self.ask(ctx, inputs)
        except ArtLensError as error:
            refuse(form, error)
        return form

    def resolve_run_name(self, ctx: Any) -> str:
        """What the queue calls it: the operator, and where its result goes."""
        field = ctx.params.get("field") or ctx.params.get("prefix")
        return f"{self.LABEL} → {field}" if field else self.LABEL

    def execute(self, ctx: Any) -> Any:
        """Now: progress as it goes; queued: the summary, progress to FiftyOne's document."""
        steps = self.make(_some(ctx.target_view()), dict(ctx.params))
        if ctx.delegated:
            return _exhaust(steps, ctx.set_progress)
        return self._shown(ctx, steps)

    def _shown(self, ctx: Any, steps: Steps) -> Iterator[Any]:
        try:
            while True:
                progress, label = next(steps)
                yield ctx.ops.set_progress(label=label, progress=progress)
        except StopIteration as end:
            yield from self.after(ctx, end.value)
            yield ctx.ops.set_progress(label=said(end.value), progress=1.0)


def said(summary: Summary) -> str:
    """A summary as a line."""
    return ", ".join(f"{name}: {value}" for name, value in summary.items())


def mark(inputs: types.Object, name: str, check: Any) -> None:
    """Mark the input `name` where `check` raises ArtLensError."""
    try:
        check()
    except ArtLensError as error:
        inputs.properties[name].invalid = True
        inputs.properties[name].error_message = str(error)


def ask_field(ctx: Any, inputs: types.Object, default: str, declared: dict[str, Any]) -> None:
    """Ask for the field to write to, `declared` as `check_field` has it."""
    inputs.str("field", default=default, label="Field", description="To write to")
    mark(inputs, "field", lambda: field_to_write(ctx.dataset, ctx.params, default, declared))


def field_to_write(
    dataset: Any, params: Mapping[str, Any], default: str, declared: dict[str, Any]
) -> str:
    """The field that was asked for; ArtLensError where it may not be written."""
    return check_field(dataset, params.get("field") or default, declared)


def refuse(form: types.Property, error: ArtLensError) -> None:
    """Let a form show why it can't be done."""
    form.type.view("problem", types.Error(label=str(error)))
    form.invalid, form.error_message = True, str(error)


def _exhaust(steps: Steps, tell: Any) -> Summary:
    try:
        while True:
            tell(*next(steps))
    except StopIteration as end:
        return dict(end.value)


def _some(works: Any) -> Any:
    if not len(works):
        raise ArtLensError("there are no works here; choose another view or selection")
    return each(works)


def _check_dataset(dataset: Any) -> None:
    if dataset is None or not record(dataset):
        raise ArtLensError("this dataset was not made by ArtLens; open the one that it published")
