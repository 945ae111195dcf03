"""A base of N leads that were never written: realistic sizes, two languages, one in ten nearly a copy of another.

    python bench/generate.py N DIR [--seed 7]

Each lead has ten fields and 60 to 200 words (or as many Chinese characters as those words would take), and lies in a
folder of its year, month and day. The same N and seed give the same files.
"""

import argparse
import random
from datetime import date, timedelta
from pathlib import Path

from leadbase.core.leadfile import compose
from leadbase.core.vocabulary import TYPES

COMPANIES = (
    "OpenAI", "Anthropic", "Google", "Microsoft", "Meta", "NVIDIA", "阿里巴巴", "腾讯", "百度", "字节跳动", "Mistral AI",
    "DeepSeek", "月之暗面", "智谱", "Hugging Face", "xAI", "Apple", "Amazon", "Cohere", "Perplexity", "商汤", "华为",
    "Stability AI", "Scale AI", "Databricks", "Cursor", "Runway", "Groq", "Cerebras", "一家新公司", "Tiny Robotics",
)  # fmt: skip
SOURCES = (
    ("Reuters", "https://www.reuters.com/technology/{}"), ("The Verge", "https://www.theverge.com/{}"),
    ("36氪", "https://36kr.com/p/{}"), ("机器之心", "https://www.jiqizhixin.com/articles/{}"),
    ("TechCrunch", "https://techcrunch.com/2026/{}"), ("Hacker News", "https://news.ycombinator.com/item?id={}"),
    ("Reddit", "https://www.reddit.com/r/LocalLLaMA/comments/{}"), ("OpenAI", "https://openai.com/index/{}"),
    ("a newsletter", "https://letters.example.net/{}"), ("财新", "https://www.caixin.com/2026/{}.html"),
)  # fmt: skip
STATUSES = ("unverified", "unverified", "unverified", "pending", "verified", "confirmed-official", "disputed")
EN = (
    "the company said on Tuesday that its new model would be available to developers within weeks and that pricing "
    "remains open while people familiar with the matter put the round at about $2 billion and investors are expected "
    "to include several sovereign funds an engineer described early results as promising but warned that benchmarks "
    "rarely survive contact with customers the release includes open weights a technical report and a safety card "
    "regulators in Brussels and Beijing asked for more detail on training compute and chips export rules are unchanged"
).split()
ZH = (
    "公司周二表示新一轮融资由多家机构参与预计金额约二十亿美元新模型将在数周内向开发者开放知情人士称定价仍未确定工程师表示"
    "早期结果令人鼓舞但基准测试很少能经得起客户检验本次发布包括开放权重技术报告以及安全说明监管机构要求披露训练算力与芯片出口"
    "规则没有变化据报道该团队计划明年上市并扩大数据中心规模业内人士认为竞争将进一步加剧GPT发布之后市场反应积极"
)
RARE_EN, RARE_ZH = "zyxomma", "鹦鹉"


def words(rng: random.Random) -> str:
    """A text of 60 to 200 English words, in paragraphs."""
    count = rng.randint(60, 200)
    chosen = [rng.choice(EN) if rng.random() < 0.5 else EN[(rng.randrange(len(EN)))] for _ in range(count)]
    lines = [" ".join(chosen[start : start + 40]).capitalize() + "." for start in range(0, count, 40)]
    return "\n\n".join(lines)


def characters(rng: random.Random) -> str:
    """A text of 120 to 400 Chinese characters, in sentences."""
    pieces = []
    for _ in range(rng.randint(8, 26)):
        start = rng.randrange(len(ZH) - 16)
        pieces.append(ZH[start : start + rng.randint(10, 16)])
    return "，".join(pieces[: len(pieces) // 2]) + "。\n\n" + "，".join(pieces[len(pieces) // 2 :]) + "。"


def lead(number: int, rng: random.Random) -> tuple[dict[str, object], str]:
    """One lead's fields and text."""
    company, (source, pattern) = rng.choice(COMPANIES), rng.choice(SOURCES)
    is_chinese = rng.random() < 0.5
    body = characters(rng) if is_chinese else words(rng)
    subject = "发布新一代模型，估值约{}亿美元" if is_chinese else "plans a new model and raises ${} million"
    day = date(2025, 1, 1) + timedelta(days=rng.randrange(700))
    if number % 1000 == 0:
        body += f"\n\n{RARE_EN} {RARE_ZH}"
    fields: dict[str, object] = {
        "company": company,
        "title": f"{company} {subject.format(rng.randint(2, 900))} ({number})",
        "type": rng.choice(list(TYPES)),
        "source": source,
        "link": pattern.format(f"{number:x}-{rng.randrange(10**6)}"),
        "time": f"{day.isoformat()}T{rng.randrange(24):02}:{rng.randrange(60):02}+08:00",
        "verification": rng.choice(STATUSES),
        "attribution": rng.choice(["on-record", "unspecified", "anonymous"]),
        "language": "zh" if is_chinese else "en",
        "tags": rng.sample(["llm", "chips", "agents", "policy", "funding", "开源"], 2),
    }
    return fields, body


def near_copy(fields: dict[str, object], body: str, number: int, rng: random.Random) -> tuple[dict[str, object], str]:
    """A lead that another outlet tells almost in the same words."""
    source, pattern = rng.choice(SOURCES)
    changed = {**fields, "source": source, "link": pattern.format(f"{number:x}"), "title": f"{fields['title']} again"}
    cut = rng.randrange(max(1, len(body) // 10))
    return changed, body[cut:] + " " + rng.choice(EN)


def generate(count: int, root: Path, seed: int = 7) -> None:
    """Write the base. `root` must not hold one yet."""
    rng = random.Random(seed)
    (root / "leads").mkdir(parents=True)
    (root / "leadbase.toml").write_text('[desk]\nname = "bench"\ntimezone = "Asia/Shanghai"\n', encoding="utf-8")
    fields: dict[str, object] = {}
    body = ""
    for number in range(count):
        fields, body = near_copy(fields, body, number, rng) if number % 10 == 9 else lead(number, rng)
        folder = root / "leads" / str(fields["time"])[:10].replace("-", "/")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"lead-{number:06}.md").write_bytes(compose(fields, body))  # type: ignore[arg-type]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    generate(asked.count, asked.folder, asked.seed)


if __name__ == "__main__":
    main()
