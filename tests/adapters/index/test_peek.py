"""A quick look into an index: what it finds, in which order, and that nothing is ever said aloud."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from leadbase.adapters.index.peek import names, values
from leadbase.adapters.index.place import cache_folder
from tests.adapters.index.small import small_index


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "base").mkdir()
    return tmp_path / "base"


# ---------------------------------------------------------------------------------------------------------------- values


def test_values_come_as_written_with_their_canonical_word(root: Path) -> None:
    small_index(root, [("company", "阿里巴巴", "alibaba"), ("company", "X", ""), ("source", "Reuters", "")])
    assert sorted(values(root, "company")) == [("X", ""), ("阿里巴巴", "alibaba")]
    assert values(root, "source") == (("Reuters", ""),)
    assert values(root, "nothing") == ()


def test_the_index_that_was_written_to_last_is_the_one_that_answers(root: Path) -> None:
    old = small_index(root, [("tag", "old", "")], edition="ffffffffffff")
    new = small_index(root, [("tag", "new", "")], edition="000000000000")
    for file, at in ((old, 1_000), (new, 2_000)):
        os.utime(file, (at, at))
    assert values(root, "tag") == (("new", ""),)
    os.utime(old, (3_000, 3_000))
    assert values(root, "tag") == (("old", ""),)


def test_what_another_process_has_not_finished_is_not_there_and_nobody_waits(root: Path) -> None:
    file = small_index(root, [("tag", "done", "")])
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO value(field, text, canon) VALUES ('tag', 'half', '')")
        assert values(root, "tag") == (("done", ""),)
        writer.execute("COMMIT")
    assert sorted(values(root, "tag")) == [("done", ""), ("half", "")]


def test_looking_changes_nothing(root: Path) -> None:
    file = small_index(root, [("tag", "a", "")], ["x"])
    before = (file.read_bytes(), file.stat().st_mtime_ns, sorted(file.parent.iterdir()))
    assert values(root, "tag") and names(root, "")
    assert (file.read_bytes(), file.stat().st_mtime_ns, sorted(file.parent.iterdir())) == before


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_broken_or_foreign_file_has_no_values(content: bytes, root: Path) -> None:
    file = small_index(root)
    file.write_bytes(content)
    assert (values(root, "company"), names(root, "x")) == ((), ())


def test_without_an_index_there_are_no_values(root: Path) -> None:
    assert (values(root, "company"), names(root, "")) == ((), ())
    small_index(root).unlink()
    assert (values(root, "company"), names(root, "")) == ((), ())
    (cache_folder(root) / "index-0123456789ab.sqlite").mkdir()
    assert values(root, "company") == ()
    assert values(root / "\0", "company") == ()


def test_what_is_no_text_is_left_out(root: Path) -> None:
    file = small_index(root, names=["good"])
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("INSERT INTO lead(name, name_key, day) VALUES (NULL, 'n', 1), (x'ff', 'o', 1)")
        connection.execute("INSERT INTO value(field, text, canon) VALUES ('tag', x'ff', ''), ('tag', 'good', '')")
        connection.commit()
    assert names(root, "") == ("good",)
    assert values(root, "tag") == (("good", ""),)


# ----------------------------------------------------------------------------------------------------------------- names


def test_names_that_begin_so_come_before_any_that_only_have_it(root: Path) -> None:
    small_index(root, names=["2026-04-01-GPT-5", "gpt-notes", "2026-04-02-新一轮融资", "100%_sure"])
    assert names(root, "GPT") == ("gpt-notes",)
    assert names(root, "gpt-5") == ("2026-04-01-GPT-5",)
    assert names(root, "融资") == ("2026-04-02-新一轮融资",)
    assert names(root, "2026") == ("2026-04-02-新一轮融资", "2026-04-01-GPT-5")
    assert names(root, "%") == ("100%_sure",)
    assert names(root, "none") == ()


def test_of_many_names_the_last_come_with_the_first(root: Path) -> None:
    """A shell writes what all candidates have in common; that must be so of the ones left out, too."""
    small_index(root, names=["a-first", "z-last", *(f"m-{number:04}" for number in range(500))])
    found = names(root, "")
    assert found[:2] == ("z-last", "m-0499")
    assert found[-1] == "a-first"
    assert len(found) == 201
    assert len(names(root, "04")) == 114  # 0400 to 0499 and 0040 to 0049, 0104, 0204, 0304, 0404


# ----------------------------------------------------------------------------------------------------------------- place


def test_every_base_has_a_folder_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "one" / "desk").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "one", target_is_directory=True)
    one, two = cache_folder(tmp_path / "one" / "desk"), cache_folder(tmp_path / "two" / "desk")
    assert one != two
    assert one.name[:-12] == two.name[:-12] == "desk-"
    assert cache_folder(tmp_path / "link" / "desk") == one
    assert not one.exists()


def test_the_folder_is_in_the_users_cache_or_where_the_variable_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = cache_folder(tmp_path)
    assert "leadbase" in usual.parent.parts
    monkeypatch.setenv("LEADBASE_CACHE_DIR", "")
    assert cache_folder(tmp_path) == usual
    monkeypatch.setenv("LEADBASE_CACHE_DIR", str(tmp_path / "elsewhere"))
    assert cache_folder(tmp_path) == tmp_path / "elsewhere" / usual.name
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LEADBASE_CACHE_DIR", "near")
    assert cache_folder(tmp_path) == tmp_path / "near" / usual.name


def test_the_name_of_a_folder_is_one_that_every_file_system_takes(tmp_path: Path) -> None:
    for name, start in (("x" * 200, "x" * 40), ("a b:c", "a-b-c"), ("新闻", "新闻"), ("a\udcff", "a-"), ("..x", "--x")):
        assert cache_folder(tmp_path / name).name[:-13] == start
    assert cache_folder(Path("/")).name.startswith("base-")
