//! The verdict table of the README, between two markers.

use saigen_artifacts::verdict::Ledger;

const BEGIN: &str = "<!-- verdicts: written by `saigen run` from the record, checked by `saigen verify` -->";
const END: &str = "<!-- end of verdicts -->";

/// The table of the verdicts of these ledgers.
pub(crate) fn verdicts(ledgers: &[&Ledger]) -> String {
    let mut table = String::from("| study | claim | verdict | why |\n| :-- | :-- | :-- | :-- |\n");
    for ledger in ledgers {
        for claim in &ledger.claims {
            table += &format!("| {} | {} | **{}** | {} |\n", ledger.study, claim.statement, claim.verdict, claim.why);
        }
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
        let ledger = Ledger { study: "s".into(), tier: "full".into(), alpha: 0.05, claims: Vec::new() };
        let table = verdicts(&[&ledger]);
        let spliced = splice(&readme, &table).unwrap();
        assert_eq!(spliced, format!("before\n{BEGIN}\n{table}{END}\nafter\n"));
        assert_eq!(splice(&spliced, &table), Some(spliced.clone()));
        assert_eq!(splice("no markers", &table), None);
    }
}
