"""Actors of a Ray cluster, and calls handed out to them: few at a time, again where one is lost.

Plain actors, not Ray Data: docs/compute.md says why. Ray's own restarts (`max_restarts`) keep the
calls of a lost actor waiting until there is room for it again, which after a node has died may be
never; here they go to the actors that are left. Does not belong here: what an actor does
(`ray_actor`), and what it is asked for (`on_ray`).
"""

import pickle
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.fanout.order import Order
from artlens_pipeline.fanout.place import COMPUTE, LOCAL, Place
from artlens_pipeline.fanout.ray_actor import Answer, Mark, ShardActor
from artlens_pipeline.fanout.ray_cluster import Size, size
from artlens_pipeline.progress import logger

AHEAD = 2
"""Shards that an actor has at once: the one that it makes, and the next."""
TRIES = 4
"""Actors that a shard, or the start of one, may cost."""
LOOK_S = 20.0
"""After which, if nothing has ended, it is looked whether the cluster has grown."""


@dataclass(frozen=True)
class Fleet:
    """Actors to be: `most` (0: as many as fit) of `cores` each; `limits` are ComputeResource's."""

    place: Place
    most: int
    cores: int
    limits: Mapping[str, Any]


@dataclass(eq=False)
class Call:
    """One call of an actor; `lost` counts the actors that it cost."""

    method: str
    arguments: tuple[Any, ...]
    about: str
    lost: int = field(default=0)


class Pool:
    """Actors of one order; `close` ends them, whatever they do."""

    def __init__(
        self,
        ray: Any,
        fleet: Fleet,
        order: Order,
        mark: Mark,
        useful: int,
        variables: Mapping[str, str],
    ) -> None:
        self._ray, self._fleet, self._mark, self._useful = ray, fleet, mark, useful
        self._variables = variables
        self._accelerated = order.accelerated
        self._order = pickle.dumps(order)
        self._starting: dict[Any, Any] = {}
        self._running: dict[Any, tuple[Any, Call]] = {}
        self._load: Counter[Any] = Counter()
        self._failed_starts = 0

    def answers(self, calls: Sequence[Call]) -> Iterator[Any]:
        """The value of each call, as they end; raises the error of one that has one."""
        left = deque(calls)
        while left or self._running:
            self._start()
            self._hand_out(left)
            waiting = [*self._running, *self._starting]
            done, _ = self._ray.wait(waiting, num_returns=1, timeout=LOOK_S)
            if not done and not self._load:
                logger.info("waiting until the Ray cluster has room for an actor")
            for reference in done:
                if reference in self._starting:
                    self._started(reference)
                else:
                    yield from self._ended(reference, left)

    def close(self) -> None:
        """End every actor."""
        for actor in [*self._starting.values(), *self._load]:
            with suppress(Exception):  # the cluster may be gone
                self._ray.kill(actor)

    def _start(self) -> None:
        wanted = self._size()
        for _ in range(min(wanted.actors, self._useful) - len(self._load) - len(self._starting)):
            options = {"num_cpus": wanted.cores, "num_gpus": wanted.gpus}
            remote = self._ray.remote(ShardActor).options(**options, max_restarts=0)
            limits = dict(self._fleet.limits)
            actor = remote.remote(self._order, self._variables, limits, wanted.cores)
            self._starting[actor.ready.remote(self._mark)] = actor

    def _size(self) -> Size:
        fleet = self._fleet
        return size(self._ray.nodes(), fleet.cores, fleet.most, self._accelerated)

    def _hand_out(self, left: deque[Call]) -> None:
        while left and (free := [actor for actor, load in self._load.items() if load < AHEAD]):
            actor, call = min(free, key=self._load.__getitem__), left.popleft()
            self._load[actor] += 1
            self._running[getattr(actor, call.method).remote(*call.arguments)] = actor, call

    def _started(self, reference: Any) -> None:
        actor = self._starting.pop(reference)
        answer = self._got(reference)
        if isinstance(answer, Answer):
            if answer.error is not None:
                raise ArtLensError(f"an actor of the Ray cluster {answer.error}")
            self._load[actor] = 0
            return
        self._failed_starts += 1
        logger.warning("an actor did not start (%s); starting another", _line(answer))
        if self._failed_starts >= TRIES:
            raise ArtLensError(
                f"actors do not start on the Ray cluster ({_line(answer)}); install the same "
                f"ArtLens with its extra ray on every node, or set {COMPUTE}={LOCAL}"
            )

    def _ended(self, reference: Any, left: deque[Call]) -> Iterator[Any]:
        actor, call = self._running.pop(reference)
        answer = self._got(reference)
        if isinstance(answer, Answer):
            if actor in self._load:  # else it answered just before it was lost
                self._load[actor] -= 1
            for level, said in answer.said:
                logger.log(level, "%s", said)
            if answer.error is not None:
                raise answer.error
            yield answer.value
            return
        self._lost(actor)
        call.lost += 1
        left.appendleft(call)
        if call.lost >= TRIES:
            raise ArtLensError(
                f"{call.about} has cost {TRIES} actors ({_line(answer)}); look for memory that ran "
                "out on the nodes, then run again: what was finished stands"
            )
        logger.warning("an actor was lost with %s (%s); trying again", call.about, _line(answer))

    def _lost(self, actor: Any) -> None:
        """Take the actor out; its other calls come back as lost, too."""
        self._load.pop(actor, None)
        with suppress(Exception):  # as a rule it is dead already
            self._ray.kill(actor)

    def _got(self, reference: Any) -> Any:
        """The Answer; or Ray's own error, where actor, node or answer were lost, or none began."""
        try:
            return self._ray.get(reference)
        except self._ray.exceptions.RayError as error:
            return error


def _line(error: BaseException) -> str:
    """What Ray says: first what befell the actor, last by which error."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = dict.fromkeys([lines[0][:200], lines[-1][:300]] if lines else [type(error).__name__])
    return " … ".join(said)
