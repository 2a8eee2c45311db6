"""Known vulnerabilities of the versions in constraints.txt, into audit.txt: a report, no gate.

It always ends well, also where no advisory service answers, and then says so: pip-audit by itself
calls "no known vulnerabilities" what it could not look up.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
REPORT = ROOT / "audit.txt"


def main() -> None:
    """Write the report and print its first line."""
    pins = versions((ROOT / "constraints.txt").read_text())
    lines = report(asked(pins), len(pins))
    REPORT.write_text("\n".join(lines) + "\n")
    print(f"{lines[0]} ({REPORT.name})")


def versions(constraints: str) -> list[str]:
    """The pins, without markers and without local versions (+cpu), which no advisory names."""
    lines = (line.partition("#")[0].partition(";")[0].strip() for line in constraints.splitlines())
    return sorted({line.partition("+")[0] for line in lines if line})


def asked(pins: list[str]) -> list[dict[str, Any]]:
    """What pip-audit found of each; [] where it found out nothing."""
    with tempfile.TemporaryDirectory() as folder:
        (wanted := Path(folder) / "pins.txt").write_text("\n".join(pins))
        answer = Path(folder) / "answer.json"
        options = ["--no-deps", "--disable-pip", "--progress-spinner", "off", "--timeout", "15"]
        command = [sys.executable, "-m", "pip_audit", *options, "-f", "json", "-o", str(answer)]
        try:
            subprocess.run(  # noqa: S603  # our own arguments
                [*command, "-r", str(wanted)], check=False, capture_output=True, timeout=300
            )
            found: list[dict[str, Any]] = json.loads(answer.read_text())["dependencies"]
        except (OSError, ValueError, KeyError, subprocess.TimeoutExpired):
            return []
        return found


def report(found: list[dict[str, Any]], count: int) -> list[str]:
    """The lines: a summary, each advisory, and what nothing is known of."""
    known = [item for item in found if "vulns" in item]
    hits = [(item, hit) for item in known for hit in item["vulns"]]
    if not known:
        return [f"not audited: no advisory service answered for any of {count} packages"]
    missing = sorted(item["name"] for item in found if "vulns" not in item)
    rest = f"; not audited: {', '.join(missing)}" if missing else ""
    return [
        f"audited {len(known)} of {count} packages: {len(hits)} known vulnerabilities{rest}",
        *(
            f"{item['name']} {item['version']}: {hit['id']}, "
            f"fixed in {', '.join(hit['fix_versions']) or 'no version yet'}"
            for item, hit in hits
        ),
    ]


if __name__ == "__main__":
    main()
