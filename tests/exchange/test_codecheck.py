"""A study's `codecheck.yml`, against the rules of the specification 2.0 as its register lists them
(rules-2.0.yml of codecheckers/register, read 2026-11-28). There is no validator on PyPI; the one of its
authors is in R. A rule has its number here.
"""

import re

from ruamel.yaml import YAML

FOLDER = "codecheck/causal-direction"
# Rules that only a codechecker can satisfy, and (20) that asks for the authors' ORCIDs.
THEIRS = {8, 11, 20, 24, 25}


def broken(folder):
    """The numbers of the rules CC-CFG that a file breaks; 101 is CC-BUN-001: files that are not there."""
    text = (folder / "codecheck.yml").read_bytes().decode("utf-8")
    data = YAML(typ="safe").load(text)
    manifest, paper = data.get("manifest") or [], data.get("paper") or {}
    authors = paper.get("authors") or []
    paths = [item.get("file", "") for item in manifest]
    holds = {
        2: "---" in text.splitlines()[:2],
        4: isinstance(manifest, list) and manifest != [],
        5: all(paths),
        6: not any(path.startswith("/") or ".." in path.split("/") for path in paths),
        7: all(item.get("comment") for item in manifest),
        8: bool(data.get("codechecker")),
        11: bool(data.get("report")),
        14: "version" in data,
        15: data.get("version", "").rstrip("/") == "https://codecheck.org.uk/spec/config/2.0",
        16: paper != {},
        17: bool(paper.get("title")),
        18: isinstance(authors, list) and authors != [],
        19: all(author.get("name") for author in authors),
        20: all(re.fullmatch(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]", author.get("ORCID", "")) for author in authors),
        21: bool(paper.get("reference")),
        22: not paper.get("reference", "").endswith(".pdf"),
        23: not re.search("FIXME|TODO|XXXX", text),
        24: bool(data.get("summary")),
        25: bool(data.get("certificate")),
        27: paper.get("reference", "").startswith("https://"),
        101: all((folder / path).is_file() for path in paths),
    }
    return {number for number, well in holds.items() if not well}


def test_the_rules_hold_but_those_that_a_codechecker_satisfies(exports):
    assert broken(exports / FOLDER) == THEIRS


def test_what_is_left_is_named(exports):
    text = (exports / FOLDER / "codecheck.yml").read_text()
    left = [line for line in text.splitlines() if line.startswith("# Left to")]
    assert [word in "".join(left) for word in ["ORCID", "codechecker,", "report", "summary", "certificate"]] == [True] * 5


def test_the_manifest_holds_every_table_and_figure_once(exports):
    data = YAML(typ="safe").load((exports / FOLDER / "codecheck.yml").read_text())
    paths = [item["file"] for item in data["manifest"]]
    assert len(set(paths)) == len(paths)
    there = {str(path.relative_to(exports / FOLDER)) for path in (exports / FOLDER).rglob("*.*")}
    assert there - set(paths) == {"codecheck.yml"}
    assert [len([path for path in paths if path.endswith(end)]) for end in [".svg", "/claims.json"]] == [4, 1]


def test_a_broken_file_is_seen(spare):
    folder = spare(FOLDER)
    file = folder / "codecheck.yml"
    text = file.read_text()
    file.write_text(text.replace("  title:", "  titel:", 1).replace("  - file: artifacts", "  - file: ../artifacts", 1))
    assert broken(folder) == THEIRS | {6, 17, 101}
