"""Making a base, without the command line around it."""

from datetime import date
from pathlib import Path

import pytest

from leadbase.actions.check import check_base
from leadbase.actions.init import init_base
from leadbase.errors import LeadbaseError, UsageError
from leadbase.workspace import Workspace

DAY = date(2026, 4, 24)


def make(target: Path, name: str = "Desk", zone: str = "Asia/Shanghai") -> Workspace:
    init_base(target, name=name, zone_name=zone, today=DAY)
    return Workspace.open(target)


def test_a_new_base_has_no_problems_and_leads_of_its_first_day(tmp_path: Path) -> None:
    workspace = make(tmp_path / "deep/er")
    assert check_base(workspace, DAY).problems == ()
    leads = [reading.lead for reading in workspace.readings]
    assert len(leads) == 3
    assert all(lead is not None and lead.day == DAY for lead in leads)
    assert all(path.startswith("leads/2026/04/2026-04-24-") for path in (lead.path for lead in leads if lead))


def test_name_and_zone_are_in_the_settings_whatever_they_are(tmp_path: Path) -> None:
    for number, name in enumerate(['The "desk" a\\b', "x]\ny = 1\t新闻", "{{DAY}} {{ZONE}}"]):
        workspace = make(tmp_path / str(number), name)
        assert workspace.settings.name == "".join(sign if sign.isprintable() else " " for sign in name), name
        assert workspace.settings.zone_name == "Asia/Shanghai"


def test_what_was_made_is_told(tmp_path: Path) -> None:
    made = init_base(tmp_path / "desk", name="D", zone_name="UTC", today=DAY)
    assert made.root == (tmp_path / "desk").resolve()
    assert made.has_new_repository
    files = {path.relative_to(made.root).as_posix() for path in made.root.rglob("*") if path.is_file()}
    assert {path for path in files if not path.startswith(".git/")} == set(made.paths)


def test_nothing_is_made_when_anything_is_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/sources.toml").write_text("mine", encoding="utf-8")
    with pytest.raises(LeadbaseError) as caught:
        make(tmp_path)
    assert "rules/sources.toml" in caught.value.message
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["rules", "sources.toml"]


def test_a_base_is_not_made_twice_nor_inside_another(tmp_path: Path) -> None:
    make(tmp_path / "desk")
    for target in (tmp_path / "desk", tmp_path / "desk/leads", tmp_path / "desk/new/one"):
        with pytest.raises(LeadbaseError) as caught:
            make(target)
        assert "nothing was changed" in caught.value.message
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError):
        make(tmp_path / "file")
