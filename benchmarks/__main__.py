"""`python -m benchmarks [NAME …]`: run them, all by default."""

import importlib
import sys

from benchmarks.writing import write

NAMES = (
    *("start_up", "embedding", "one_decode", "whole_job", "analyses", "stage", "growth"),
    *("searches", "report", "cockpit", "likeness", "texts", "doubts", "fanout"),
)


def main(names: list[str]) -> None:
    """Run and write each; SystemExit names what there is."""
    if unknown := [name for name in names if name not in NAMES]:
        sys.exit(f"no benchmark {', '.join(unknown)}; there is: {', '.join(NAMES)}")
    for name in names or NAMES:
        result = importlib.import_module(f"benchmarks.{name}").measure()
        write(result)
        for case, median in result.medians().items():
            print(f"{name}: {case}: {median:.3g} {result.unit}")


main(sys.argv[1:])
