//! The figure of an agreement: a mark a column, its median relative difference against its worst.

use super::study::{Agreement, Compared};
use anyhow::Context as _;
use saigen_artifacts::Scalar;
use saigen_artifacts::figure::{Drawing, Scale, Scatter, Spec};
use saigen_artifacts::statistic::Statistic;
use saigen_artifacts::table::{self, Content, Filter, Row, Sample, Table};
use saigen_engine::Backend;
use saigen_engine::declaration::Tier;
use std::collections::BTreeMap;

/// Where 0 is drawn: below the least relative difference that two numbers of 64 bits can have.
const NOTHING: f64 = 1e-17;

/// What comes of a column, in the order of the key.
const SAME: &str = "0";
const NEAR: &str = "1";
const APART: &str = "2";

pub(super) fn draw(tier: Tier, backends: [Backend; 2], studies: &[Agreement]) -> anyhow::Result<String> {
    let [a, b] = backends.map(Backend::name);
    let spec = Spec {
        id: "agreement".to_string(),
        title: format!("Relative differences between {a} and {b}, tier {tier}"),
        caption: "A mark a column: the median over its cells, and the worst; what is 0 is drawn at the lower left".to_string(),
        table: "agreement".to_string(),
        at_smoke: true,
        filter: Filter::new(),
        across: Some("study".to_string()),
        down: None,
        labels: ("median relative difference (10⁻¹⁷: none)".to_string(), "worst relative difference".to_string()),
        names: BTreeMap::new(),
        places: None,
        drawing: Drawing::Scatter(Scatter {
            x: "median".to_string(),
            y: "worst".to_string(),
            scales: (Scale::Log, Scale::Log),
            series: "outcome".to_string(),
            diagonal: false,
        }),
    };
    saigen_figures::draw(&spec, "agreement", &table(studies)).context("the figure of the agreement cannot be drawn")
}

/// A row for each column of numbers.
fn table(studies: &[Agreement]) -> Table {
    let texts = |list: &[&str]| list.iter().map(|text| (*text).to_string()).collect::<Vec<_>>();
    let labels = [(SAME, "the same bits"), (NEAR, "as near as is tolerated"), (APART, "further apart")]
        .map(|(outcome, label)| (outcome.to_string(), label.to_string()));
    let statistic = |name: &str, statistic| table::Column { name: name.to_string(), of: "relative".to_string(), statistic };
    let spec = table::Spec {
        id: "agreement".to_string(),
        title: String::new(),
        experiments: Vec::new(),
        keys: texts(&["study", "outcome", "column"]),
        filter: Filter::new(),
        content: Content::Statistics(vec![statistic("median", Statistic::Median), statistic("worst", Statistic::Max)]),
        published: None,
        layout: table::Layout { labels: labels.into(), ..table::Layout::default() },
    };
    let mut rows: Vec<Row> = studies.iter().flat_map(|study| study.columns.iter().filter_map(|column| row(&study.study, column))).collect();
    rows.sort_by(|a, b| a.key.cmp(&b.key));
    Table { spec, rows }
}

fn row(study: &str, compared: &Compared) -> Option<Row> {
    let column = &compared.column;
    let (median, worst) = (column.median?, column.relative.as_ref()?.value);
    let outcome = match (compared.is_same(), column.holds) {
        (true, _) => SAME,
        (false, true) => NEAR,
        (false, false) => APART,
    };
    let key = [study, outcome, &compared.name()].map(|text| Scalar::Text(text.to_string()));
    let values = [median, worst].map(|value| value.max(NOTHING));
    Some(Row { key: key.into(), values: values.into(), diverged: 0, sample: Sample::none() })
}
