//! The chance that a stratified sample without replacement sees a wrong cell.
//!
//! Of a stratum with N cells, k of them wrong, n are looked at: none of the wrong ones is seen with
//! probability C(N - k, n) / C(N, n) (hypergeometric). Strata are drawn independently, so that the
//! product over them is the chance to see none at all. Where the wrong cells lie is not known: the
//! worst place is taken, so that the chance holds wherever they are.

/// How many cells a stratum has, and how many of them are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) cells: usize,
    pub(crate) drawn: usize,
}

/// The chance to see at least one of 1, 2, 3, … wrong cells, at their worst places, up to all cells.
pub(crate) fn seen(strata: &[Share]) -> impl Iterator<Item = f64> {
    let mut wrong = vec![0; strata.len()];
    let mut missed = 1.0;
    let strata = strata.to_vec();
    let all: usize = strata.iter().map(|share| share.cells).sum();
    (0..all).map(move |_| {
        // One more wrong cell in a stratum that has k multiplies the chance to miss by
        // (N - n - k) / (N - k), which falls with k. So the worst place for the next cell is worst
        // whatever comes after it, and one cell after the other finds the worst places of all.
        let factor = |at: usize| {
            let Share { cells, drawn } = strata[at];
            if wrong[at] < cells { (cells - drawn).saturating_sub(wrong[at]) as f64 / (cells - wrong[at]) as f64 } else { -1.0 }
        };
        let worst = (0..strata.len()).max_by(|a, b| factor(*a).total_cmp(&factor(*b)));
        if let Some(worst) = worst {
            missed *= factor(worst);
            wrong[worst] += 1;
        }
        1.0 - missed
    })
}

/// How many to draw from each stratum for a sample of `count`: as many as its share of all cells, and
/// one at least where there are enough to go round.
pub(crate) fn allocate(cells: &[usize], count: usize) -> Vec<usize> {
    let all: usize = cells.iter().sum();
    let count = count.min(all);
    let base = |size: usize| (count * size / all.max(1)).max(usize::from(count >= cells.len()));
    let mut drawn: Vec<usize> = cells.iter().map(|size| base(*size).min(*size)).collect();
    // What is missing or too much goes where the share is furthest off, one by one.
    let ideal = |at: usize| count as f64 * cells[at] as f64 / all as f64;
    loop {
        let off = |at: &usize| ideal(*at) - drawn[*at] as f64;
        let places = || 0..cells.len();
        let next = match drawn.iter().sum::<usize>().cmp(&count) {
            std::cmp::Ordering::Equal => return drawn,
            std::cmp::Ordering::Less => {
                (places().filter(|at| drawn[*at] < cells[*at]).max_by(|a, b| off(a).total_cmp(&off(b)).then(b.cmp(a))), true)
            }
            std::cmp::Ordering::Greater => {
                (places().filter(|at| drawn[*at] > 1).min_by(|a, b| off(a).total_cmp(&off(b)).then(a.cmp(b))), false)
            }
        };
        let (Some(at), more) = next else { return drawn };
        if more { drawn[at] += 1 } else { drawn[at] -= 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use saigen_models::stream::Stream;

    fn choose(n: usize, k: usize) -> f64 {
        (0..k).map(|i| (n - i) as f64 / (i + 1) as f64).product()
    }

    #[test]
    fn one_stratum_is_the_hypergeometric_distribution() {
        let strata = [Share { cells: 50, drawn: 7 }];
        for (at, chance) in seen(&strata).enumerate() {
            let wrong = at + 1;
            let missed = if 50 - wrong < 7 { 0.0 } else { choose(50 - wrong, 7) / choose(50, 7) };
            assert!((chance - (1.0 - missed)).abs() < 1e-12, "{wrong} wrong: {chance}");
        }
        assert_eq!(seen(&strata).count(), 50);
    }

    #[test]
    fn no_other_place_is_worse() {
        let strata = [Share { cells: 9, drawn: 2 }, Share { cells: 5, drawn: 2 }, Share { cells: 4, drawn: 0 }];
        let missed = |share: &Share, wrong: usize| {
            if share.cells - wrong < share.drawn {
                0.0
            } else {
                choose(share.cells - wrong, share.drawn) / choose(share.cells, share.drawn)
            }
        };
        let chances: Vec<f64> = seen(&strata).collect();
        for wrong in 1..=18 {
            let mut worst: f64 = 0.0;
            for a in 0..=9.min(wrong) {
                for b in 0..=5.min(wrong - a) {
                    let c = wrong - a - b;
                    if c <= 4 {
                        worst = worst.max(missed(&strata[0], a) * missed(&strata[1], b) * missed(&strata[2], c));
                    }
                }
            }
            assert!((chances[wrong - 1] - (1.0 - worst)).abs() < 1e-12, "{wrong} wrong");
        }
    }

    /// What is stated, against what happens: 500 cells in strata, wrong ones planted at random and at
    /// the worst places, 10,000 samples. The share's standard error is at most 0.005.
    #[test]
    fn the_stated_chance_is_the_share_of_samples_that_see_it() {
        let cells = [300, 150, 50];
        let drawn = allocate(&cells, 40);
        let strata: Vec<Share> = cells.iter().zip(&drawn).map(|(cells, drawn)| Share { cells: *cells, drawn: *drawn }).collect();
        let stated: Vec<f64> = seen(&strata).collect();
        let mut stream = Stream::new("audit", "simulation", &[]);
        for wrong in [5, 25] {
            // All in one stratum: the worst one is as stated, the others are seen no less often.
            let mut shares = Vec::new();
            for planted in 0..cells.len() {
                let caught = (0..10_000)
                    .filter(|_| {
                        // Which cells of the stratum are wrong does not matter: its first ones.
                        stream.order(cells[planted]).iter().take(drawn[planted]).any(|cell| *cell < wrong)
                    })
                    .count();
                shares.push(caught as f64 / 10_000.0);
            }
            assert!(
                shares.iter().all(|share| *share > stated[wrong - 1] - 0.02),
                "{wrong} wrong: {shares:?}, stated {}",
                stated[wrong - 1]
            );
            // Spread over all cells as one: the plain hypergeometric chance is near, and not less.
            let whole = seen(&[Share { cells: 500, drawn: 40 }]).nth(wrong - 1).unwrap();
            let caught = (0..10_000).filter(|_| stream.order(500).iter().take(40).any(|cell| *cell < wrong)).count();
            assert!((caught as f64 / 10_000.0 - whole).abs() < 0.02, "{wrong} wrong: {caught} of 10,000, stated {whole}");
            assert!(stated[wrong - 1] <= whole + 1e-12);
        }
    }

    #[test]
    fn shares_are_proportional_and_nobody_is_left_out() {
        assert_eq!(allocate(&[300, 150, 50], 40), [24, 12, 4]);
        assert_eq!(allocate(&[1000, 1, 1], 10), [8, 1, 1]);
        assert_eq!(allocate(&[1000, 1, 1], 2), [2, 0, 0]);
        assert_eq!(allocate(&[3, 2], 9), [3, 2]);
        assert_eq!(allocate(&[3, 2], 0), [0, 0]);
    }
}
