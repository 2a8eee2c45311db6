"""Faults to plant in a table, as changes of its frame."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

Change = Callable[[pd.DataFrame], pd.DataFrame]


def lost(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.iloc[1:]


def twice(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([frame, frame.iloc[:1]])


def renamed(frame: pd.DataFrame) -> pd.DataFrame:
    return first("sample_id", "f" * 24)(frame)


def first(column: str, value: Any) -> Change:
    """Another value in the first row."""

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        values = frame[column].astype("object").tolist()
        values[0] = value(values[0]) if callable(value) else value
        return frame.assign(**{column: values})

    return change


def everywhere(column: str, value: Any) -> Change:
    return lambda frame: frame.assign(**{column: value})


def shuffled(*columns: str) -> Change:
    """The same values, each in another row."""

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        order = np.random.default_rng(0).permutation(len(frame))
        return frame.assign(**{name: frame[name].to_numpy()[order] for name in columns})

    return change


def random_directions(frame: pd.DataFrame) -> pd.DataFrame:
    """Other unit vectors, of no shape."""
    width = len(frame["embedding"].iloc[0])
    seed = int(frame["sample_id"].iloc[0][:8], 16)
    rows = np.random.default_rng(seed).normal(size=(len(frame), width))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return frame.assign(embedding=list(rows.astype(np.float32)))


def random_neighbors(frame: pd.DataFrame) -> pd.DataFrame:
    """Lists that could be neighbours and are not."""
    n, k = len(frame), len(frame["neighbors"].iloc[0])
    lists = [np.delete(np.arange(n), row)[:k].astype(np.int32) for row in range(n)]
    return frame.assign(neighbors=lists)
