"""A crate of a study, by the validator of CRS4 (roc-validator), which brings the profiles.

It knows Workflow Run Crate up to 0.5, which is on RO-Crate 1.1; ours is 0.6, on 1.3. So the crate is held
against RO-Crate 1.3 as it is, and against Workflow Run Crate with the versions lowered.
"""

import hashlib
import json
import re
from importlib.resources import files
from types import SimpleNamespace

import pytest
from rocrate_validator import models, services
from rocrate_validator.utils.http import HttpRequester

METADATA = "ro-crate-metadata.json"
CRATE = "ro-crate/causal-direction"
NEW, OLD = "https://w3id.org/ro/crate/1.3", "https://w3id.org/ro/crate/1.1"
LOWERED = [(NEW, OLD), ("/workflow-ro-crate/1.1", "/workflow-ro-crate/1.0"), ("/process/0.6", "/process/0.5"), ("/workflow/0.6", "/workflow/0.5")]

# What the profiles recommend and nobody knows: authors' ORCIDs and affiliations, and an address of ours.
UNKNOWN = {
    "The author SHOULD have an organizational affiliation.",
    "The author SHOULD have a Contextual Entity which specifies the organizational `affiliation`.",
    "A Person entity SHOULD have an ORCID identifier as its @id (e.g., https://orcid.org/0000-0001-2345-6789)",
    "An Organization entity SHOULD have a ROR identifier as its @id (e.g., https://ror.org/03f0f6041)",
    "An Organization's contactPoint SHOULD reference a ContactPoint contextual entity",
    "At least one author or publisher Person/Organization SHOULD have a contactPoint property",
    "The organization SHOULD have a URL.",
    "The Application SHOULD have a url",
}
# What they recommend and a study does not have: times, a README of the crate, an archive of a data set, the
# dates and addresses that Bioschemas' profile of workflows asks for.
ABSENT = {
    "Web-based Directory Data Entities SHOULD include a `distribution` property pointing to a downloadable archive",
    "The Action SHOULD have an endTime in ISO 8601 format",
    "The README.md SHOULD be about the crate",
    "The README.md SHOULD have text/markdown as its encodingFormat",
    "The Main Workflow SHOULD comply with Bioschemas ComputationalWorkflow profile version 1.0 or later",
    "Workflows SHOULD declare `conformsTo` referencing a versioned Bioschemas ComputationalWorkflow profile URI "
    "(https://bioschemas.org/profiles/ComputationalWorkflow/)",
    # The examples that the two profiles give differ in this; Workflow RO-Crate 1.1 has it as we do.
    f"The Metadata File Descriptor conformsTo SHOULD contain {OLD} and https://w3id.org/workflowhub/workflow-ro-crate/1.0",
    # A mistake of the validator's: it looks at the classes themselves.
    "The SoftwareApplication id SHOULD be an absolute URI",
}


def contexts():
    new = json.loads(files("rocrate").joinpath("data/ro-crate.jsonld").read_text())
    assert new["@id"] == f"{NEW}/context"
    # Older crates have other addresses for two types. The crates use no term of Workflow Run Crate's own.
    moved = {name: f"https://bioschemas.org/{name}" for name in ["ComputationalWorkflow", "FormalParameter"]}
    old = {"@context": new["@context"] | moved}
    return {f"{NEW}/context": new, f"{OLD}/context": old, "https://w3id.org/ro/terms/workflow-run/context": {"@context": {}}}


@pytest.fixture
def validate(monkeypatch, tmp_path):
    """What the validator says of a crate: what it requires, and what it recommends."""
    held = contexts()

    def get(_requester, url, **_options):
        document = held[url]
        return SimpleNamespace(status_code=200, headers={"Content-Type": "application/ld+json"}, json=lambda: document)

    monkeypatch.setattr(HttpRequester, "get", get, raising=False)

    def validate(crate, profile):
        settings = models.ValidationSettings(
            rocrate_uri=str(crate), profile_identifier=profile, requirement_severity="RECOMMENDED",
            offline=True, cache_path=tmp_path / "cache", skip_availability_check=True,
        )
        issues = services.validate(settings).get_issues()
        # It asks for the data set's address all the same, and there is no network here.
        said = [issue for issue in issues if not re.fullmatch(r"Web-based Data Entity .* is not available", str(issue.message))]
        of = lambda severity: {str(issue.message) for issue in said if issue.severity.name == severity}
        return of("REQUIRED"), of("RECOMMENDED")

    return validate


def lower(crate):
    text = (crate / METADATA).read_text()
    for new, old in LOWERED:
        assert new in text
        text = text.replace(new, old)
    (crate / METADATA).write_text(text)
    return crate


def graph(crate):
    return json.loads((crate / METADATA).read_text())["@graph"]


def test_a_crate_is_one_of_ro_crate(exports, validate):
    required, recommended = validate(exports / CRATE, "ro-crate-1.3")
    assert required == set()
    assert sorted(recommended - UNKNOWN - ABSENT) == []


def test_a_crate_is_one_of_workflow_run_crate(spare, validate):
    required, recommended = validate(lower(spare(CRATE)), "workflow-run-crate-0.5")
    assert required == set()
    assert sorted(recommended - UNKNOWN - ABSENT) == []


def test_a_crate_without_its_run_is_refused(spare, validate):
    crate = lower(spare(CRATE))
    document = json.loads((crate / METADATA).read_text())
    for entity in document["@graph"]:
        if entity["@type"] == "CreateAction":
            del entity["instrument"]
    (crate / METADATA).write_text(json.dumps(document))
    required, _ = validate(crate, "workflow-run-crate-0.5")
    assert "The Action MUST have an instrument property that references the executed tool" in required


def differing(crate):
    """The files of a crate whose bytes are not those that its metadata say."""
    held = [entity for entity in graph(crate) if "File" in entity["@type"]]
    assert len(held) > 20
    wrong = lambda entity, data: (entity["sha256"], entity["contentSize"]) != (hashlib.sha256(data).hexdigest(), str(len(data)))
    return [entity["@id"] for entity in held if wrong(entity, (crate / entity["@id"]).read_bytes())]


def test_every_file_is_there_with_its_digest_and_size(exports, spare):
    crate = exports / CRATE
    assert differing(crate) == []
    named = {entity["@id"] for entity in graph(crate) if "File" in entity["@type"]}
    there = {str(path.relative_to(crate)) for path in crate.rglob("*") if path.is_file()}
    assert there - named == {METADATA}
    altered = spare(CRATE)
    file = next(path for path in sorted(named) if path.endswith("/claims.json"))
    (altered / file).write_text((altered / file).read_text().replace("not-run", "refuted", 1))
    assert differing(altered) == [file]


def test_the_run_says_what_went_in_and_what_came_out(exports):
    entities = {entity["@id"]: entity for entity in graph(exports / CRATE)}
    (action,) = [entity for entity in entities.values() if entity["@type"] == "CreateAction"]
    names = lambda of: {one["@id"] for one in action[of]}
    assert action["instrument"]["@id"] == entities["./"]["mainEntity"]["@id"] == "pipeline/studies/causal-direction/study.toml"
    assert names("object") == {
        "datasets/fixtures/toy/",
        "https://example.org/near/raw/",
        "pipeline/studies/causal-direction/published-accuracy.csv",
        "pipeline/studies/causal-direction/published-auroc.csv",
    }
    endings = {name.rsplit("/", 1)[1] for name in names("result")}
    assert {"cells.csv", "claims.json", "lock.json", "real.csv", "map.svg"} <= endings
    assert action["@id"].startswith("urn:uuid:") and action["@id"][23] == "8"
