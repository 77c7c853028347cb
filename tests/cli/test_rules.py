"""Commands about rules: whatever rules there are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scheduler import planning
from scheduler.rules import registry
from scheduler.store import Store
from tests.cli.conftest import Cli


def test_all_rules_are_listed_with_what_they_mean(cli: Cli, store: Store) -> None:
    answer = cli("rules", "list")
    assert answer.status == 0
    for key, rule in registry().items():
        assert f"{key} ({rule.title}): " in answer.out
        assert " ".join(str(rule().sentence()).split()) in answer.out


def test_all_rules_as_json(cli: Cli, store: Store) -> None:
    found = json.loads(cli("rules", "list", "--json").out)
    assert [each["key"] for each in found] == list(registry())
    assert set(found[0]) == {"key", "title", "mode", "weight", "sentence"}


@pytest.mark.parametrize("key", registry())
def test_one_rule_is_shown_with_its_parameters(cli: Cli, store: Store, key: str) -> None:
    answer = cli("rules", "show", key)
    assert answer.status == 0
    for name in registry()[key].Params.model_fields:
        assert f" {name} = " in answer.out
    detailed = json.loads(cli("rules", "show", key, "--json").out)
    assert [each["name"] for each in detailed["params"]] == [*registry()[key].Params.model_fields]


def test_a_rule_that_is_not_there(cli: Cli, store: Store) -> None:
    for command in (("show",), ("set", "--mode", "off")):
        answer = cli("rules", command[0], "team_flor", *command[1:])
        assert answer.status == 2
        assert "There is no rule “team_flor”. Did you mean “team_floor”?" in answer.err


def test_a_rule_is_set_for_everybody_and_for_some(cli: Cli, office: Store) -> None:
    whole = cli(
        "rules", "set", "team_floor", "--mode", "soft", "--weight", 7, "--param", "share=30%",
        "--param", "at_least=2", "--note", "Tried in spring.",
    )  # fmt: skip
    assert whole.status == 0
    assert "more than 30% of a team" in whole.out
    some = cli("rules", "set", "team_floor", "--for", "department=Sales", "--param", "share=0.5")
    assert some.status == 0
    shown = cli("rules", "show", "team_floor").out
    assert "mode soft, 7 points" in shown
    assert "share = 0.3 (default 0.2)" in shown
    assert "for department=Sales: soft, weight 7" in shown
    assert "more than 50% of a team" in shown
    assert cli("rules", "list").out.count("set differently 1 time") == 1
    removed = cli("rules", "set", "team_floor", "--remove-variant", "department=Sales")
    assert removed.status == 0
    assert "for department=Sales" not in cli("rules", "show", "team_floor").out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--param", "share=2"), "column “team_floor.share”: input should be less than or equal"),
        (("--param", "share=many"), "column “team_floor.share”: input should be a valid number"),
        (("--param", "shares=0.2"), "the rule has no such parameter. Did you mean “share”?"),
        (("--param", "share"), "“share” is not of the form name=value."),
        (("--mode", "strict"), "“strict” is none of hard, soft, off."),
        (("--for", "team=Sales", "--mode", "off"), "“team” is none of department, programme,"),
        (("--for", "department=Sale", "--mode", "off"), "Did you mean “Sales”?"),
        ((), "Nothing about the rule “team_floor” would change."),
    ],
)
def test_what_a_rule_does_not_take_is_bad_usage(
    cli: Cli, office: Store, arguments: tuple[str, ...], says: str
) -> None:
    with office.read() as unit:
        before = unit.catalogue.rules()
    answer = cli("rules", "set", "team_floor", *arguments)
    assert answer.status == 2
    assert says in answer.err.replace("│ ", "").replace(" │", "")
    with office.read() as unit:
        assert unit.catalogue.rules() == before


def test_history_tells_who_changed_what_and_a_version_is_restored(cli: Cli, store: Store) -> None:
    assert cli("rules", "history").out == "No rule was ever changed."
    cli("rules", "set", "spacing", "--param", "days=99", "--note", "Longer.")
    cli("rules", "set", "spacing", "--param", "days=5")
    restored = cli("rules", "restore", 1)
    assert (restored.status, restored.out) == (0, "Version 1 is restored, as version 3.")
    found = json.loads(cli("rules", "history", "--json").out)
    assert [(each["version"], each["changed"]) for each in found] == [
        (3, ["spacing"]),
        (2, ["spacing"]),
        (1, ["spacing"]),
    ]
    assert found[-1]["note"] == "Longer."
    assert "command line: Longer. spacing" in cli("rules", "history").out
    assert len(json.loads(cli("rules", "history", "--limit", 1, "--json").out)) == 1
    assert cli("rules", "restore", 9).status == 2


def test_the_documentation_is_printed_or_written(cli: Cli, tmp_path: Path) -> None:
    to = tmp_path / "docs" / "rules.md"
    assert cli("rules", "docs", "--out", to).status == 0
    assert to.read_text("utf-8") == planning.rules_markdown()
    assert cli("rules", "docs").out == " ".join(planning.rules_markdown().split())
