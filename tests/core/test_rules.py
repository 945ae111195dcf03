"""The rules: what a desk may change, and that every mistake in its four files is an error with file and key."""

import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from leadbase.adapters.settings import RULES_FILES, shipped_rules
from leadbase.core.registry import Company, Source
from leadbase.core.rules import Rules, build
from leadbase.core.scoring.amounts import amounts
from leadbase.core.scoringtable import CURRENCIES
from leadbase.errors import Problem, RulesError

SHIPPED = shipped_rules()
DEFAULT = build(SHIPPED, {})


def desk(**files: str) -> Rules:
    return build(SHIPPED, {name: tomllib.loads(text) for name, text in files.items()})


def mistakes(**files: str) -> list[Problem]:
    with pytest.raises(RulesError) as caught:
        desk(**files)
    return list(caught.value.problems)


# ------------------------------------------------------------------------------------------------------- wrong tables

ACME = 'id = "acme"\nnames = ["Acme"]\n'
WRONG_SCORING = {
    "schema = 2": ("schema", "must be 1"),
    'schema = "1"': ("schema", "must be"),
    "value = 3": ("value", "must be a table"),
    'value = "x"': ("value", "must be a table"),
    "[valeu]\nx = 1": ("valeu", "is not a key"),
    "[value]\ntype = []": ("value.type", "must be a table"),
    "[value.type]\nfunding = 16": ("value.type.funding", "must be [points,"),
    '[value.type]\nfunding = [16, "quick"]': ("value.type.funding", "must be [points,"),
    '[value.type]\nfunding = [61, "fast"]': ("value.type.funding", "must be [points,"),
    '[value.type]\nfunding = [true, "fast"]': ("value.type.funding", "must be [points,"),
    '[value.type]\nfunding = [1.5, "fast"]': ("value.type.funding", "must be [points,"),
    '[value.type]\nfundng = [16, "fast"]': ("value.type.fundng", "is not a key"),
    "[value.prominence]\nS = 61": ("value.prominence.S", "must lie between"),
    "[value.prominence]\nS = 2.5": ("value.prominence.S", "a whole number"),
    "[value.prominence]\nS = true": ("value.prominence.S", "a whole number"),
    '[value.prominence]\nS = "20"': ("value.prominence.S", "a whole number"),
    "[value.prominence]\nS = {}": ("value.prominence.S", "a whole number"),
    "[value.prominence]\nZ = 1": ("value.prominence.Z", "is not a key"),
    "[value.magnitude]\nusers = 5": ("value.magnitude.users", "must be a list of"),
    "[value.magnitude]\nusers = [5]": ("value.magnitude.users", "must be a list of"),
    "[value.magnitude]\nusers = [[1, 2, 3]]": ("value.magnitude.users", "must be a list of"),
    "[value.magnitude]\nusers = [[10, 2], [100, 4]]": ("value.magnitude.users", "the highest first"),
    "[value.magnitude]\nusers = [[100, 2], [10, 4]]": ("value.magnitude.users", "never counts less"),
    "[value.magnitude]\nusers = [[100, -2]]": ("value.magnitude.users", "below 0"),
    "[value.magnitude]\nusers = [[-1, 2]]": ("value.magnitude.users", "must be a list of"),
    "[value.magnitude]\nusers = [[nan, 2]]": ("value.magnitude.users", "must be a list of"),
    "[value.magnitude]\nusers = [[100, true]]": ("value.magnitude.users", "must be a list of"),
    "[value.magnitude]\nusers = [[100, 61]]": ("value.magnitude.users", "must be a list of"),
    "[value.magnitude]\nfx_to_usd = 1": ("value.magnitude.fx_to_usd", "must be a table"),
    "[value.magnitude]\nfx_to_usd = { CNY = 0 }": ("value.magnitude.fx_to_usd.CNY", "US dollars"),
    "[value.magnitude]\nfx_to_usd = { CNY = inf }": ("value.magnitude.fx_to_usd.CNY", "US dollars"),
    "[value.magnitude]\nfx_to_usd = { CNY = true }": ("value.magnitude.fx_to_usd.CNY", "US dollars"),
    '[value.magnitude]\nfx_to_usd = { CNY = "0.14" }': ("value.magnitude.fx_to_usd.CNY", "US dollars"),
    "[value.magnitude]\nfx_to_usd = { cny = 0.14 }": ("value.magnitude.fx_to_usd.cny", "is not a key"),
    "[value.magnitude]\nfx_to_usd = { ZZZ = 0.14 }": ("value.magnitude.fx_to_usd.ZZZ", "is not a key"),
    "[value.magnitude]\nimplausible_money_usd = -1": ("value.magnitude.implausible_money_usd", "must lie between"),
    "[value.timeliness]\nmax = -1": ("value.timeliness.max", "must lie between"),
    "[value.timeliness]\nhalf_life_days = { fast = 0 }": ("value.timeliness.half_life_days.fast", "must lie between 1 and"),
    "[value.timeliness]\nhalf_life_days = { fast = -3 }": ("value.timeliness.half_life_days.fast", "must lie between"),
    "[value.penalty]\nclickbait = 5": ("value.penalty.clickbait", "must lie between -60 and 0"),
    "[confidence]\nbase = 40.0": ("confidence.base", "a whole number"),
    "[confidence.source]\npoints = { A = 70 }": ("confidence.source.points.A", "must lie between"),
    "[confidence.source]\npoints = { G = 1 }": ("confidence.source.points.G", "is not a key"),
    "[confidence.source]\nweights = []": ("confidence.source.weights", "falling numbers"),
    "[confidence.source]\nweights = [0.4, 0.7]": ("confidence.source.weights", "falling numbers"),
    "[confidence.source]\nweights = [2]": ("confidence.source.weights", "falling numbers"),
    "[confidence.source]\nweights = [nan]": ("confidence.source.weights", "falling numbers"),
    "[confidence.source]\nweights = 1": ("confidence.source.weights", "falling numbers"),
    '[confidence.source]\nname_only_best_letter = "G"': ("confidence.source.name_only_best_letter", "A to F"),
    "[confidence.source]\nname_only_best_letter = 4": ("confidence.source.name_only_best_letter", "A to F"),
    "[confidence.missing]\nlink = 10": ("confidence.missing.link", "must lie between -60 and 0"),
    "[confidence.dispute]\ndenial = 1": ("confidence.dispute.denial", "must lie between -60 and 0"),
    "[confidence.integrity]\nfuture-time = 1": ("confidence.integrity.future-time", "must lie between -60 and 0"),
    "[confidence.age]\nuncorroborated = [[7, -5], [21, -10]]": ("confidence.age.uncorroborated", "the highest first"),
    "[grades]\nvalue_adopt = -1": ("grades.value_adopt", "must lie between"),
    "[grades]\nconfidence_quotable = 101": ("grades.confidence_quotable", "must lie between 0 and 100"),
    "[grades.quotable]\nverification = []": ("grades.quotable.verification", "must not be empty"),
    '[grades.quotable]\nverification = ["verfied"]': ("grades.quotable.verification", "is none of verified"),
    "[grades.quotable]\nsourcing = []": ("grades.quotable.sourcing", "must not be empty"),
    '[grades.quotable]\nsourcing = ["two"]': ("grades.quotable.sourcing", "is none of primary"),
    '[grades.quotable]\nsourcing = "primary"': ("grades.quotable.sourcing", "must be a list"),
    '[grades.quotable]\nblock_types = ["rumour"]': ("grades.quotable.block_types", "is none of"),
    "[grades.quotable]\nblock_types = [[1]]": ("grades.quotable.block_types", "is none of"),
    "[grades.quotable]\nrequire_verifier = 1": ("grades.quotable.require_verifier", "true or false"),
    "[cost]\nfill-field = -1": ("cost.fill-field", "must lie between"),
    "[cost]\nfill_feild = 1": ("cost.fill_feild", "is not a key"),
    "[report]\nopen_limit = -1": ("report.open_limit", "must lie between"),
    "[scan]\nlede_characters = 10": ("scan.lede_characters", "between 40"),
    "profile = 1": ("profile", "must be a text"),
    "[value.penalty]\nno-event = -1\nno_event = -2": ("value.penalty.no_event", "stands twice"),
}  # fmt: skip
WRONG_COMPANIES = {
    "[[companies]]\nid = 'a'": ("companies", "is not a key"),
    "company = 1": ("company", "must be written as [[company]]"),
    "company = [1]": ("company", "must be written as [[company]]"),
    f"[company]\n{ACME}": ("company", "must be written as [[company]]"),
    '[[company]]\nnames = ["Acme"]': ("company 1.id", "must be lower-case"),
    '[[company]]\nid = "Acme Inc"\nnames = ["Acme"]': ("company Acme Inc.id", "must be lower-case"),
    '[[company]]\nid = 7\nnames = ["Acme"]': ("company 7.id", "must be a text"),
    '[[company]]\nid = ["a"]': ("company ['a'].id", "must be a text"),
    '[[company]]\nid = "acme"': ("company acme.names", "is missing"),
    '[[company]]\nid = "acme"\nnames = []': ("company acme.names", "is missing"),
    '[[company]]\nid = "openai"\nnames = []': ("company openai.names", "is missing"),
    '[[company]]\nid = "acme"\nnames = "Acme"': ("company acme.names", "must be a list of texts"),
    '[[company]]\nid = "acme"\nnames = [""]': ("company acme.names", "must be a list of texts"),
    '[[company]]\nid = "acme"\nnames = [" - "]': ("company acme.names", "must be a list of texts"),
    '[[company]]\nid = "acme"\nnames = ["\u200b\u200b"]': ("company acme.names", "must be a list of texts"),
    '[[company]]\nid = "acme"\nnames = [7]': ("company acme.names", "must be a list of texts"),
    f'[[company]]\n{ACME}tier = "D"': ("company acme.tier", "must be S, A, B or C"),
    f"[[company]]\n{ACME}tier = 1": ("company acme.tier", "must be a text"),
    f'[[company]]\n{ACME}teir = "S"': ("company acme.teir", "is not a key"),
    f'[[company]]\n{ACME}domains = ["https://acme.example"]': ("company acme.domains", "must be a domain"),
    f'[[company]]\n{ACME}domains = ["www.acme.example"]': ("company acme.domains", "without www."),
    f'[[company]]\n{ACME}domains = ["github.com/Acme"]': ("company acme.domains", "lower case"),
    f"[[company]]\n{ACME}[[company]]\n{ACME}": ("company acme.id", "stands twice"),
    '[[company]]\nid = "acme"\nnames = ["谷歌"]': ("acme.names", "already belongs to google"),
    '[[company]]\nid = "acme"\nnames = ["open-ai"]': ("acme.names", "already belongs to openai"),
    '[[company]]\nid = "alphabet"\nnames = ["Beta"]': ("alphabet.names", "already belongs to google"),
}  # fmt: skip
WIRE = 'domain = "wire-one.example"\n'
WRONG_SOURCES = {
    "[[sources]]\ndomain = 'a'": ("sources", "is not a key"),
    "source = {}": ("source", "must be written as [[source]]"),
    '[[source]]\nnames = ["X"]': ("source 1.domain", "must be a domain"),
    '[[source]]\ndomain = "https://wire-one.example"': ("source https://wire-one.example.domain", "must be a domain"),
    '[[source]]\ndomain = "Wire-One.example"': ("source Wire-One.example.domain", "lower case"),
    '[[source]]\ndomain = "www.wire-one.example"': ("source www.wire-one.example.domain", "without www."),
    '[[source]]\ndomain = "wire"': ("source wire.domain", "must be a domain"),
    '[[source]]\ndomain = "x.com/Wire"': ("source x.com/Wire.domain", "lower case"),
    "[[source]]\ndomain = 7": ("source 7.domain", "must be a text"),
    f'[[source]]\n{WIRE}kind = "agency"': ("source wire-one.example.kind", "is none of official"),
    f'[[source]]\n{WIRE}letter = "G"': ("source wire-one.example.letter", "A to F"),
    f'[[source]]\n{WIRE}letter = "a"': ("source wire-one.example.letter", "A to F"),
    f"[[source]]\n{WIRE}letter = 1": ("source wire-one.example.letter", "must be a text"),
    f'[[source]]\n{WIRE}reviewed = "2026-03-01"': ("source wire-one.example.reviewed", "must be a date"),
    f'[[source]]\n{WIRE}grade = "A"': ("source wire-one.example.grade", "is not a key"),
    f'[[source]]\n{WIRE}kind = "official"\nsubject = "opnai"': ("source wire-one.example.subject", "no company has the id"),
    f"[[source]]\n{WIRE}[[source]]\n{WIRE}": ("source wire-one.example.domain", "stands twice"),
    f'[[source]]\n{WIRE}names = ["路透社"]': ("wire-one.example.names", "already belongs to reuters.com"),
}  # fmt: skip
WRONG_LEXICON = {
    "[hegde]\nen = []": ("hegde", "is not a category"),
    "hedge = 1": ("hedge", "must be a table"),
    '[hedge]\nen = "may"': ("hedge.en", "must be a list"),
    '[hedge]\nen = ["(a+)+"]': ("hedge.en", "may not repeat"),
    '[hedge]\nzh = ["传"]': ("hedge.zh", "too short"),
    '[type.gossip]\nen = ["x"]': ("type.gossip", "is not a lead type"),
}
CASES = [
    (file, text, key, message)
    for file, table in zip(RULES_FILES, (WRONG_SCORING, WRONG_COMPANIES, WRONG_SOURCES, WRONG_LEXICON), strict=True)
    for text, (key, message) in table.items()
]


@pytest.mark.parametrize(("file", "text", "key", "message"), CASES, ids=[text for _, text, _, _ in CASES])
def test_a_mistake_is_an_error_with_file_and_key(file: str, text: str, key: str, message: str) -> None:
    [problem] = mistakes(**{file: text})
    assert (problem.path, problem.level, problem.code) == (f"rules/{file}.toml", "error", "rules")
    assert problem.message.startswith(f"{key}: ")
    assert message in problem.message


def test_all_mistakes_of_all_files_are_told_in_one_run() -> None:
    found = mistakes(
        scoring="profile = 1\n[cost]\nx = 1\n[report]\nopen_limit = -1",
        companies='[[company]]\nid = "A"\n[[company]]\nid = "b"',
        sources=f'[[source]]\n{WIRE}kind = "x"\nletter = "y"',
        lexicon="[x]\n[hedge]\nzh = ['a']",
    )
    assert [problem.path.removeprefix("rules/").removesuffix(".toml") for problem in found] == [
        "scoring", "scoring", "scoring", "companies", "companies", "sources", "sources", "lexicon", "lexicon",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "text", "hint"),
    [
        ("scoring", "[valeu]", "did you mean value?"),
        ("scoring", "[value.type]\nfundng = 1", "did you mean funding?"),
        ("scoring", "[value.magnitude]\nfx_to_usd = { cny = 0.14 }", "did you mean CNY?"),
        ("scoring", "[confidence.dispute]\ndisputd = -1", "did you mean disputed?"),
        ("companies", f'[[company]]\n{ACME}domain = ["a.example"]', "did you mean domains?"),
        ("sources", f'[[source]]\n{WIRE}ownr = "x"', "did you mean owner?"),
        ("sources", f'[[source]]\n{WIRE}kind = "official"\nsubject = "opnai"', "did you mean openai?"),
        ("scoring", "zzzzz = 1", ""),
    ],
)
def test_the_nearest_key_is_suggested(file: str, text: str, hint: str) -> None:
    assert [problem.hint for problem in mistakes(**{file: text})] == [hint]


# ------------------------------------------------------------------------------------------------------------- merging


def test_a_table_written_with_hyphens_has_the_ranges_of_the_one_with_underscores() -> None:
    [problem] = mistakes(scoring="[value.timeliness]\nhalf-life-days = { fast = 0 }")
    assert "must lie between 1 and" in problem.message
    rates = desk(scoring="[value.magnitude]\nfx-to-usd = { CNY = 0.15 }").scoring["value"]["magnitude"]["fx_to_usd"]
    assert rates["CNY"] == 0.15


def test_hyphens_and_underscores_are_both_read() -> None:
    for text in ("[cost]\nfill-field = 9", "[cost]\nfill_field = 9"):
        assert desk(scoring=text).scoring["cost"]["fill-field"] == 9
    for text in ("[grades]\nvalue-adopt = 9", "[grades]\nvalue_adopt = 9"):
        assert desk(scoring=text).scoring["grades"]["value_adopt"] == 9
    for text in ("[value.type]\nm_and_a = [9, 'fast']", "[value.type]\nm-and-a = [9, 'fast']"):
        assert desk(scoring=text).scoring["value"]["type"]["m-and-a"] == [9, "fast"]


def test_a_desk_writes_only_what_it_changes() -> None:
    rules = desk(scoring="[value.prominence]\nS = 25")
    assert rules.scoring["value"]["prominence"] == {"S": 25, "A": 15, "B": 10, "C": 6, "unknown": 3}
    assert rules.scoring["confidence"] == DEFAULT.scoring["confidence"]
    assert DEFAULT.scoring["value"]["prominence"]["S"] == 20


def test_every_currency_that_is_recognised_may_be_given_a_rate() -> None:
    rates = ", ".join(f"{currency} = 0.5" for currency in CURRENCIES)
    rules = desk(scoring=f"[value.magnitude]\nfx_to_usd = {{ {rates} }}")
    table: Mapping[str, Any] = rules.scoring["value"]["magnitude"]["fx_to_usd"]
    for passage in ("8 yuan", "8 euros", "£8", "8港元"):
        assert [each.value for each in amounts(passage, table)] == [4.0], passage


def test_a_company_is_changed_by_its_id_and_added_by_a_new_one() -> None:
    rules = desk(companies='[[company]]\nid = "openai"\ntier = "A"\n[[company]]\nid = "acme"\nnames = ["Acme", "顶点"]')
    openai = rules.company("OpenAI")
    assert openai is not None
    assert openai.tier == "A"
    assert openai.names == (DEFAULT.company("openai") or openai).names
    assert rules.company("顶 点") == Company("acme", ("Acme", "顶点"), "C")
    assert len(rules.companies) == len(DEFAULT.companies) + 1


def test_a_source_is_changed_by_its_domain_and_added_by_a_new_one() -> None:
    rules = desk(
        sources='[[source]]\ndomain = "reuters.com"\nletter = "A"\nreason = "x"\nreviewed = 2026-03-01\n'
        '[[source]]\ndomain = "wire-one.example"\nnames = ["Wire One"]'
    )
    reuters = rules.source_named("路透社")
    assert reuters is not None
    assert (reuters.letter, reuters.kind, reuters.owner) == ("A", "wire", "thomson-reuters")
    assert reuters.reviewed == date(2026, 3, 1)
    assert rules.source_named("wire one") == Source("wire-one.example", ("Wire One",), "unknown", "wire-one.example")
    assert rules.warnings == ()


def test_a_list_of_the_lexicon_takes_the_place_of_the_shipped_one_and_the_others_stay() -> None:
    rules = desk(lexicon='[hedge]\nen = ["whispered"]\n[type.funding]\nzh = ["某轮"]')
    assert [each.term for each in rules.lexicon.find("reportedly whispered 网传").get("hedge", ())] == [
        "whispered",
        "网传",
    ]
    assert [key for key, _ in rules.lexicon.types("某轮 series a")][:1] == ["funding"]
    assert [each.term for each in rules.lexicon.find("a leak").get("harm", ())] == ["leak"]


def test_a_companys_domains_are_its_official_sources() -> None:
    rules = desk(companies=f'[[company]]\n{ACME}domains = ["acme.example", "x.com/acme"]')
    for link in ("https://www.acme.example/news", "https://blog.acme.example/", "https://x.com/Acme/status/1"):
        source = rules.source_of(link)
        assert source is not None
        assert (source.kind, source.subject, source.owner, source.letter) == ("official", "acme", "acme", "F")
    assert rules.source_of("https://x.com/acme2/status/1") != rules.source_of("https://x.com/acme/status/1")
    assert rules.official_source("acme") == rules.source_named("Acme")


def test_a_desk_may_grade_an_official_source() -> None:
    rules = desk(
        companies=f'[[company]]\n{ACME}domains = ["acme.example", "acme-news.example"]',
        sources='[[source]]\ndomain = "acme-news.example"\nletter = "B"\nreason = "x"\nreviewed = 2026-03-01',
    )
    official = rules.official_source("acme")
    assert official is not None
    assert (official.domain, official.letter, official.kind, official.subject) == (
        "acme-news.example",
        "B",
        "official",
        "acme",
    )


def test_the_most_exact_source_decides_about_a_link() -> None:
    rules = desk(
        sources='[[source]]\ndomain = "a.example"\n[[source]]\ndomain = "b.a.example"\n[[source]]\ndomain = "a.example/x/y"'
    )
    expected = {
        "https://a.example/": "a.example", "https://c.a.example/x/y": "a.example", "https://www.b.a.example/z": "b.a.example",
        "https://a.example/x/y/z?q": "a.example/x/y", "https://a.example/x": "a.example", "http://A.EXAMPLE./X/Y": "a.example/x/y",
    }  # fmt: skip
    for link, domain in expected.items():
        source = rules.source_of(link)
        assert source is not None
        assert source.domain == domain, link
    for link in ("https://xa.example/", "https://example/", "notes/a.example.md", "ftp://a.example/", ""):
        assert rules.source_of(link) is None, link


def test_names_are_found_in_any_spelling() -> None:
    for name in ("Reuters", "REUTERS", "ｒｅｕｔｅｒｓ", "路透社", "reuters.com", "路 透 社"):
        source = DEFAULT.source_named(name)
        assert source is not None
        assert source.domain == "reuters.com"
    assert DEFAULT.source_named("Reutersx") is None
    assert DEFAULT.source_named("") is None
    assert DEFAULT.company("") is None


# ------------------------------------------------------------------------------------------------------------ warnings


def test_a_letter_without_reason_and_date_is_a_warning() -> None:
    for extra in ("", 'reason = "x"', "reviewed = 2026-03-01"):
        rules = desk(sources=f'[[source]]\n{WIRE}letter = "B"\n{extra}')
        assert [(each.level, each.path) for each in rules.warnings] == [("warning", "rules/sources.toml")]
        assert "wire-one.example.letter" in rules.warnings[0].message
    assert desk(sources=f'[[source]]\n{WIRE}letter = "F"').warnings == ()


def test_a_term_in_two_categories_is_a_warning() -> None:
    rules = desk(lexicon='[topic]\nen = ["leak", "sues?"]\n[exclusive]\nen = ["leak"]')
    assert all(each.path == "rules/lexicon.toml" and each.level == "warning" for each in rules.warnings)
    assert sorted(each.message.partition(":")[0] for each in rules.warnings) == ["topic", "topic"]


# ------------------------------------------------------------------------------------------------------------- digest


def test_the_digest_changes_when_and_only_when_the_rules_do() -> None:
    same = [
        desk(scoring="schema = 1"),
        desk(scoring="[value.prominence]\nS = 20"),
        desk(scoring="[grades]\nvalue-adopt = 35", companies="", sources="", lexicon=""),
        desk(companies='[[company]]\nid = "openai"'),
        build(shipped_rules(), {}),
    ]
    assert {rules.digest for rules in same} == {DEFAULT.digest}
    other = [
        desk(scoring="[value.prominence]\nS = 21"),
        desk(scoring="[value.magnitude]\nfx_to_usd = { EUR = 1.1 }"),
        desk(companies='[[company]]\nid = "openai"\ntier = "A"'),
        desk(sources=f"[[source]]\n{WIRE}"),
        desk(lexicon='[hedge]\nen = ["x"]'),
    ]
    assert len({rules.digest for rules in [DEFAULT, *other]}) == len(other) + 1
    assert len(DEFAULT.digest) == 12


# ------------------------------------------------------------------------------------------------------- what is shipped


def test_the_shipped_rules_pass_the_checks_they_impose() -> None:
    assert DEFAULT.warnings == ()
    again = build(SHIPPED, SHIPPED)
    assert again.warnings == ()
    assert again.scoring == DEFAULT.scoring


def test_the_shipped_registry_is_large_enough_to_start_with() -> None:
    assert len(DEFAULT.companies) >= 60
    assert len(SHIPPED["sources"]["source"]) >= 120
    assert all(company.names and company.tier in "SABC" for company in DEFAULT.companies)
    chinese = [
        each for each in DEFAULT.companies if any("\u4e00" <= sign <= "\u9fff" for name in each.names for sign in name)
    ]
    assert len(chinese) >= 30


def test_every_shipped_letter_has_a_reason_and_a_date() -> None:
    graded = [source for source in DEFAULT.sources if source.letter != "F"]
    assert graded
    assert all(source.reason and source.reviewed for source in graded)
    assert {source.letter for source in graded} <= set("ABCDE")


def test_every_shipped_name_is_found_again() -> None:
    for company in DEFAULT.companies:
        for name in (company.id, *company.names):
            assert DEFAULT.company(name) == company, name
    for source in DEFAULT.sources:
        assert DEFAULT.source_of(f"https://{source.domain}") == source, source.domain
        for name in source.names:
            found = DEFAULT.source_named(name)
            assert found is not None
            assert found.owner == source.owner, name
