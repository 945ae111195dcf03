"""Links: which are addresses of the web, which are desk notes, and whose domain they are on."""

import re
from functools import lru_cache
from urllib.parse import urlsplit

_BROKEN = re.compile(r"[\t\r\n]")
_HOST = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?|_[\w-]*)(?:\.(?:[^\W_](?:[\w-]*[^\W_])?|_[\w-]*))*\.?")
# An address as nearly all are written, on which nothing needs to be unravelled
_PLAIN_LABEL = "[a-z0-9]+(?:-+[a-z0-9]+)*"
_PLAIN_ADDRESS = re.compile(rf"https?://({_PLAIN_LABEL}(?:\.{_PLAIN_LABEL})*)(?:[/?#][^\t\r\n]*)?")
_REWRITTEN = re.compile(r"/\.{1,2}(?:/|\Z)|//|%2e|%2f|%5c|\\")
_MOVED = {"twitter.com": "x.com"}
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_SECOND_LEVEL = frozenset(
    """
    ac.cn com.cn edu.cn gov.cn net.cn org.cn ac.uk co.uk gov.uk org.uk ac.jp co.jp go.jp ne.jp or.jp ac.kr co.kr go.kr
    or.kr com.au gov.au net.au org.au com.br gov.br co.in gov.in com.hk gov.hk org.hk com.mo com.my com.sg edu.sg gov.sg
    com.tw gov.tw org.tw co.il com.mx co.nz com.tr co.za com.sa com.vn co.th co.id gouv.fr
    blogspot.com github.io gitlab.io medium.com netlify.app pages.dev substack.com vercel.app wordpress.com
    """.split()  # noqa: SIM905 - a word list reads better than eighty quoted strings
)


def is_web(link: str) -> bool:
    """Whether the link is an http or https address with a host."""
    return host(link) != ""


def is_note(link: str) -> bool:
    """Whether the link is the path of a desk note in the repository: a file in a folder, or a text file beside them.

    `www.example.org` and `example.org/page` are addresses whose `https://` is missing, not notes.
    """
    if _SCHEME.match(link) or link.startswith(("/", "~")) or "\\" in link or ".." in link.split("/"):
        return False
    folder, _, file = link.removeprefix("./").rpartition("/")
    if folder:
        return "." in file and "." not in folder.split("/")[0]
    return file.lower().endswith((".md", ".txt"))


@lru_cache(maxsize=1024)  # a lead's link is asked for several times
def host(link: str) -> str:
    """The host of a web address in lower case, or "" when the link is anything else.

    What no browser and no reader agrees on - a host with odd characters, an impossible port, a line break or a
    backslash inside - is not an address.
    """
    plain = _PLAIN_ADDRESS.fullmatch(link)
    return plain[1] if plain else _host_of_parts(link)


def _host_of_parts(link: str) -> str:
    if _BROKEN.search(link.strip()):
        return ""
    try:
        parts = urlsplit(link.strip())
        name, _ = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or set("\\[") & set(parts.netloc) or not _HOST.fullmatch(name):
        return ""
    return name.rstrip(".").lower()


@lru_cache(maxsize=1024)
def address(link: str) -> str:
    """Host and path of a web address, for finding the channel it is on: `x.com/openai/status/1`; "" for others.

    A path that a browser would rewrite (dot segments, encoded slashes) is on nobody's channel, only on the host.
    """
    name = host(link)
    if not name:
        return ""
    path = urlsplit(link.strip()).path.lower()
    return channel(name if _REWRITTEN.search(path) else name + path)


def channel(place: str) -> str:
    """A host with or without a path, as links are compared: no `www.`, and under the name the host has today."""
    name, slash, path = place.partition("/")
    name = name.removeprefix("www.").removeprefix("mobile.")
    return _MOVED.get(name, name) + slash + path


def registrable(name: str) -> str:
    """The part of a host name that someone registered: `news.bbc.co.uk` → `bbc.co.uk`, `a.github.io` → itself.

    The second-level suffixes of the countries and of the blog hosts this beat meets are listed above, after the
    Public Suffix List; a suffix that is not listed joins hosts that are strangers, which can only lower confidence.
    """
    labels = name.split(".")
    keep = 3 if ".".join(labels[-2:]) in _SECOND_LEVEL else 2
    return ".".join(labels[-keep:])


def comparable(link: str) -> str:
    """A form in which two addresses of one page are most often equal: no scheme, `www.`, fragment or closing slash."""
    place = address(link)
    if not place:
        return link.strip()
    query = urlsplit(link.strip()).query
    return f"{place.rstrip('/')}?{query}" if query else place.rstrip("/")
