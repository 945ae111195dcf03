"""Escaped text and links, read back through Markdown readers: what the frame has, the words, and nothing else."""

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import markdown
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from leadbase.core.escape import heading, inline, link_destination, shown

DATA = Path(__file__).parent / "data"
VECTORS = json.loads((DATA / "escape-vectors.json").read_text("utf-8"))
URL_VECTORS = json.loads((DATA / "url-vectors.json").read_text("utf-8"))
TOKENS = sorted({part for vector in VECTORS for part in re.findall(r"\w+|\W", vector["input"])})
URL_TOKENS = [*TOKENS, *(part for vector in URL_VECTORS for part in re.findall(r"\w+|\W+", vector["input"]))]

Reader = Callable[[str], str]
COMMONMARK = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
MARKDOWN_IT = MarkdownIt("js-default", {"html": True})
PYTHON_MARKDOWN = markdown.Markdown(extensions=["extra"])
READERS: dict[str, Reader] = {
    "commonmark": COMMONMARK.render,
    "markdown-it": MARKDOWN_IT.render,
    "python-markdown": lambda text: PYTHON_MARKDOWN.reset().convert(text),
}
FRAMES = {
    "heading": ("### {}", ["h3"], ""),
    "item": ("- {}", ["ul", "li"], ""),
    "line": ("{}", ["p"], ""),
    "paragraph": ("Said: {}", ["p"], "Said: "),
    "quote": ("> {}", ["blockquote", "p"], ""),
    "link": ("[{}](https://example.com/)", ["p", "a"], ""),
    "cell": ("| T |\n| --- |\n| {} |", ["table", "thead", "tr", "th", "tbody", "tr", "td"], "T "),
}

ODD = "\0\x1b\x85\xa0\u2028\u202e\u200b\u200d\u0301\ufe0f\ufdd0\ud800\udfff\U000e0041\U0010ffff{}<>[]\\&#;:@*_`|$~=%+-"
ODD_TEXT = st.lists(st.text(st.characters(), max_size=4) | st.sampled_from(ODD), max_size=12).map("".join)
HOSTILE_TEXT = st.lists(st.sampled_from(TOKENS), max_size=14).map("".join)
WHOLE_ATTACKS = st.lists(st.sampled_from([vector["input"] for vector in VECTORS]), max_size=3).map(" ".join)
ANY_TEXT = ODD_TEXT | HOSTILE_TEXT | WHOLE_ATTACKS
HOSTILE_PART = st.lists(st.sampled_from(URL_TOKENS), max_size=6).map("".join) | ODD_TEXT
ANY_URL = st.one_of(
    st.builds("https://{}/{}?{}#{}".format, st.just("example.com"), HOSTILE_PART, HOSTILE_PART, HOSTILE_PART),
    st.builds("{}://{}/{}".format, st.sampled_from(["http", "https", "HTTPS", "ftp"]), HOSTILE_PART, HOSTILE_PART),
    HOSTILE_PART,
)
relaxed = settings(max_examples=60, deadline=None)
by_reader = pytest.mark.parametrize("read", READERS.values(), ids=READERS.keys())
by_frame = pytest.mark.parametrize(("frame", "tags", "before"), FRAMES.values(), ids=FRAMES.keys())


class Page(HTMLParser):
    """The start tags of a piece of HTML, the addresses of its links, and its text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.hrefs: list[str | None] = []
        self._text: list[str] = []
        self.feed(source)
        self.close()

    @property
    def words(self) -> str:
        return " ".join("".join(self._text).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert all(name == "href" for name, _ in attrs), attrs
        self.hrefs += [value for _, value in attrs]

    def handle_data(self, data: str) -> None:
        self._text.append(data)

    def handle_comment(self, data: str) -> None:
        self.tags.append(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.tags.append(f"declaration {decl}")

    def handle_pi(self, data: str) -> None:
        self.tags.append(f"instruction {data}")

    def unknown_decl(self, data: str) -> None:
        self.tags.append(f"declaration {data}")


@by_reader
@by_frame
def test_every_vector_is_shown_and_does_nothing(frame: str, tags: list[str], before: str, read: Reader) -> None:
    for vector in VECTORS:
        page = Page(read(frame.format(inline(vector["input"]) or "(untitled)")))
        assert (vector["id"], page.tags) == (vector["id"], tags)
        assert page.words == before + (shown(vector["input"]) or "(untitled)")


@by_frame
@given(text=ANY_TEXT)
@relaxed
def test_any_text_is_shown_and_does_nothing(text: str, frame: str, tags: list[str], before: str) -> None:
    assume(shown(text))
    for name, read in READERS.items():
        page = Page(read(frame.format(inline(text))))
        assert (name, page.tags) == (name, tags)
        assert (name, page.words) == (name, before + shown(text))


@by_reader
@given(text=ANY_TEXT)
@relaxed
def test_exact_text_keeps_every_character(text: str, read: Reader) -> None:
    page = Page(read(f"Said: {inline(text, lookalike=False)}"))
    assert page.tags == ["p"]
    assert shown(page.words.removeprefix("Said:")) == shown(text)


@by_reader
@given(text=ANY_TEXT)
@relaxed
def test_a_quote_and_a_heading_do_nothing(text: str, read: Reader) -> None:
    assume(heading(text))
    page = Page(read(f"### {heading(text)}\n\n> {inline(text)}\n"))
    assert page.tags == ["h3", "blockquote", "p"]
    assert page.words.endswith(shown(text))


@by_reader
@given(texts=st.lists(ANY_TEXT.filter(shown), min_size=2, max_size=4))
@relaxed
def test_strict_texts_share_a_line_in_peace(texts: list[str], read: Reader) -> None:
    page = Page(read("- " + " · ".join(inline(text, strict=True) for text in texts)))
    assert page.tags == ["ul", "li"]
    assert page.words == " · ".join(shown(text) for text in texts)


@pytest.mark.parametrize("vector", URL_VECTORS, ids=lambda vector: vector["input"])
def test_an_address_becomes_the_destination_that_was_tried(vector: dict[str, str | None]) -> None:
    assert vector["input"] is not None
    assert link_destination(vector["input"]) == vector["dest"]


@pytest.mark.parametrize(
    ("url", "destination"),
    [
        (
            "https://fa.wikipedia.org/wiki/می\u200cخواهم",
            "https://fa.wikipedia.org/wiki/%D9%85%DB%8C%E2%80%8C%D8%AE%D9%88%D8%A7%D9%87%D9%85",
        ),
        ("https://example.com./", "https://example.com/"),
        ("https://example.com:/x", "https://example.com/x"),
        ("https://straße.example/", None),
        ("https://exa\u200cmple.com/", None),
        ("https://example.com/\ud800", "https://example.com/%EF%BF%BD"),
        ("https://example.com/" + "a" * 2000, None),
        ("https://" + "深" * 100_000 + ".com/", None),
        ("https://@example.com/", None),
        ("https:example.com", None),
        ("https:///example.com", None),
        ("https://a]b/", None),
        ("https://[x/", None),
        ("https://example.com:١/", None),
        ("https://example.com／evil", None),
    ],
)
def test_an_address_is_plain_or_it_is_no_link(url: str, destination: str | None) -> None:
    assert link_destination(url) == destination


@given(url=ANY_URL)
@relaxed
def test_any_destination_is_one_link_to_exactly_that_place(url: str) -> None:
    destination = link_destination(url)
    assume(destination is not None)
    for name, read in READERS.items():
        item, cell = Page(read(f"- [x]({destination}) · y")), Page(read(f"| T |\n| --- |\n| [x]({destination}) |"))
        assert (name, item.tags, item.hrefs) == (name, ["ul", "li", "a"], [destination])
        assert (name, cell.tags[-2:], cell.hrefs) == (name, ["td", "a"], [destination])


@given(ANY_URL)
@relaxed
def test_a_destination_is_a_web_address_in_ascii_and_stays_as_it_is(url: str) -> None:
    destination = link_destination(url)
    assume(destination is not None)
    assert destination is not None
    parts = urlsplit(destination)
    assert re.fullmatch(r"https?://[a-z0-9._-]+(?::\d+)?/[A-Za-z0-9._~/?&=%+,:@#-]*", destination)
    assert destination.count("#") <= 1
    assert "@" not in parts.netloc
    assert link_destination(destination) == destination
