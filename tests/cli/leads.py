"""Leads for the command tests: one of each grade, in English and Chinese, and one broken file."""

QUOTABLE = """---
company: OpenAI
title: OpenAI releases the weights of a small model
type: open-source
source: GitHub
link: https://github.com/openai
time: 2026-04-24
verification: verified   # by phone
---

The company put the weights of a small model on its code host on Friday, under a permissive licence.
"""
CHINESE = """---
company: 深度求索
title: 据悉深度求索洽谈融资，估值逾 200 亿美元
type: 融资
source: 市场消息
link: https://example.org/a
time: 2026-04-23
verification: 待核实
---

消息称，深度求索正在洽谈新一轮融资，公司尚未回应。目前没有其他来源可以证实这一消息，本台仍在核实之中，暂不引用。
"""
WEAK = """---
company: Nobody
title: Top 10 AI tools you need
type: opinion-analysis
source: a blog
link: https://blog.example.net/x
time: 2026-04-22
verification: unverified
---

A list of tools, as there are many of them, without any event that a desk could report on this day.
"""
BROKEN = "---\ntitle: a: b\n---\n\ntext\n"
LEADS = {
    "leads/2026/04/2026-04-24-openai-weights.md": QUOTABLE,
    "leads/2026/04/2026-04-23-深度求索融资.md": CHINESE,
    "leads/2026/04/2026-04-22-top-10.md": WEAK,
}
