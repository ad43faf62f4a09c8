//! Grids and experiments: `[grid.NAME.TIER]` and `[[experiment]]`.

use super::fields::{Fields, Sink};
use super::{Tier, check_ids};
use crate::method::{Method, Parameter, Placement, Study};
use crate::problem::suggestion;
use saigen_artifacts::cells::RESERVED;
use saigen_artifacts::stem::Point;
use saigen_artifacts::{Kind, Scalar};
use saigen_datasets::sets::DataSets;
use std::collections::BTreeMap;

/// One method evaluated over a grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Experiment {
    /// Its name.
    pub id: String,
    /// What readers call it.
    pub label: String,
    /// The method.
    pub method: String,
    /// Where the method computes.
    pub placement: Placement,
    /// The kinds of its axes.
    pub axes: BTreeMap<String, Kind>,
    /// The outputs that are kept, with their kinds.
    pub outputs: BTreeMap<String, Kind>,
    /// What is run at each tier.
    pub tiers: BTreeMap<Tier, Points>,
}

/// The points of an experiment at one tier.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Points {
    /// The axes with their values.
    pub axes: BTreeMap<String, Vec<Scalar>>,
    /// The parameters that are the same everywhere.
    pub fixed: BTreeMap<String, Scalar>,
    /// Seeds 0, 1, … below this, at every point.
    pub seeds: u64,
    /// The data sets that are read, by name, with their digests in the catalog.
    pub data: BTreeMap<String, String>,
}

impl Points {
    /// How many points there are: the product of the axes.
    pub fn count(&self) -> usize {
        self.axes.values().map(Vec::len).product()
    }

    /// A point of the grid by its number. Points are numbered in the order of the axes' names, the
    /// last one running fastest.
    pub fn point(&self, number: usize) -> Point {
        let mut rest = number;
        let place = |(name, values): (&String, &Vec<Scalar>)| {
            let value = values[rest % values.len()].clone();
            rest /= values.len();
            (name.clone(), value)
        };
        self.axes.iter().rev().map(place).collect()
    }

    /// The number of the point with the same place on all axes but some, and the first on those.
    pub(crate) fn without(&self, number: usize, axes: &[&str]) -> usize {
        let (mut rest, mut step, mut without) = (number, 1, 0);
        for (name, values) in self.axes.iter().rev() {
            if !axes.contains(&name.as_str()) {
                without += step * (rest % values.len());
            }
            rest /= values.len();
            step *= values.len();
        }
        without
    }
}

/// More cells than this in one experiment are a slip of the pen: a plan of them would fill the
/// memory, and the year.
const MOST_CELLS: u64 = 10_000_000;

/// One tier of a grid: its axes and its number of seeds.
type GridTier = (BTreeMap<String, Vec<Scalar>>, u64);

pub(super) fn read(root: &mut Fields<'_>, sink: &Sink<'_>, study: &dyn Study, sets: &DataSets) -> Vec<Experiment> {
    let grids: BTreeMap<String, BTreeMap<Tier, GridTier>> =
        root.named_tables("grid").into_iter().map(|(name, fields)| (name, read_grid(fields))).collect();
    let methods = study.methods();
    let (mut experiments, mut ids) = (Vec::new(), Vec::new());
    let tables = root.tables("experiment");
    if tables.is_empty() {
        let place = root.place_of("experiment");
        sink.add(place.at, &place.field, "a study needs at least one [[experiment]]".to_string(), None);
    }
    for fields in tables {
        let place = fields.place_of("id");
        let experiment = read_experiment(fields, &methods, &grids, sets);
        ids.push((experiment.id.clone(), place));
        experiments.push(experiment);
    }
    check_ids(sink, ids.iter().map(|(id, place)| (id.as_str(), place.clone())));
    check_kinds(sink, &experiments, &ids);
    experiments
}

fn read_grid(mut fields: Fields<'_>) -> BTreeMap<Tier, GridTier> {
    let mut tiers = BTreeMap::new();
    for tier in Tier::ALL {
        let Some(mut inner) = fields.table(tier.name()) else { continue };
        let seeds = inner.count("seeds");
        let mut axes = BTreeMap::new();
        for (name, values) in inner.lists_except("seeds") {
            let mut sorted = values.clone();
            sorted.sort();
            sorted.dedup();
            if values.is_empty() {
                let hint = "give it at least one value, or remove the axis".to_string();
                inner.problem_at(&name, "the axis is empty, so there is no cell to run".to_string(), Some(hint));
            } else if sorted.len() != values.len() {
                inner.problem_at(&name, "a value stands twice".to_string(), None);
            }
            axes.insert(name, values);
        }
        let sizes = axes.values().map(|values: &Vec<Scalar>| values.len() as u64);
        let cells = sizes.fold(seeds, u64::saturating_mul);
        if cells > MOST_CELLS {
            let hint = "take values from its axes, or fewer seeds".to_string();
            inner.problem_here(format!("this is a grid of {cells} cells, and {MOST_CELLS} are the most"), Some(hint));
        }
        // Every other name is an axis: there is no unknown field here.
        tiers.insert(tier, (axes, seeds));
    }
    fields.finish();
    tiers
}

fn read_experiment(
    mut fields: Fields<'_>,
    methods: &[&dyn Method],
    grids: &BTreeMap<String, BTreeMap<Tier, GridTier>>,
    sets: &DataSets,
) -> Experiment {
    let (id, label, method) = (fields.text("id"), fields.text("label"), fields.text("method"));
    let grid = fields.text("grid");
    let kept = fields.texts("outputs");
    let fixed: BTreeMap<_, _> = fields.scalars("parameters").into_iter().collect();
    let smoke = fields.scalars("smoke-parameters");
    let data = read_data(&mut fields, "data", sets);
    let at_smoke = read_data(&mut fields, "smoke-data", sets);
    let smoke_data = if fields.has("smoke-data") { at_smoke } else { data.clone() };
    let mut experiment = Experiment {
        id,
        label,
        method: method.clone(),
        placement: Placement::Host,
        axes: BTreeMap::new(),
        outputs: BTreeMap::new(),
        tiers: BTreeMap::new(),
    };
    let found = methods.iter().find(|known| known.name() == method);
    if found.is_none() && !method.is_empty() {
        let hint = suggestion(&method, methods.iter().map(|known| known.name()).collect::<Vec<_>>());
        fields.problem_at("method", format!("the study has no method '{method}'"), Some(hint));
    }
    if !grids.contains_key(&grid) && !grid.is_empty() {
        fields.problem_at("grid", format!("there is no [grid.{grid}]"), Some(suggestion(&grid, grids.keys().map(String::as_str))));
    }
    if let Some(method) = found {
        experiment.placement = method.placement();
        let outputs = method.outputs();
        for name in kept {
            match outputs.get(name.as_str()) {
                Some(kind) => drop(experiment.outputs.insert(name, *kind)),
                None => {
                    let hint = suggestion(&name, outputs.keys().copied());
                    fields.problem_at("outputs", format!("the method gives no output '{name}'"), Some(hint));
                }
            }
        }
        if experiment.outputs.is_empty() {
            fields.problem_at("outputs", "no output is kept".to_string(), None);
        }
    }
    for (tier, (axes, seeds)) in grids.get(&grid).cloned().unwrap_or_default() {
        let mut fixed = fixed.clone();
        if tier == Tier::Smoke {
            fixed.extend(smoke.iter().cloned());
        }
        let data = if tier == Tier::Smoke { smoke_data.clone() } else { data.clone() };
        let points = Points { axes, fixed, seeds, data };
        if let Some(method) = found {
            check_parameters(&fields, &method.parameters(), &points, tier);
            for name in points.axes.keys() {
                experiment.axes.extend(method.parameters().get(name.as_str()).map(|parameter| (name.clone(), parameter.kind())));
            }
        }
        experiment.tiers.insert(tier, points);
    }
    fields.finish();
    experiment
}

/// The data sets that an experiment names, with their digests; none where the field is not there.
fn read_data(fields: &mut Fields<'_>, name: &'static str, sets: &DataSets) -> BTreeMap<String, String> {
    let mut data = BTreeMap::new();
    for id in fields.optional_texts(name) {
        match sets.open(&id) {
            Err(error) => fields.problem_at(name, error.to_string(), error.hint()),
            Ok(set) => {
                if data.insert(id.clone(), set.digest()).is_some() {
                    fields.problem_at(name, format!("the data set '{id}' stands twice"), None);
                }
            }
        }
    }
    data
}

/// Every parameter of the method must come from the grid or be fixed, once, with an allowed value.
fn check_parameters(fields: &Fields<'_>, wanted: &BTreeMap<&'static str, Parameter>, points: &Points, tier: Tier) {
    let fixed = points.fixed.iter().map(|(name, value)| (name, vec![value.clone()], "parameters"));
    let given = points.axes.iter().map(|(name, values)| (name, values.clone(), "grid")).chain(fixed);
    for (name, values, origin) in given {
        let Some(parameter) = wanted.get(name.as_str()) else {
            let hint = suggestion(name, wanted.keys().copied());
            fields.problem_at(origin, format!("the method takes no parameter '{name}'"), Some(hint));
            continue;
        };
        for value in values {
            if let Err(expected) = parameter.check(&value) {
                fields.problem_at(origin, format!("'{name}' at tier {tier} expects {expected}, found '{value}'"), None);
            }
        }
    }
    for name in wanted.keys() {
        match (points.axes.contains_key(*name), points.fixed.contains_key(*name)) {
            (false, false) => {
                let hint = format!("give it in `parameters`, or as an axis of its grid at tier {tier}");
                fields.problem_at("method", format!("the method needs the parameter '{name}'"), Some(hint));
            }
            (true, true) => {
                fields.problem_at("parameters", format!("'{name}' is given here and as an axis of the grid"), None);
            }
            _ => {}
        }
    }
}

/// All cells of a study share one file: a name has one kind in it, and is an axis or an output.
fn check_kinds(sink: &Sink<'_>, experiments: &[Experiment], ids: &[(String, super::Place)]) {
    let mut kinds: BTreeMap<&str, (Kind, bool)> = BTreeMap::new();
    for (experiment, (_, place)) in experiments.iter().zip(ids) {
        let axes = experiment.axes.iter().map(|(name, kind)| (name, *kind, true));
        for (name, kind, axis) in axes.chain(experiment.outputs.iter().map(|(name, kind)| (name, *kind, false))) {
            let known = *kinds.entry(name).or_insert((kind, axis));
            if known != (kind, axis) || RESERVED.contains(&name.as_str()) {
                let message = format!("'{name}' is another kind of column elsewhere in this study");
                sink.add(place.at, &place.field, message, Some("rename one of them".to_string()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Points;
    use saigen_artifacts::Scalar;
    use std::collections::BTreeMap;

    #[test]
    fn a_number_without_some_axes_is_that_of_the_same_place_at_their_first_values() {
        let axis = |name: &str, count: i64| (name.to_string(), (0..count).map(Scalar::Int).collect());
        let axes = BTreeMap::from([axis("n", 3), axis("sigma", 2), axis("target", 4)]);
        let points = Points { axes, ..Points::default() };
        for number in 0..points.count() {
            let mut point = points.point(number);
            point.extend(["sigma", "target"].map(|name| (name.to_string(), Scalar::Int(0))));
            assert_eq!(points.point(points.without(number, &["sigma", "target"])), point);
            assert_eq!(points.without(number, &[]), number);
        }
    }
}
