//! A forest plot in the rows of a table: estimate, 95 % interval, and the region that is claimed.

use saigen_artifacts::verdict::{Claimed, Part};

const WIDTH: f64 = 220.0;
const HEIGHT: f64 = 20.0;

/// One scale for all parts of a claim.
pub(super) struct Chart {
    region: Claimed,
    low: f64,
    high: f64,
}

impl Chart {
    /// A scale that shows every estimate and interval and where the region ends; none where there is
    /// nothing to show.
    pub(super) fn new(region: Claimed, parts: &[Part]) -> Option<Self> {
        let shown =
            parts.iter().flat_map(|part| part.estimate.into_iter().chain(part.interval.into_iter().flat_map(|(low, high)| [low, high])));
        let ends = [region.low, region.high, region.low + region.gate, region.low - region.gate];
        let shown: Vec<f64> = shown.collect();
        let all = || shown.iter().copied().chain(ends).filter(|value| value.is_finite());
        let (low, high) = (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
        let margin = (high - low) * 0.06;
        (!shown.is_empty() && margin > 0.0).then_some(Self { region, low: low - margin, high: high + margin })
    }

    fn x(&self, value: f64) -> f64 {
        (value.clamp(self.low, self.high) - self.low) / (self.high - self.low) * WIDTH
    }

    /// The head of the column: numbers where the region ends, else at the ends of the scale.
    pub(super) fn axis(&self) -> String {
        let ends = [self.region.low, self.region.high];
        let label = |value: &f64| {
            let text = format!("{value:.2}").replace('-', "−");
            format!("<text x=\"{:.1}\" y=\"13\" text-anchor=\"middle\">{text}</text>", self.x(*value).clamp(14.0, WIDTH - 14.0))
        };
        let labels: String = ends.iter().filter(|end| end.is_finite()).map(label).collect();
        format!(
            "<svg class=\"forest\" role=\"img\" aria-label=\"estimate, interval and claimed region\" viewBox=\"0 0 {WIDTH} 16\" width=\"{WIDTH}\" height=\"16\">{labels}</svg>"
        )
    }

    /// The picture of one part.
    pub(super) fn row(&self, part: &Part) -> String {
        let Claimed { low, high, gate } = self.region;
        let (left, right, middle) = (self.x(low), self.x(high), HEIGHT / 2.0);
        let mut svg = format!("<rect class=\"region\" x=\"{left:.1}\" width=\"{:.1}\" height=\"{HEIGHT}\"/>", right - left);
        for end in [low, high].into_iter().filter(|end| end.is_finite()) {
            svg += &format!("<path class=\"end\" d=\"M{:.1} 0v{HEIGHT}\"/>", self.x(end));
        }
        if gate > 0.0 && low.is_finite() {
            for end in [low - gate, low + gate] {
                svg += &format!("<path class=\"gate\" d=\"M{:.1} 0v{HEIGHT}\"/>", self.x(end));
            }
        }
        if let Some((from, to)) = part.interval {
            svg += &format!("<path class=\"interval\" d=\"M{:.1} {middle}H{:.1}\"/>", self.x(from), self.x(to));
        }
        if let Some(estimate) = part.estimate {
            svg += &format!("<circle cx=\"{:.1}\" cy=\"{middle}\" r=\"4\"/>", self.x(estimate));
        }
        format!(
            "<svg class=\"forest {}\" role=\"img\" aria-label=\"{}\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\">{svg}</svg>",
            part.verdict,
            self.words(part)
        )
    }

    /// What the picture shows.
    fn words(&self, part: &Part) -> &'static str {
        let within = |value: f64| self.region.low <= value && value <= self.region.high;
        match (part.interval, part.estimate) {
            (Some((low, high)), _) if within(low) && within(high) => "the whole interval lies in the claimed region",
            (Some((low, high)), _) if high < self.region.low || low > self.region.high => {
                "the whole interval lies outside the claimed region"
            }
            (Some(_), _) => "the interval crosses an end of the claimed region",
            (None, Some(estimate)) if within(estimate) => "the estimate lies in the claimed region",
            (None, Some(_)) => "the estimate lies outside the claimed region",
            (None, None) => "no estimate",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use saigen_artifacts::verdict::Verdict;

    fn part(estimate: Option<f64>, interval: Option<(f64, f64)>) -> Part {
        let text = String::new;
        let verdict = Verdict::Inconclusive;
        Part { label: text(), quantity: text(), estimate, interval, claimed: text(), p: None, count: 5, verdict, why: text(), class: None }
    }

    #[test]
    fn everything_lies_on_the_scale_and_is_told_in_words() {
        let region = Claimed { low: 0.0, high: f64::INFINITY, gate: 0.5 };
        let parts =
            [part(Some(1.0), Some((0.5, 9.0))), part(Some(0.1), Some((-1.0, 0.2))), part(Some(-3.0), Some((-4.0, -2.0))), part(None, None)];
        let chart = Chart::new(region, &parts).unwrap();
        assert!(chart.low < -4.0 && chart.high > 9.0 && chart.x(0.0) > 0.0);
        let words = parts.each_ref().map(|part| chart.words(part).split(' ').nth(1).unwrap());
        assert_eq!(words, ["whole", "interval", "whole", "estimate"]);
        assert!(chart.row(&parts[2]).contains("outside the claimed region"));
        assert!(Chart::new(region, &parts[3..]).is_none());
    }
}
