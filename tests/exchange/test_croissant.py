"""Data sets of the catalog, by mlcroissant: its validator, and its reader, which checks digests."""

import json

import mlcroissant
import pytest

SETS = ["cgnn-example", "near", "sim", "sim-c", "sim-g", "sim-ln", "toy", "tuebingen"]


def test_every_data_set_is_there(exports):
    assert sorted(path.name for path in (exports / "croissant").iterdir()) == SETS


@pytest.mark.parametrize("name", SETS)
def test_a_data_set_is_valid(exports, name):
    issues = mlcroissant.Dataset(jsonld=exports / "croissant" / name / "croissant.json").metadata.ctx.issues
    assert list(issues.errors) == []
    # No day is known on which a data set was published, and its revision is no version of Croissant's kind.
    assert {issue.split('"')[1] for issue in issues.warnings} == {"https://schema.org/datePublished", "https://schema.org/version"}


def test_files_have_digests_addresses_and_terms(exports):
    data = json.loads((exports / "croissant/sim/croissant.json").read_text())
    assert len(data["distribution"]) == 101
    assert all(len(file["sha256"]) == 64 and file["contentUrl"].startswith("https://") for file in data["distribution"])
    assert "no licence text was found" in data["license"] and "JMLR 17(32)" in data["citeAs"]


def read(folder):
    return list(mlcroissant.Dataset(jsonld=folder / "croissant.json").records("cepc_targets"))


def test_records_are_read_and_an_altered_file_is_seen(exports, spare):
    folder = exports / "croissant/toy"
    lines = (folder / "cepc_targets.csv").read_text().split()[1:]
    records = read(folder)
    assert [f"{one['cepc_targets/SampleID'].decode()},{one['cepc_targets/Target']}" for one in records] == lines
    altered = spare("croissant/toy")
    file = altered / "cepc_targets.csv"
    file.write_text(file.read_text().replace("pair1,1.0", "pair1,-1.0"))
    with pytest.raises(Exception) as refused:
        read(altered)
    assert "is not identical with the reference" in str(refused.value.__cause__)
