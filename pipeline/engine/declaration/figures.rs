//! Figures: `[[figure]]`.

use super::experiments::Experiment;
use super::fields::{Fields, Sink};
use super::tables::{check_known, check_rows, filterable, named, read_filter, sampled};
use super::{Tier, check_ids};
use crate::problem::suggestion;
use saigen_artifacts::figure::{Bars, Clouds, Drawing, Guide, HeatMaps, Lines, Published, Scale, Scatter, Spec, Spread, Strips, Surface};
use saigen_artifacts::table::{self, Content, PLACE};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn read(root: &mut Fields<'_>, sink: &Sink<'_>, tables: &[table::Spec], experiments: &[Experiment]) -> Vec<Spec> {
    let (mut figures, mut ids) = (Vec::new(), Vec::new());
    for fields in root.tables("figure") {
        let place = fields.place_of("id");
        let figure = read_figure(fields, tables, experiments);
        ids.push((figure.id.clone(), place));
        figures.push(figure);
    }
    check_ids(sink, ids.iter().map(|(id, place)| (id.as_str(), place.clone())));
    figures
}

#[derive(Clone, Copy, Default)]
enum Kind {
    #[default]
    Lines,
    Scatter,
    Bars,
    Strips,
    HeatMaps,
    Clouds,
}

const KINDS: [(&str, Kind); 6] = [
    ("lines", Kind::Lines),
    ("scatter", Kind::Scatter),
    ("bars", Kind::Bars),
    ("strips", Kind::Strips),
    ("heat-maps", Kind::HeatMaps),
    ("clouds", Kind::Clouds),
];

const SCALES: [(&str, Scale); 2] = [("linear", Scale::Linear), ("log", Scale::Log)];

/// The columns of a figure's table, and which of its keys the figure uses.
struct Columns<'a> {
    table: Option<&'a table::Spec>,
    experiments: &'a [Experiment],
    used: BTreeSet<String>,
}

impl Columns<'_> {
    /// A field that names a key column.
    fn key(&mut self, fields: &mut Fields<'_>, name: &'static str) -> String {
        let column = fields.text(name);
        if let Some(table) = self.table {
            check_known(fields, name, &column, &table.key_columns());
        }
        self.used.insert(column.clone());
        column
    }

    /// A field that names a key column of numbers.
    fn number(&mut self, fields: &mut Fields<'_>, name: &'static str) -> String {
        let column = self.key(fields, name);
        let kinds = self.experiments.iter().filter_map(|experiment| experiment.axes.get(&column));
        if column == "experiment" || kinds.clone().any(|kind| !kind.is_number()) {
            fields.problem_at(name, format!("'{column}' holds words, and this axis places numbers"), None);
        }
        column
    }

    fn optional_key(&mut self, fields: &mut Fields<'_>, name: &'static str) -> Option<String> {
        fields.has(name).then(|| self.key(fields, name))
    }

    /// A field that names a column of values.
    fn value(&self, fields: &mut Fields<'_>, name: &'static str) -> String {
        let column = fields.text(name);
        if let Some(table) = self.table {
            check_known(fields, name, &column, &table.value_columns());
        }
        column
    }

    fn optional_value(&self, fields: &mut Fields<'_>, name: &'static str) -> Option<String> {
        fields.has(name).then(|| self.value(fields, name))
    }

    fn published(&self, fields: &mut Fields<'_>) -> Option<Published> {
        let of = self.optional_value(fields, "published")?;
        Some(Published { of, error: self.optional_value(fields, "published-error") })
    }
}

fn read_figure(mut fields: Fields<'_>, tables: &[table::Spec], experiments: &[Experiment]) -> Spec {
    let (id, title, caption) = (fields.text("id"), fields.text("title"), fields.text("caption"));
    let kind = fields.choice("kind", &KINDS);
    let table = named(&mut fields, tables);
    let filter = read_filter(&mut fields, &table.map(filterable).unwrap_or_default());
    let at_smoke = !fields.has("tier") || fields.choice("tier", &[("smoke", true), ("full", false)]);
    if let Some(table) = table {
        let tiers = Tier::ALL.into_iter().filter(|tier| at_smoke || *tier == Tier::Full);
        tiers.for_each(|tier| check_rows(&fields, "where", &filter, table, experiments, tier));
    }
    let mut columns = Columns { table, experiments, used: filter.keys().cloned().collect() };
    let across = columns.optional_key(&mut fields, "across");
    let down = columns.optional_key(&mut fields, "down");
    let labels = (fields.optional_text("x-label").unwrap_or_default(), fields.optional_text("y-label").unwrap_or_default());
    let names: BTreeMap<String, String> = fields.scalars("names").into_iter().map(|(name, text)| (name, text.to_string())).collect();
    if let Some(table) = table {
        names.keys().for_each(|name| check_known(&fields, "names", name, &table.key_columns()));
    }
    let places = read_places(&mut fields, table);
    let drawing = match kind {
        Kind::Lines => Drawing::Lines(read_lines(&mut fields, &mut columns)),
        Kind::Scatter => Drawing::Scatter(Scatter {
            x: columns.value(&mut fields, "x"),
            y: columns.value(&mut fields, "y"),
            scales: (scale(&mut fields, "x-scale"), scale(&mut fields, "y-scale")),
            series: columns.key(&mut fields, "series"),
            diagonal: fields.flag("diagonal"),
        }),
        Kind::Bars => Drawing::Bars(Bars {
            categories: columns.key(&mut fields, "categories"),
            series: columns.key(&mut fields, "series"),
            value: columns.value(&mut fields, "value"),
            error: columns.optional_value(&mut fields, "error"),
            published: columns.published(&mut fields),
        }),
        Kind::Strips => Drawing::Strips(read_strips(&mut fields, &mut columns)),
        Kind::HeatMaps => Drawing::HeatMaps(read_heat_maps(&mut fields, &mut columns)),
        Kind::Clouds => Drawing::Clouds(read_clouds(&mut fields, &mut columns, at_smoke)),
    };
    if let Drawing::Scatter(Scatter { scales: (x, y), diagonal: true, .. }) = &drawing
        && x != y
    {
        fields.problem_at("diagonal", "equal values lie on a line only where both axes have one scale".to_string(), None);
    }
    // A mark stands for a row wherever the keys that tell rows apart are told by something else too.
    if !matches!(kind, Kind::Scatter) {
        check_keys(&fields, &columns, experiments);
    }
    fields.finish();
    Spec {
        id,
        title,
        caption,
        table: table.map(|table| table.id.clone()).unwrap_or_default(),
        at_smoke,
        filter,
        across,
        down,
        labels,
        names,
        places,
        drawing,
    }
}

/// What the ends of a series stand for.
fn read_places(fields: &mut Fields<'_>, table: Option<&table::Spec>) -> Option<(f64, f64)> {
    if !fields.has("places") {
        return None;
    }
    let ends = fields.optional_floats("places");
    if table.is_some_and(|table| !matches!(table.content, Content::Series { .. })) {
        let hint = "give the table `series = OUTPUT`, or leave `places` out".to_string();
        fields.problem_at("places", "only the numbers of a series have places".to_string(), Some(hint));
    }
    match ends[..] {
        [first, last] if first != last => Some((first, last)),
        _ => {
            let hint = "two numbers that differ, as in `places = [0.02, 1.0]`".to_string();
            fields.problem_at("places", "what the first and the last place stand for is needed".to_string(), Some(hint));
            None
        }
    }
}

fn read_lines(fields: &mut Fields<'_>, columns: &mut Columns<'_>) -> Lines {
    let (x, y) = (columns.number(fields, "x"), columns.value(fields, "y"));
    let scales = (scale(fields, "x-scale"), scale(fields, "y-scale"));
    let band = fields.has("low").then(|| Spread::Band { low: columns.value(fields, "low"), high: columns.value(fields, "high") });
    let error = columns.optional_value(fields, "error").map(|of| Spread::Error { of });
    if band.is_some() && error.is_some() {
        fields.problem_at("error", "a line has a band or error bars, not both".to_string(), None);
    }
    let series = columns.key(fields, "series");
    let guides: Vec<Guide> = fields.tables("guide").into_iter().map(read_guide).collect();
    if !guides.is_empty() && scales != (Scale::Log, Scale::Log) {
        let hint = "`x-scale = \"log\"` and `y-scale = \"log\"`".to_string();
        fields.problem_at("guide", "a guide is straight on logarithmic axes only".to_string(), Some(hint));
    }
    Lines { x, y, scales, series, spread: band.or(error), published: columns.published(fields), guides }
}

fn read_strips(fields: &mut Fields<'_>, columns: &mut Columns<'_>) -> Strips {
    let of = fields.text("of");
    let known = columns.table.map(sampled).unwrap_or_default();
    if !known.contains(of.as_str()) && !of.is_empty() && columns.table.is_some() {
        let hint = suggestion(&of, known.iter().copied());
        fields.problem_at("of", format!("no column of the table takes the output '{of}'"), Some(hint));
    }
    let (categories, series) = (columns.key(fields, "categories"), columns.key(fields, "series"));
    Strips { categories, series, of, scale: scale(fields, "x-scale") }
}

fn read_heat_maps(fields: &mut Fields<'_>, columns: &mut Columns<'_>) -> HeatMaps {
    let series = columns.table.is_some_and(|table| matches!(table.content, Content::Series { .. }));
    let surface = if fields.has("rows") {
        Surface::Rows { x: columns.number(fields, "x"), rows: columns.key(fields, "rows"), value: columns.value(fields, "value") }
    } else if series {
        columns.used.insert(PLACE.to_string());
        Surface::UnitSquare
    } else {
        Surface::Columns { x: columns.number(fields, "x"), y: columns.number(fields, "y"), value: columns.value(fields, "value") }
    };
    let contours = fields.optional_floats("contours");
    if matches!(surface, Surface::Rows { .. }) && !contours.is_empty() {
        let hint = "leave `contours` out, or name a column of numbers in `y`".to_string();
        fields.problem_at("contours", "rows have no height between them that a line could follow".to_string(), Some(hint));
    }
    HeatMaps { surface, scale: fields.text("scale-label"), contours }
}

fn read_clouds(fields: &mut Fields<'_>, columns: &mut Columns<'_>, at_smoke: bool) -> Clouds {
    if let Some(table) = columns.table.filter(|table| !matches!(table.content, Content::Series { .. })) {
        let hint = "give the table `series = OUTPUT`, with x and y of each point in turn".to_string();
        fields.problem_at("table", format!("table '{}' has no series, and clouds are points of one", table.id), Some(hint));
    }
    columns.used.insert(PLACE.to_string());
    let behind = fields.scalars("behind").into_iter().collect::<BTreeMap<_, _>>();
    if let Some(table) = columns.table {
        behind.keys().for_each(|name| check_known(fields, "behind", name, &table.key_columns()));
        let tiers = Tier::ALL.into_iter().filter(|tier| at_smoke || *tier == Tier::Full);
        tiers.for_each(|tier| check_rows(fields, "behind", &behind, table, columns.experiments, tier));
    }
    let joined = fields.has("joined").then(|| fields.count("joined") as usize);
    Clouds { behind: fields.has("behind").then_some(behind), joined }
}

fn read_guide(mut fields: Fields<'_>) -> Guide {
    let slope = fields.optional_float("slope");
    if slope.is_none() {
        fields.problem_at("slope", "a guide needs a slope".to_string(), None);
    }
    let guide = Guide { slope: slope.unwrap_or_default(), label: fields.text("label") };
    fields.finish();
    guide
}

/// Linear where nothing is said.
fn scale(fields: &mut Fields<'_>, name: &'static str) -> Scale {
    if fields.has(name) { fields.choice(name, &SCALES) } else { Scale::Linear }
}

/// Every key column with more than one value must be told by something in the figure, or rows would
/// be drawn over each other.
fn check_keys(fields: &Fields<'_>, columns: &Columns<'_>, experiments: &[Experiment]) {
    let Some(table) = columns.table else { return };
    for key in table.key_columns().into_iter().filter(|key| !columns.used.contains(*key)) {
        let members = experiments.iter().filter(|experiment| table.experiments.contains(&experiment.id));
        let count = match key {
            "experiment" => table.experiments.len(),
            PLACE => 2,
            _ => {
                let tiers = members.filter_map(|member| member.tiers.get(&Tier::Full)?.axes.get(key));
                let values: BTreeSet<_> = tiers.flatten().filter(|value| table.filter.get(key).is_none_or(|kept| kept == *value)).collect();
                values.len()
            }
        };
        if count > 1 {
            let hint = "name one value in `where`, or panels for them with `across` or `down`".to_string();
            fields.problem_here(format!("rows that differ in '{key}' would be drawn over each other"), Some(hint));
        }
    }
}
