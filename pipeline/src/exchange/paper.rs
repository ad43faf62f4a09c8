//! What a declaration says of its paper in words, taken apart.

use saigen_engine::declaration::Paper;

/// The authors' names, in order: they are declared as `A, B and C`.
pub(super) fn authors(paper: &Paper) -> Vec<&str> {
    paper.authors.split(", ").flat_map(|names| names.split(" and ")).map(str::trim).filter(|name| !name.is_empty()).collect()
}

/// The year that it appeared: the first in its venue, if one is there.
pub(super) fn year(paper: &Paper) -> Option<&str> {
    let mut words = paper.venue.split(|letter: char| !letter.is_ascii_digit());
    words.find(|word| word.len() == 4 && (word.starts_with("19") || word.starts_with("20")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_years_are_taken_out_of_words() {
        let paper = |authors: &str, venue: &str| Paper {
            authors: authors.to_string(),
            title: String::new(),
            venue: venue.to_string(),
            link: String::new(),
        };
        let one = paper("Kenji Fukumizu, Shoichiro Yamaguchi, Yoh-ichi Mototake and Mirai Tanaka", "NeurIPS 2019");
        assert_eq!(authors(&one), ["Kenji Fukumizu", "Shoichiro Yamaguchi", "Yoh-ichi Mototake", "Mirai Tanaka"]);
        assert_eq!(year(&paper("A Ferdinand", "AISTATS 2019; extended in JMLR 23 (2022)")), Some("2019"));
        assert_eq!((authors(&paper("A Ferdinand", "")), year(&paper("", "volume 20181"))), (vec!["A Ferdinand"], None));
    }
}
