"""The workflows of the public repository, by the schema of their format; and that what they call is there."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def test_they_are_what_their_format_says():
    assert len(WORKFLOWS) == 2
    program = ROOT / "target/workflows/bin/check-jsonschema"
    checked = subprocess.run([program, "--builtin-schema", "vendor.github-workflows", *WORKFLOWS], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_habit_that_they_call_is_there():
    recipes = set(subprocess.run(["just", "--summary"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split())
    called = {name for file in WORKFLOWS for name in re.findall(r"\bjust ([a-z-]+)", file.read_text())}
    assert called >= {"smoke", "verify", "saigen", "reproduce-all"}
    assert called <= recipes, called - recipes
