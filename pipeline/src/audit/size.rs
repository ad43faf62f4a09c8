//! How large a sample is asked for.

use super::chance::{Share, allocate, seen};
use std::time::Duration;

/// What decides how many cells are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Size {
    /// So many.
    Cells(usize),
    /// As few as find a share of wrong cells with a probability.
    Detect(Detect),
    /// As many as the time allows.
    Budget(Duration),
}

/// To see at least one cell if this share of all is wrong, with this probability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Detect {
    pub(crate) share: f64,
    pub(crate) confidence: f64,
}

impl std::str::FromStr for Detect {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let percent = |text: &str| text.strip_suffix('%')?.parse::<f64>().ok().map(|number| number / 100.0);
        let parts = text.split_once('@').and_then(|(share, confidence)| Some((percent(share)?, percent(confidence)?)));
        let valid = parts.filter(|(share, confidence)| *share > 0.0 && *share <= 1.0 && *confidence > 0.0 && *confidence < 1.0);
        let (share, confidence) = valid.ok_or("expected two percentages such as 5%@95%: of wrong cells, and how surely one is seen")?;
        Ok(Self { share, confidence })
    }
}

impl Detect {
    /// The least sample of strata with so many cells that sees it.
    pub(crate) fn count(&self, cells: &[usize]) -> usize {
        let all: usize = cells.iter().sum();
        let wrong = ((self.share * all as f64).ceil() as usize).clamp(1, all.max(1));
        let enough = |count: &usize| {
            let strata: Vec<Share> =
                cells.iter().zip(allocate(cells, *count)).map(|(cells, drawn)| Share { cells: *cells, drawn }).collect();
            seen(&strata).nth(wrong - 1).is_none_or(|chance| chance >= self.confidence)
        };
        // Rounding of shares makes the chance uneven by a cell: what is enough is looked for upwards
        // from what is surely not.
        let (mut low, mut high) = (0, all);
        while high - low > 16 {
            let middle = low.midpoint(high);
            if enough(&middle) { high = middle } else { low = middle }
        }
        (low..=all).find(enough).unwrap_or(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_percent_at_ninety_five_takes_some_sixty_cells() {
        let detect: Detect = "5%@95%".parse().unwrap();
        // ln 0.05 / ln 0.95 = 58.4 of infinitely many; fewer of a finite number.
        assert_eq!(detect.count(&[1_000_000]), 59);
        assert_eq!(detect.count(&[500]), 56);
        // Strata: no more than a few cells for the rounding.
        assert!((56..=64).contains(&detect.count(&[300, 150, 50])));
        assert_eq!(Detect { share: 1e-9, confidence: 0.999 }.count(&[20]), 20);
    }

    #[test]
    fn what_is_no_pair_of_percentages_is_refused() {
        for text in ["5@95", "5%", "0%@95%", "5%@100%", "x%@95%", "120%@95%"] {
            assert!(text.parse::<Detect>().is_err(), "{text}");
        }
    }
}
