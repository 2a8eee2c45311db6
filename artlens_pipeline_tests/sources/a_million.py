"""What listing a source of a million rows may take."""

import subprocess
import sys
from pathlib import Path

MANY = """
import sys, time
from pathlib import Path
from artlens_pipeline.sources.registry import open_source
from artlens_pipeline_tests.memory import peak_gb
source, before = open_source(sys.argv[1], Path("unused")), time.process_time()
rows = len(source.listing())
print(rows, time.process_time() - before, peak_gb())
"""


def assert_a_million_rows_are_listed(folder: Path) -> None:
    """In a process of its own, whose memory is measured. It took 10 s of processor time."""
    command = [sys.executable, "-c", MANY, str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    rows, took, most = map(float, done.stdout.split())
    assert rows == 10**6 and took < 60 and most < 1
