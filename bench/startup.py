"""Start-up: `leadbase --help` and `leadbase list` on the sample base, as ratios to `python -c "import click"`.

    python bench/startup.py [--runs 15]

Whole processes, run in turn so that a machine that slows down slows all of them; medians. The aim is at most 3.
Bytecode is compiled first, as an installed package has it.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "import click": ["-c", "import click"],
    "leadbase --version": ["-m", "leadbase", "--version"],
    "leadbase --help": ["-m", "leadbase", "--help"],
    "leadbase list": ["-m", "leadbase", "list"],
}


def seconds(arguments: list[str], environment: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPATH"] = str(ROOT)
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for number in range(runs + 1):
        for name, arguments in COMMANDS.items():
            spent = seconds(arguments, environment)
            if number:
                times[name].append(spent)
    floor = statistics.median(times["import click"])
    print(f"{'command':24} {'median ms':>10} {'× import click':>15}")
    for name, spent in times.items():
        median = statistics.median(spent)
        print(f"{name:24} {median * 1000:10.0f} {median / floor:15.2f}")


if __name__ == "__main__":
    main()
