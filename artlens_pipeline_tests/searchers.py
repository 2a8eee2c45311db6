"""Threads that search one home over and over, each with its next query at once."""

import json
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any

from artlens_pipeline.home import Home
from artlens_pipeline.search import Filters, Query, search

Ask = Mapping[str, Any]
"""Arguments of `search`."""


def asks(image: Path, like: str, style: str) -> dict[str, Ask]:
    """By text, by image, by a work, by palette; filtered and corrected."""
    return {
        "text": {"query": Query("boats on a blue sea"), "k": 10},
        "image": {"query": Query(image=image), "k": 10},
        "filtered": {"query": Query("a red field"), "k": 10, "filters": Filters((style,))},
        "palette": {"query": Query("ochre and deep blue"), "k": 10, "by": "palette"},
        "palette of a work": {"query": Query(like=like), "k": 10, "by": "palette"},
        "corrected": {"query": Query(like=like), "k": 10, "corrected": True},
    }


def answer(home: Home, ask: Ask) -> str:
    """What a search finds, as text that differs where anything of it does."""
    return json.dumps(search(home, **ask))


def answers(home: Home, asked: Mapping[str, Ask]) -> dict[str, str]:
    """What each finds now."""
    return {name: answer(home, ask) for name, ask in asked.items()}


@dataclass
class Searchers:
    """`found`: the answers to each query, in the order in which they came."""

    found: dict[str, list[str]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)


@contextmanager
def searching(home: Home, asked: Mapping[str, Ask], threads: int) -> Iterator[Searchers]:
    """So many at once until the end, which raises what a search raised."""
    stopped, held = Event(), Searchers({name: [] for name in asked})

    def client(number: int) -> None:
        for turn in count(number):
            if stopped.is_set():
                return
            name = list(asked)[turn % len(asked)]
            began = time.perf_counter()
            held.found[name].append(answer(home, asked[name]))
            held.seconds.append(time.perf_counter() - began)

    with ThreadPoolExecutor(threads) as pool:
        running: list[Future[None]] = [pool.submit(client, n) for n in range(threads)]
        try:
            yield held
        finally:
            stopped.set()
        for one in running:
            one.result()
