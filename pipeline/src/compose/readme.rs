//! The verdict table of the README, between two markers.

use super::Entry;
use saigen_artifacts::verdict::Verdict;

const BEGIN: &str = "<!-- verdicts: written by `saigen run` from the record, checked by `saigen verify` -->";
const END: &str = "<!-- end of verdicts -->";

/// The table of the verdicts: a study a row, so that the README stays a page. The report has each
/// claim with its evidence.
pub(crate) fn verdicts(studies: &[Entry<'_>]) -> String {
    let heads: Vec<_> = Verdict::ALL.iter().map(ToString::to_string).collect();
    let mut table = format!("| study | claims | {} |\n| :-- | --: |{}\n", heads.join(" | "), " --: |".repeat(heads.len()));
    for study in studies {
        let (id, ledger) = (study.id(), &study.composed.ledger);
        let counts: Vec<_> = Verdict::ALL.iter().map(|verdict| ledger.count(*verdict).to_string()).collect();
        let title = &study.declaration.title;
        table += &format!("| [{id}](pipeline/studies/{id}/README.md): {title} | {} | {} |\n", ledger.claims.len(), counts.join(" | "));
    }
    table
}

/// The README with a table between its markers; `None` without markers.
pub(crate) fn splice(readme: &str, table: &str) -> Option<String> {
    let begin = readme.find(BEGIN)? + BEGIN.len();
    let end = begin + readme[begin..].find(END)?;
    Some(format!("{}\n{table}{}", &readme[..begin], &readme[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_markers_changes() {
        let readme = format!("before\n{BEGIN}\nold\n{END}\nafter\n");
        let table = verdicts(&[]);
        let spliced = splice(&readme, &table).unwrap();
        assert_eq!(spliced, format!("before\n{BEGIN}\n{table}{END}\nafter\n"));
        assert_eq!(splice(&spliced, &table), Some(spliced.clone()));
        assert_eq!(splice("no markers", &table), None);
    }
}
