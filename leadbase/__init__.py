"""leadbase keeps a news desk's leads as markdown files in git, scores them with reasons and compiles the daily report.

    errors.py      floor 0  every error, the tree drawn on top; imports nothing
    late.py        floor 0  modules named at the top of a file and loaded when first used
    core/          floor 1  pure: values in, values out; no disk, git, clock, terminal, environment or randomness
    adapters/      floor 2  one file per outside thing; they do not import one another
    workspace.py   floor 3  Workspace: a base's root, settings, rules and folder
    actions/       floor 4  one file per thing leadbase can do: functions that take a Workspace and return a value
    cli/           floor 5  one file per command, named as the user types it
    starter/                package data: the shipped rules, and the files `leadbase init` lays down

Imports run down only. The word the user types is the word on every floor: `leadbase report` is cli/report.py,
actions/report.py and core/report.py. docs/architecture.md is this map with its reasons.
"""

__version__ = "0.1.0"
