"""Searching leads, without the command line around it."""

from datetime import date
from pathlib import Path

import pytest

from leadbase.actions.search import Hit, search_leads
from leadbase.errors import UsageError
from leadbase.workspace import Workspace
from tests.conftest import World

TODAY = date(2026, 4, 25)


def lead(title: str, text: str, company: str = "OpenAI") -> str:
    return f"---\ncompany: {company}\ntitle: {title}\ntype: other\ntime: 2026-04-24\n---\n\n{text}\n"


LEADS = {
    "leads/title.md": lead("Qwen 发布新模型", "一句话。"),
    "leads/company.md": lead("一条消息", "另一句话。", "发布公司"),
    "leads/text.md": lead("GPT发布", f"{'前言。' * 60}团队完成新一轮融资，由多家机构参与。{'后记。' * 60}"),
    "leads/english.md": lead(
        "Round closes", f"{'Before it. ' * 40}The FUNDING came from ten funds.{' After it.' * 40}"
    ),
    "leads/wide.md": lead("ＧＰＵ prices", "They doubled,\nand doubled again."),
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("search")
    (root / "leads").mkdir()
    (root / "leadbase.toml").write_text('[desk]\nname = "x"\ntimezone = "UTC"\n', encoding="utf-8")
    for path, text in LEADS.items():
        (root / path).write_text(text, encoding="utf-8")
    return root


def search(desk: Path, words: str, limit: int = 20) -> tuple[Hit, ...]:
    workspace = Workspace.open(desk)
    return search_leads(workspace, workspace.query(words, TODAY), limit, 80).hits


def names(desk: Path, words: str) -> list[str]:
    return [hit.row.name for hit in search(desk, words)]


def marked(hit: Hit) -> list[str]:
    return [hit.snippet.text[start:end] for start, end in hit.snippet.spans]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("融资", {"text"}),
        ("新一轮融资", {"text"}),
        ('"新一轮 融资"', {"text"}),
        ("发布", {"title", "company", "text"}),  # glued to Latin letters too
        ("GPT", {"text"}),
        ("gpt发布", {"text"}),
        ("gpu", {"wide"}),  # full width in the file
        ("ＧＰＵ", {"wide"}),
        ("fund*", {"english"}),
        ("fund", set()),
        ('"doubled and doubled"', {"wide"}),
        ("融资 | gpu", {"text", "wide"}),
        ("发布 -gpt", {"title", "company"}),
        ("发布 company:openai", {"title", "text"}),
        ("title:发布", {"title", "text"}),
    ],
)
def test_words_are_found(words: str, found: set[str], desk: Path) -> None:
    assert set(names(desk, words)) == found


def test_a_word_in_the_title_counts_more_than_in_a_company_and_there_more_than_in_the_text(world: World) -> None:
    filler = "其他内容，" * 30
    desk = world(
        {
            "leads/a-text.md": lead("标题一", f"{filler}鹦鹉。"),
            "leads/b-company.md": lead("标题二", filler, "鹦鹉"),
            "leads/c-title.md": lead("鹦鹉标题", filler),
            **{f"leads/x{number}.md": lead("无关", filler) for number in range(20)},
        },
        commit=False,
    )
    assert names(desk, "鹦鹉") == ["c-title", "b-company", "a-text"]
    assert names(desk, "鹦鹉 time:2026-04") == ["c-title", "b-company", "a-text"]


def test_the_place_is_shown_with_what_was_searched_for(desk: Path) -> None:
    [hit] = search(desk, "新一轮融资")
    assert marked(hit) == ["新一轮融资"]
    assert (hit.snippet.is_cut_before, hit.snippet.is_cut_after) == (True, True)
    assert len(hit.snippet.text) <= 60
    [hit] = search(desk, "fund*")
    assert marked(hit) == ["FUNDING", "funds"]
    assert [hit.title.text[start:end] for hit in search(desk, "发布") for start, end in hit.title.spans] == ["发布"] * 2


def test_what_meets_the_query_without_a_word_comes_last_and_is_not_lost(desk: Path) -> None:
    assert names(desk, "fund* | company:发布公司") == ["english", "company"]


def test_the_best_are_shown_and_all_are_counted(desk: Path) -> None:
    workspace = Workspace.open(desk)
    found = search_leads(workspace, workspace.query("发布", TODAY), 1, 80)
    assert (len(found.hits), found.matched) == (1, 3)
    assert len(search_leads(workspace, workspace.query("发布 limit:2", TODAY), 1, 80).hits) == 2


@pytest.mark.parametrize("words", ["company:openai", "-gpt", "note:x", ""])
def test_without_a_word_to_search_for_there_is_an_error(words: str, desk: Path) -> None:
    with pytest.raises(UsageError, match="no word to search for"):
        search(desk, words)
