"""A real newsletter as a base: 1,090 Chinese items become lead files, and every command works on them.

    python bench/juya.py [--data ../shared/data/ai-leads/juya-2026-02-to-04.jsonl] [--keep DIR] [--copies N]

Prints how long each command takes as a whole process, beside the physical floors of the same run: walking the tree,
reading every file, and a plain python-frontmatter loop over them. `--keep` leaves the base in DIR to be looked at;
`--copies 10` and `--copies 92` make about 10,000 and 100,000 leads of it.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import frontmatter

from leadbase.adapters.settings import shipped_rules
from leadbase.core import links
from leadbase.core.infer import inferences
from leadbase.core.leadfile import compose
from leadbase.core.rules import Rules, build
from leadbase.core.slug import file_slug

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data" / "ai-leads" / "juya-2026-02-to-04.jsonl"
COMMANDS = (
    ["--version"],
    ["score"],
    ["score", "--check"],
    ["check"],
    ["list"],
    ["list", "--grade", "needs-verification", "--score", "60..", "--sort", "score"],
    ["list", "--format", "jsonl"],
    ["why", "微软或将起诉"],
    ["report", "--day", "2026-03-19"],
    ["stats"],
)


def fields(row: dict[str, object], rules: Rules) -> dict[str, object]:
    """An item as front matter: the newsletter's own title, link and day, the rest inferred."""
    url, title = str(row["url"] or ""), str(row["title"])
    inferred = list(inferences(title, str(row["summary"]), url, rules))
    found = {each.field: each.value for each in reversed(inferred)}
    source = rules.source_of(url)
    is_rumour = row["category"] == "前瞻与传闻"
    is_official = source is not None and source.kind == "official"
    others = [link for link in row["links"] if link != url and links.is_web(link)][:3]  # type: ignore[union-attr]
    stated = {
        "company": [each.value for each in inferred if each.field == "company"],
        "title": title,
        "type": "rumor" if is_rumour else found.get("type", "other"),
        "source": found.get("source"),
        "link": url,
        "time": row["date"],
        "verification": "confirmed-official" if is_official else "unverified",
        "also": [{"source": links.host(link).removeprefix("www."), "link": link} for link in others],
    }
    return {key: value for key, value in stated.items() if value}


def leads(data: Path, rules: Rules) -> Iterator[tuple[str, bytes]]:
    """The path and the bytes of each lead."""
    taken: set[str] = set()
    for line in data.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        name = f"{row['date']}-{file_slug(row['title']) or 'lead'}"
        while name in taken:
            name += "-2"
        taken.add(name)
        folder = f"leads/{row['date'][:4]}/{row['date'][5:7]}"
        yield f"{folder}/{name}.md", compose(fields(row, rules), row["summary"])  # type: ignore[arg-type]


def build_base(target: Path, data: Path, copies: int) -> int:
    """Write the base; copies beyond the first lie in folders of their own and carry their number in the name."""
    target.mkdir(parents=True, exist_ok=True)
    (target / "leadbase.toml").write_text('[desk]\nname = "Newsletter"\ntimezone = "Asia/Shanghai"\n', encoding="utf-8")
    count = 0
    for path, content in leads(data, build(shipped_rules(), {})):
        for copy in range(copies):
            where = target / (path if copy == 0 else f"leads/copy-{copy:03}/{path[6:-3]}-{copy:03}.md")
            where.parent.mkdir(parents=True, exist_ok=True)
            where.write_bytes(content)
            count += 1
    return count


def timed(name: str, work: Callable[[], object]) -> None:
    start = time.perf_counter()
    work()
    print(f"{name:72} {time.perf_counter() - start:8.2f} s")


def run(target: Path, arguments: list[str]) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPATH"] = str(ROOT)
    done = subprocess.run(
        [sys.executable, "-m", "leadbase", *arguments], cwd=target, env=environment, capture_output=True, check=False
    )
    assert b"Traceback" not in done.stderr and done.returncode in (0, 1), done.stderr.decode()


def floors(target: Path) -> None:
    files = list((target / "leads").rglob("*.md"))
    timed("floor: walk and stat the tree", lambda: [path.stat() for path in (target / "leads").rglob("*.md")])
    timed("floor: read every file", lambda: [path.read_bytes() for path in files])
    timed("peer: python-frontmatter load of every file", lambda: [frontmatter.load(str(path)) for path in files])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--copies", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        target = given.keep or Path(folder)
        print(f"{build_base(target, given.data, given.copies)} leads")
        floors(target)
        for arguments in COMMANDS:
            timed("leadbase " + " ".join(arguments), lambda arguments=arguments: run(target, arguments))  # type: ignore[misc]


if __name__ == "__main__":
    main()
