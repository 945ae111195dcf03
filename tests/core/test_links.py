"""Links: addresses of the web, desk notes, and whose domain a page is on."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadbase.core import links


@pytest.mark.parametrize(
    ("link", "host"),
    [("https://www.reuters.com/a?b#c", "www.reuters.com"), ("HTTP://Reuters.COM", "reuters.com"),
     ("https://reuters.com.:443/", "reuters.com"), (" https://a.example/ ", "a.example"),
     ("https://user:pw@a.example:8080/x", "a.example"),
     ("https://例子.中国/新闻", "例子.中国")],
)  # fmt: skip
def test_the_host_of_an_address(link: str, host: str) -> None:
    assert links.host(link) == host
    assert links.is_web(link)


@pytest.mark.parametrize(
    "link",
    ["", "a", "a.md", "notes/a.md", "ftp://a.example/", "javascript:alert(1)", "mailto:a@b.example", "//a.example/", "https://",
     "https:///x", "https:a.example", "http://[::1", "data:,x", "https//a.example", "www.a.example"],
)  # fmt: skip
def test_what_is_no_address_of_the_web_has_no_host(link: str) -> None:
    assert links.host(link) == ""
    assert not links.is_web(link)
    assert links.address(link) == ""


def test_an_address_cannot_pose_as_anothers() -> None:
    # a browser reads the first as a page of evil.example, and the others too
    assert links.host("https://evil.example\\@good.example/") == ""
    assert links.host("https://evil.example\n.good.example/") == links.host("https://good.example:99999/") == ""
    assert (
        links.address("https://x.com/openai/../evil/1") == links.address("https://x.com/evil%2f..%2fopenai") == "x.com"
    )
    assert links.host("https://good.example@evil.example/") == "evil.example"
    assert links.host("https://good.example.evil.example/") == "good.example.evil.example"
    assert links.registrable("good.example.evil.example") == "evil.example"


@pytest.mark.parametrize(
    "note", ["notes/call.md", "a.md", "./notes/a.md", "笔记/通话.md", "notes/..hidden.md", "a b.md"]
)
def test_a_relative_path_is_a_desk_note(note: str) -> None:
    assert links.is_note(note)


@pytest.mark.parametrize(
    "link",
    ["", "/etc/passwd", "../a.md", "a/../b.md", "notes/..", "~/a.md", "C:\\a.md", "c:a.md", "a\\b.md", "https://a.example/",
     "javascript:x", "//a.example", "file:a.md"],
)  # fmt: skip
def test_a_path_that_leads_elsewhere_is_no_note(link: str) -> None:
    assert not links.is_note(link)


def test_the_address_of_a_channel() -> None:
    assert links.address("https://www.X.com/OpenAI/status/1?s=2") == "x.com/openai/status/1"
    assert links.address("https://openai.com") == "openai.com"


@pytest.mark.parametrize(
    ("name", "registrable"),
    [("news.bbc.co.uk", "bbc.co.uk"), ("bbc.co.uk", "bbc.co.uk"), ("www.gov.cn", "www.gov.cn"), ("www.miit.gov.cn", "miit.gov.cn"),
     ("a.b.example.com", "example.com"), ("me.github.io", "me.github.io"), ("you.substack.com", "you.substack.com"),
     ("substack.com", "substack.com"), ("localhost", "localhost"), ("", "")],
)  # fmt: skip
def test_the_registrable_domain(name: str, registrable: str) -> None:
    assert links.registrable(name) == registrable


def test_two_blogs_of_one_host_are_strangers_and_two_pages_of_one_site_are_not() -> None:
    assert links.registrable("a.github.io") != links.registrable("b.github.io")
    assert links.registrable("m.36kr.com") == links.registrable("www.36kr.com")


def test_addresses_of_one_page_compare_equal() -> None:
    same = ["https://www.a.example/x/", "http://a.example/x", "https://A.example/x#top", " https://a.example/X "]
    assert len({links.comparable(link) for link in same}) == 1
    assert links.comparable("https://a.example/x?id=1") != links.comparable("https://a.example/x?id=2")
    assert links.comparable("https://a.example/x") != links.comparable("https://b.example/x")
    assert links.comparable("notes/a.md") == "notes/a.md"
    assert links.comparable("") == ""


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=30), st.text(max_size=20).map("https://".__add__)))
def test_no_text_makes_a_link_function_raise(text: str) -> None:
    assert links.is_web(text) == bool(links.host(text))
    assert not (links.is_note(text) and links.is_web(text))
    assert bool(links.address(text)) == links.is_web(text)
    links.comparable(text)
    links.registrable(links.host(text))


@pytest.mark.parametrize(
    "link",
    ["https://evil.example%2f.openai.com/x", "https://evil.example\0.openai.com/", "https://evil.example;.openai.com/",
     "https://evil.example .openai.com/", "https://ev\til.openai.com/", "https://[v1.reuters.com]/", "https://[::1]/",
     "https://reuters.com:99999/", "https://evil.example＼.openai.com/", "https://a..b/", "https://-a.com/"],
)  # fmt: skip
def test_what_is_no_host_is_nobodys_address(link: str) -> None:
    assert links.host(link) == ""
    assert links.address(link) == ""


@pytest.mark.parametrize(
    "path", ["/openai/../evil", "/openai/%2e%2e/evil", "/./..//evil", "/openai/..", "/openai%2f..%2fevil"]
)
def test_a_path_that_a_browser_rewrites_is_on_no_channel(path: str) -> None:
    assert links.address(f"https://x.com{path}") == "x.com"


@given(
    st.text(st.sampled_from("ab-0._:/?#@[\\]%\t\n \u00a0\u4e00A"), max_size=10),
    st.sampled_from(["https://", "http://", "HTTP://", "https://a.b", "https://a.b/", " https://a"]),
)
@settings(max_examples=200, deadline=None)
def test_the_short_way_to_a_host_leads_to_the_same_host(rest: str, start: str) -> None:
    # a line end behind the address sends every one the long way
    assert links.host(start + rest) == links.host(f"{start}{rest}\n")
