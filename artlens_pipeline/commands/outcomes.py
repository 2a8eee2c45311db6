"""What the commands that drive Dagster say of each step, and of all of them."""

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from artlens_pipeline.commands.console import harmless

if TYPE_CHECKING:
    from artlens_pipeline.commands.driver import StepOutcome


def tell(outcomes: Iterable["StepOutcome"]) -> tuple[int, bool]:
    """A line for each step, and each check that failed; how many, and whether anything was made."""
    failed, recomputed = 0, False
    for outcome in outcomes:
        say(_line(outcome))
        if outcome.disk_need:
            say(f"fetching the works takes {outcome.disk_need}")
        failed += outcome.error is not None
        recomputed |= not outcome.skipped
    if failed:
        say(f"assets and checks that failed: {failed}, for the reasons above; mend and run again")
    return failed, recomputed


def say(line: str) -> None:
    """A line of what the command is for, at once; names in it cannot drive the terminal."""
    print(harmless(line), file=sys.stdout, flush=True)


def _line(outcome: "StepOutcome") -> str:
    said = outcome.error or outcome.warning
    if said and outcome.step.startswith(("check ", "publish")):
        return f"{outcome.step}: {said}"
    state = outcome.error or ("unchanged" if outcome.skipped else "made")
    return f"{outcome.step:<26} {outcome.seconds:7.1f} s  {state}"
