"""`python -m benchmarks.run_stage HOME`: the jobs over all works, in a process of its own.

Prints a line of JSON: seconds of every step by name, of both jobs (`all`), and the peak memory.
What they need besides embeddings is made before, by shard, and not counted.
"""

import json
import sys
import time
from pathlib import Path

from artlens_pipeline.commands.driver import instance_of, run_job, run_stage
from artlens_pipeline.definitions import build_defs
from artlens_pipeline.home import Home
from artlens_pipeline.partitions import register
from artlens_pipeline.resources.lake import open_lake
from artlens_pipeline_tests.memory import peak_gb


def main(root: str) -> None:
    """Run `analyse` and `publish`; RuntimeError where a step fails."""
    home, steps = Home(Path(root)), {}
    with instance_of(home) as instance:
        defs = build_defs(home)
        register(instance, open_lake(home).shards("raw_samples"))
        for outcome in run_stage(defs, instance, home, "describe", whole=False):
            if outcome.error:
                raise RuntimeError(f"{outcome.step}: {outcome.error}")
        began = time.perf_counter()
        for job in ("analyse", "publish"):
            for outcome in run_job(defs, instance, job):
                if outcome.error:
                    raise RuntimeError(f"{outcome.step}: {outcome.error}")
                if outcome.seconds:
                    steps[outcome.step] = outcome.seconds
        steps["all"] = time.perf_counter() - began
    print(json.dumps({"steps": steps, "peak_gb": peak_gb()}))


if __name__ == "__main__":
    main(sys.argv[1])
