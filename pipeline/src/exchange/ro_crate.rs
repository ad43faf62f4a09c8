//! A study's results as a Workflow Run RO-Crate 0.6 (on RO-Crate 1.3): the declaration is the workflow,
//! one action ran it, data sets and what else it read are its objects, and the result files its results.
//!
//! The action has an identifier made of the results' Merkle root, where the profile recommends a random
//! one, and no times: results have none.

use super::paper::{authors, year};
use super::{Exported, Files, LICENCES, MAINTAINERS, document, media_type, tally};
use saigen_artifacts::Digest;
use saigen_datasets::catalog::Source;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

const METADATA: &str = "ro-crate-metadata.json";

/// The profiles that the crate conforms to.
const PROFILES: [(&str, &str, &str); 3] = [
    ("https://w3id.org/ro/wfrun/process/0.6", "Process Run Crate", "0.6"),
    ("https://w3id.org/ro/wfrun/workflow/0.6", "Workflow Run Crate", "0.6"),
    ("https://w3id.org/workflowhub/workflow-ro-crate/1.1", "Workflow RO-Crate", "1.1"),
];

const AGENT: &str = "#maintainers";
const LANGUAGE: &str = "#toml";
const ROOT: &str = "#merkle-root";

/// The crate of a study, as of the day that it is published: its metadata and all its files, at the
/// paths that they have in the repository.
pub(crate) fn ro_crate(study: &Exported<'_>, date: &str) -> anyhow::Result<Files> {
    let mut parts = Parts::default();
    let mut objects = declared(study, &mut parts)?;
    objects.extend(data_sets(study, &mut parts)?);
    let mut results = Vec::new();
    for (path, (bytes, what)) in study.results() {
        parts.file(&path, bytes, json!({ "name": path, "description": what }));
        results.push(path);
    }
    let declaration = &study.declared.declaration;
    let workflow = format!("{}/study.toml", study_folder(study));
    let action = urn(&format!("the run that made {}", study.composed.lock.root));
    let mut run = json!({
        "@id": action, "@type": "CreateAction", "name": format!("Run of the study '{}'", declaration.id),
        "description": format!("`{}` by saigen {}", study.command(), env!("CARGO_PKG_VERSION")),
        "instrument": id(&workflow), "result": ids(&results), "agent": id(AGENT),
        "actionStatus": "http://schema.org/CompletedActionStatus",
    });
    if !objects.is_empty() {
        run["object"] = ids(&objects);
    }
    parts.entity(run);
    context(study, &mut parts);
    let root = json!({
        "@id": "./", "@type": "Dataset", "name": format!("saigen: {}", declaration.title),
        "description": format!("{} Results at tier {} on backend {}. {}.", declaration.summary.trim(), study.composed.lock.tier,
            study.composed.lock.backend, tally(&study.composed.ledger)),
        "datePublished": date, "license": licences(), "author": id(AGENT), "publisher": id(AGENT),
        "conformsTo": ids(PROFILES.map(|(profile, ..)| profile)), "hasPart": ids(parts.data.iter()), "mainEntity": id(&workflow),
        "mentions": id(&action), "citation": id(&declaration.paper.link), "identifier": id(ROOT),
    });
    let descriptor = json!({
        "@id": METADATA, "@type": "CreativeWork", "about": id("./"), "conformsTo": id("https://w3id.org/ro/crate/1.3"),
    });
    let graph: Vec<Json> = [descriptor, root].into_iter().chain(parts.entities).collect();
    let context = ["https://w3id.org/ro/crate/1.3/context", "https://w3id.org/ro/terms/workflow-run/context"];
    let metadata = document(&json!({ "@context": context, "@graph": graph }))?;
    parts.files.insert(METADATA.to_string(), metadata);
    Ok(parts.files)
}

/// What a crate is put together of.
#[derive(Default)]
struct Parts {
    files: Files,
    entities: Vec<Json>,
    /// The data entities that the root holds.
    data: Vec<String>,
}

impl Parts {
    fn entity(&mut self, entity: Json) {
        self.entities.push(entity);
    }

    /// A file of the root's: its bytes, and what more is said of it.
    fn file(&mut self, path: &str, bytes: &[u8], more: Json) {
        self.data.push(path.to_string());
        self.part(path, bytes, more);
    }

    /// A file, of the root or of a folder in it.
    fn part(&mut self, path: &str, bytes: &[u8], more: Json) {
        let mut entity = json!({
            "@id": path, "@type": "File", "encodingFormat": media_type(path), "contentSize": bytes.len().to_string(),
            "sha256": Digest::of(bytes),
        });
        if let (Some(entity), Json::Object(more)) = (entity.as_object_mut(), more) {
            entity.extend(more);
        }
        self.entity(entity);
        self.files.insert(path.to_string(), bytes.to_vec());
    }
}

/// The declaration, which is the workflow, and what else of the study is text: its README and the
/// numbers that the paper prints. Gives the paths of these, which a run reads.
fn declared(study: &Exported<'_>, parts: &mut Parts) -> anyhow::Result<Vec<String>> {
    let folder = study_folder(study);
    let mut paths = Vec::new();
    for file in study.project.files_in(&folder)? {
        if file.ends_with(".rs") {
            continue;
        }
        let path = format!("{folder}/{file}");
        let bytes = study.project.read(&path)?.unwrap_or_default();
        let declaration = &study.declared.declaration;
        let more = match file.as_str() {
            "study.toml" => json!({
                "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow"], "name": format!("Declaration of the study '{}'", declaration.id),
                "description": "Data, experiments, grids, seeds, tables, figures and claims of the study", "license": licences(),
                "programmingLanguage": id(LANGUAGE), "version": env!("CARGO_PKG_VERSION"), "creator": id(AGENT),
            }),
            "README.md" => json!({ "name": path, "description": "The paper, and what differs from it here" }),
            _ => {
                paths.push(path.clone());
                json!({ "name": path, "description": "Numbers as the paper prints them" })
            }
        };
        parts.file(&path, &bytes, more);
    }
    Ok(paths)
}

/// The data sets that the cells read. Gives their identifiers.
fn data_sets(study: &Exported<'_>, parts: &mut Parts) -> anyhow::Result<Vec<String>> {
    let catalog = study.project.data_sets();
    let read: BTreeMap<&String, &String> = study.composed.lock.stems.values().flat_map(|stem| &stem.data).collect();
    let mut found = Vec::new();
    for (name, digest) in read {
        let (entry, set) = (catalog.entry(name)?, catalog.open(name)?);
        let mut entity = json!({
            "@type": "Dataset", "name": entry.title, "conditionsOfAccess": entry.licence, "creditText": entry.citation,
            "description": format!("{}: {}. The digest of its list of files, as `sha256sum` prints them, is {digest}.", entry.id, entry.source),
        });
        let path = match (&entry.url, &entry.source) {
            (Some(url), _) => url.replace("{file}", ""),
            (None, _) => format!("datasets/fixtures/{}/", entry.folder),
        };
        if let Source::Repository { address, revision } = &entry.source {
            (entity["url"], entity["version"]) = (json!(address), json!(revision));
        }
        if entry.bundled {
            let mut held = Vec::new();
            for file in entry.files.keys() {
                let inside = format!("{path}{file}");
                parts.part(&inside, &set.read(file)?, json!({ "name": file, "description": format!("A file of the data set '{name}'") }));
                held.push(inside);
            }
            entity["hasPart"] = ids(&held);
        }
        entity["@id"] = json!(path);
        parts.entity(entity);
        parts.data.push(path.clone());
        found.push(path);
    }
    Ok(found)
}

/// What the others refer to: profiles, licences, people, the paper and the Merkle root.
fn context(study: &Exported<'_>, parts: &mut Parts) {
    for (profile, name, version) in PROFILES {
        parts.entity(json!({ "@id": profile, "@type": ["CreativeWork", "Profile"], "name": name, "version": version }));
    }
    for (spdx, name) in LICENCES {
        let choice = "One of the two licences of this suite, of which you may choose";
        parts.entity(json!({ "@id": licence(spdx), "@type": "CreativeWork", "name": name, "identifier": spdx, "description": choice }));
    }
    parts.entity(json!({ "@id": AGENT, "@type": "Organization", "name": MAINTAINERS }));
    parts.entity(json!({
        "@id": LANGUAGE, "@type": "ComputerLanguage", "name": "TOML", "version": "1.1.0", "url": "https://toml.io/",
        "description": "With the fields that pipeline/studies/README.md of the repository describes",
    }));
    parts.entity(json!({
        "@id": ROOT, "@type": "PropertyValue", "name": "Merkle root over the digests of all cells and files", "propertyID": "sha256",
        "value": study.composed.lock.root,
    }));
    let paper = &study.declared.declaration.paper;
    let people: Vec<String> = (1..=authors(paper).len()).map(|number| format!("#author-{number}")).collect();
    let mut article = json!({
        "@id": paper.link, "@type": "ScholarlyArticle", "name": paper.title, "author": ids(&people), "description": paper.venue,
    });
    if let Some(year) = year(paper) {
        article["datePublished"] = json!(year);
    }
    parts.entity(article);
    for (person, name) in people.iter().zip(authors(paper)) {
        parts.entity(json!({ "@id": person, "@type": "Person", "name": name }));
    }
}

fn study_folder(study: &Exported<'_>) -> String {
    format!("pipeline/studies/{}", study.id())
}

fn licence(spdx: &str) -> String {
    format!("https://spdx.org/licenses/{spdx}")
}

fn licences() -> Json {
    ids(LICENCES.map(|(spdx, _)| licence(spdx)))
}

fn id(of: &str) -> Json {
    json!({ "@id": of })
}

/// References; a single one stands alone, as RO-Crate recommends.
fn ids<T: AsRef<str>>(of: impl IntoIterator<Item = T>) -> Json {
    let mut all: Vec<Json> = of.into_iter().map(|one| id(one.as_ref())).collect();
    if all.len() == 1 { all.remove(0) } else { all.into() }
}

/// A name that follows from a text: a UUID of version 8 (RFC 9562), of its SHA-256.
fn urn(text: &str) -> String {
    let digest = Digest::of(text.as_bytes()).to_string();
    format!("urn:uuid:{}-{}-8{}-8{}-{}", &digest[..8], &digest[8..12], &digest[12..15], &digest[15..18], &digest[18..30])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_uuid_of_its_text_and_of_no_other() {
        let name = urn("one");
        assert_eq!((name.len(), &name[..9], &name[23..24], &name[28..29]), (45, "urn:uuid:", "8", "8"));
        assert_eq!((urn("one") == name, urn("two") == name), (true, false));
    }
}
