//! The verdict table of the README, between two markers.

use saigen_artifacts::verdict::Ledger;

const BEGIN: &str = "<!-- verdicts: written by `saigen run` from the record, checked by `saigen verify` -->";
const END: &str = "<!-- end of verdicts -->";

/// The README with the verdicts of these ledgers between its markers; `None` without markers.
pub(crate) fn splice(readme: &str, ledgers: &[&Ledger]) -> Option<String> {
    let begin = readme.find(BEGIN)? + BEGIN.len();
    let end = begin + readme[begin..].find(END)?;
    let mut table = String::from("\n| study | claim | verdict | why |\n| :-- | :-- | :-- | :-- |\n");
    for ledger in ledgers {
        for claim in &ledger.claims {
            table += &format!("| {} | {} | **{}** | {} |\n", ledger.study, claim.statement, claim.verdict, claim.why);
        }
    }
    Some(format!("{}{table}{}", &readme[..begin], &readme[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_markers_changes() {
        let readme = format!("before\n{BEGIN}\nold\n{END}\nafter\n");
        let ledger = Ledger { study: "s".into(), tier: "full".into(), alpha: 0.05, claims: Vec::new() };
        let spliced = splice(&readme, &[&ledger]).unwrap();
        assert!(spliced.starts_with(&format!("before\n{BEGIN}\n|")) && spliced.ends_with(&format!("|\n{END}\nafter\n")));
        assert_eq!(splice(&spliced, &[&ledger]), Some(spliced.clone()));
        assert_eq!(splice("no markers", &[&ledger]), None);
    }
}
