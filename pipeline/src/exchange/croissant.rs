//! Croissant 1.0 for a data set of the catalog: its files with their SHA-256, where they are had, its
//! terms and what to cite.

use super::{Files, LICENCES, document, media_type};
use saigen_datasets::catalog::{Entry, Source};
use saigen_datasets::set::DataSet;
use serde_json::{Value as Json, json};

/// The metadata, and with it the files of a bundled data set, which nobody could fetch.
///
/// # Errors
/// A bundled file holds other bytes than the catalog declares.
pub(crate) fn croissant(entry: &Entry, set: &DataSet) -> anyhow::Result<Files> {
    let mut files = Files::new();
    let mut distribution = Vec::new();
    for (file, sha256) in &entry.files {
        let mut object = json!({
            "@type": "cr:FileObject", "@id": file, "name": file, "sha256": sha256, "encodingFormat": media_type(file),
            "contentUrl": entry.address(file).unwrap_or_else(|| file.clone()),
        });
        // The size of a file that is elsewhere is known only where it was fetched, and no two machines
        // may write different metadata.
        if entry.bundled {
            let bytes = set.read(file)?;
            object["contentSize"] = json!(format!("{} B", bytes.len()));
            files.insert(file.clone(), bytes);
        }
        distribution.push(object);
    }
    let mut metadata = json!({
        "@context": context(), "@type": "sc:Dataset", "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": entry.id, "description": entry.title, "license": licence(entry), "citeAs": entry.citation,
        "distribution": distribution, "recordSet": entry.files.keys().filter_map(|file| records(file)).collect::<Vec<_>>(),
    });
    match &entry.source {
        Source::Repository { address, revision } => {
            metadata["url"] = json!(address);
            metadata["sdVersion"] = json!(revision);
        }
        Source::Doi(doi) => metadata["url"] = json!(format!("https://doi.org/{doi}")),
        Source::Here => {}
    }
    files.insert("croissant.json".to_string(), document(&metadata)?);
    Ok(files)
}

/// The terms as the catalog has them; of what lies in this repository, the repository's.
fn licence(entry: &Entry) -> Json {
    let own = LICENCES.map(|(spdx, _)| format!("https://spdx.org/licenses/{spdx}"));
    if entry.bundled { json!(own) } else { json!(entry.licence) }
}

/// The records of a file in the layout of the cause-effect pairs challenge. Files of numbers between
/// white space have no header that a field could name.
fn records(file: &str) -> Option<Json> {
    let stem = file.strip_suffix(".csv")?;
    let (of, columns): (_, &[(&str, &str, &str)]) = if stem.ends_with("_pairs") {
        let numbers = "The values of one of the two variables, between blanks";
        ("A pair of variables", &[("SampleID", "sc:Text", "The pair's name"), ("A", "sc:Text", numbers), ("B", "sc:Text", numbers)])
    } else if stem.ends_with("_targets") {
        let target = "1 where A causes B, -1 where B causes A";
        ("The truth about a pair", &[("SampleID", "sc:Text", "The pair's name"), ("Target", "sc:Float", target)])
    } else {
        return None;
    };
    let field = |(column, kind, what): &(&str, &str, &str)| {
        json!({
            "@type": "cr:Field", "@id": format!("{stem}/{column}"), "name": column, "description": what, "dataType": kind,
            "source": { "fileObject": { "@id": file }, "extract": { "column": column } },
        })
    };
    let fields: Vec<Json> = columns.iter().map(field).collect();
    Some(json!({ "@type": "cr:RecordSet", "@id": stem, "name": stem, "description": of, "field": fields }))
}

/// The context that every Croissant file of this version has.
fn context() -> Json {
    json!({
        "@language": "en", "@vocab": "https://schema.org/", "citeAs": "cr:citeAs", "column": "cr:column",
        "conformsTo": "dct:conformsTo", "cr": "http://mlcommons.org/croissant/", "rai": "http://mlcommons.org/croissant/RAI/",
        "data": { "@id": "cr:data", "@type": "@json" }, "dataType": { "@id": "cr:dataType", "@type": "@vocab" },
        "dct": "http://purl.org/dc/terms/", "equivalentProperty": "cr:equivalentProperty",
        "examples": { "@id": "cr:examples", "@type": "@json" }, "extract": "cr:extract", "field": "cr:field",
        "fileProperty": "cr:fileProperty", "fileObject": "cr:fileObject", "fileSet": "cr:fileSet", "format": "cr:format",
        "includes": "cr:includes", "isLiveDataset": "cr:isLiveDataset", "jsonPath": "cr:jsonPath", "key": "cr:key",
        "md5": "cr:md5", "parentField": "cr:parentField", "path": "cr:path", "recordSet": "cr:recordSet",
        "references": "cr:references", "regex": "cr:regex", "repeated": "cr:repeated", "replace": "cr:replace",
        "samplingRate": "cr:samplingRate", "sc": "https://schema.org/", "separator": "cr:separator", "source": "cr:source",
        "subField": "cr:subField", "transform": "cr:transform",
    })
}
