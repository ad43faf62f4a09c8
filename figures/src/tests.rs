//! Every kind of figure, of tables made by hand: what is drawn, and what is refused.

use crate::{FigureError, draw};
use saigen_artifacts::Scalar;
use saigen_artifacts::figure::{Bars, Clouds, Drawing, HeatMaps, Lines, Published, Scale, Scatter, Spec, Spread, Strips, Surface};
use saigen_artifacts::statistic::Statistic;
use saigen_artifacts::table::{self, Column, Content, Filter, Layout, Row, Sample, Table};
use std::collections::BTreeMap;

/// Two arms at three sizes: `value` falls with n, `low` and `high` around it, `published` near it.
fn table() -> Table {
    let column = |name: &str| Column { name: name.into(), of: "risk".into(), statistic: Statistic::Mean };
    let spec = table::Spec {
        id: "risk".into(),
        title: "risk".into(),
        experiments: vec!["network".into(), "kernel".into()],
        keys: vec!["n".into(), "experiment".into()],
        filter: Filter::new(),
        published: None,
        content: Content::Statistics(["value", "low", "high", "published", "reading"].map(column).into()),
        layout: Layout { labels: BTreeMap::from([("kernel".to_string(), "Gaussian kernel".to_string())]), ..Layout::default() },
    };
    let mut rows = Vec::new();
    for n in [100, 400, 1600] {
        for (arm, power) in [("kernel", -0.5), ("network", -1.0)] {
            let value = f64::from(n).powf(power);
            rows.push(Row {
                key: vec![Scalar::Int(n.into()), Scalar::Text(arm.into())],
                values: vec![value, value * 0.9, value * 1.2, value * 1.1, value * 0.01],
                diverged: 0,
                sample: Sample::new(
                    vec![0, 1, 2, 3],
                    BTreeMap::from([("risk".to_string(), [0.8, 1.0, 1.1, 1.3].map(|share| share * value).to_vec())]),
                ),
            });
        }
    }
    Table { spec, rows }
}

fn spec(drawing: Drawing) -> Spec {
    Spec {
        id: "figure".into(),
        title: "A title < with a sign & a dagger".into(),
        caption: "What is seen".into(),
        table: "risk".into(),
        at_smoke: true,
        filter: Filter::new(),
        across: None,
        down: None,
        labels: ("n".into(), "risk".into()),
        names: BTreeMap::new(),
        places: None,
        drawing,
    }
}

fn lines() -> Lines {
    Lines {
        x: "n".into(),
        y: "value".into(),
        scales: (Scale::Log, Scale::Log),
        series: "experiment".into(),
        spread: Some(Spread::Band { low: "low".into(), high: "high".into() }),
        published: None,
        guides: Vec::new(),
    }
}

fn strips() -> Strips {
    Strips { categories: "experiment".into(), series: "experiment".into(), of: "risk".into(), scale: Scale::Log }
}

fn drawn(drawing: Drawing) -> String {
    draw(&spec(drawing), "study/figure", &table()).unwrap()
}

fn count(svg: &str, part: &str) -> usize {
    svg.matches(part).count()
}

#[test]
fn lines_have_bands_marks_and_an_escaped_title() {
    let svg = drawn(Drawing::Lines(lines()));
    assert!(svg.contains("<title>A title &lt; with a sign &amp; a dagger</title>"));
    assert_eq!(count(&svg, "fill-opacity=\"0.13\""), 2);
    assert!(svg.contains("fill-series-1") && svg.contains("stroke-series-2") && svg.contains("fill-text-2"));
    assert_eq!(svg, drawn(Drawing::Lines(lines())));
}

#[test]
fn a_line_of_many_points_has_a_few_marks() {
    let mut table = table();
    table.rows.truncate(1);
    let first = table.rows[0].clone();
    let marks = |points: i64| {
        let rows = (0..points).map(|at| Row { key: vec![Scalar::Int(100 + at), Scalar::Text("kernel".into())], ..first.clone() });
        let table = Table { spec: table.spec.clone(), rows: rows.collect() };
        let svg = draw(&spec(Drawing::Lines(Lines { spread: None, ..lines() })), "study/figure", &table).unwrap();
        svg.lines().filter(|line| line.starts_with("<path class=\"fill-series-1\"")).map(|line| count(line, "M")).sum::<usize>()
    };
    assert_eq!((marks(12), marks(13), marks(50)), (12, 7, 10));
}

#[test]
fn another_name_gives_other_ids_and_nothing_else() {
    let (a, b) = (drawn(Drawing::Lines(lines())), draw(&spec(Drawing::Lines(lines())), "study/other", &table()).unwrap());
    let prefix = |svg: &str| svg.split("id=\"").nth(1).unwrap().split('-').next().unwrap().to_string();
    assert_ne!(prefix(&a), prefix(&b));
    assert_eq!(a.replace(&prefix(&a), &prefix(&b)), b);
}

#[test]
fn published_values_are_hollow_and_have_their_reading_error() {
    let published = Some(Published { of: "published".into(), error: Some("reading".into()) });
    let with = drawn(Drawing::Lines(Lines { published, ..lines() }));
    let without = drawn(Drawing::Lines(lines()));
    // Paper inside, series outside; and more strokes for the whiskers.
    assert!(count(&with, "stroke-width=\"12\"") > count(&without, "stroke-width=\"12\""));
    assert!(with.len() > without.len());
}

#[test]
fn error_bars_stand_where_a_band_would() {
    let svg = drawn(Drawing::Lines(Lines { spread: Some(Spread::Error { of: "reading".into() }), ..lines() }));
    assert_eq!(count(&svg, "fill-opacity"), 0);
    assert!(svg.contains("stroke-width=\"12\""));
}

#[test]
fn a_bar_is_as_long_as_its_value() {
    let mut spec = spec(Drawing::Bars(Bars {
        categories: "experiment".into(),
        series: "experiment".into(),
        value: "value".into(),
        error: None,
        published: None,
    }));
    spec.filter = Filter::from([("n".to_string(), Scalar::Int(100))]);
    let svg = draw(&spec, "study/figure", &table()).unwrap();
    // The kernel's is 0.1, the network's 0.01; both begin at 0.
    let length = |series: usize| -> f64 {
        let path = svg.lines().find(|line| line.starts_with("<path") && line.contains(&format!("fill-series-{series}\""))).unwrap();
        path.split(" d=").nth(1).unwrap().split('h').nth(1).unwrap().split('v').next().unwrap().parse().unwrap()
    };
    // In declared order the network is the first series.
    assert!((length(2) / length(1) - 10.0).abs() < 0.05, "{} {}", length(1), length(2));
}

#[test]
fn strips_have_a_mark_for_every_cell() {
    let mut spec = spec(Drawing::Strips(strips()));
    spec.filter = Filter::from([("n".to_string(), Scalar::Int(400))]);
    let svg = draw(&spec, "study/figure", &table()).unwrap();
    let dots = svg.lines().filter(|line| line.contains("fill-opacity=\"0.6\"")).map(|line| count(line, "M")).sum::<usize>();
    assert_eq!(dots, 8);
}

#[test]
fn a_scatter_has_a_mark_for_every_row() {
    let scatter =
        Scatter { x: "value".into(), y: "high".into(), scales: (Scale::Log, Scale::Log), series: "experiment".into(), diagonal: true };
    let svg = drawn(Drawing::Scatter(scatter));
    let discs = svg.lines().find(|line| line.starts_with("<path") && line.contains("fill-series-1") && count(line, "M") == 3);
    assert!(discs.is_some(), "the network's three rows share a path");
}

#[test]
fn heat_maps_of_columns_leave_what_is_missing_empty() {
    let mut table = table();
    for row in &mut table.rows {
        row.key[1] = Scalar::Int(if row.key[1] == Scalar::Text("kernel".into()) { 1 } else { 2 });
    }
    table.rows.remove(3);
    let surface = Surface::Columns { x: "n".into(), y: "experiment".into(), value: "value".into() };
    let svg = draw(&spec(Drawing::HeatMaps(HeatMaps { surface, scale: "risk".into(), contours: vec![0.05] })), "s/f", &table).unwrap();
    assert!(svg.contains("stroke-grid"));
    assert!(svg.contains("stroke-ink"));
}

/// A series of five numbers for each arm.
fn series() -> Table {
    let mut table = table();
    table.spec.keys = vec!["experiment".into()];
    table.spec.content = Content::Series { of: "score".into() };
    let row = table.rows[0].clone();
    table.rows.clear();
    for (arm, sign) in [("kernel", -1.0), ("network", 1.0)] {
        for place in 0..5 {
            table.rows.push(Row {
                key: vec![Scalar::Text(arm.into()), Scalar::Int(place)],
                values: vec![sign * (place + 1) as f64],
                ..row.clone()
            });
        }
    }
    table
}

fn rows() -> HeatMaps {
    let surface = Surface::Rows { x: "place".into(), rows: "experiment".into(), value: "score".into() };
    HeatMaps { surface, scale: "score".into(), contours: Vec::new() }
}

#[test]
fn rows_of_colours_stand_in_declared_order_over_what_their_places_stand_for() {
    let mut spec = spec(Drawing::HeatMaps(rows()));
    spec.places = Some((0.2, 1.0));
    let table = series();
    let places: Vec<f64> = table.rows[..5].iter().filter_map(crate::sheet::number(&spec, &table, "place")).collect();
    assert!(places.iter().zip([0.2, 0.4, 0.6, 0.8, 1.0]).all(|(found, expected)| (found - expected).abs() < 1e-12), "{places:?}");
    let svg = draw(&spec, "study/figure", &table).unwrap();
    // From the darkest colour to the brightest: the kernel's last number, in the second row, and the network's
    // last, in the first.
    let paths: Vec<&str> = svg.lines().filter(|line| line.starts_with("<path fill=\"none\" stroke=\"#")).collect();
    assert_eq!(paths.len(), 10, "a colour for each number");
    let corner = |path: &str| -> (i32, i32) {
        let (x, rest) = path.split("d=\"M").nth(1).unwrap().split_once(' ').unwrap();
        (x.parse().unwrap(), rest.split(|c: char| !c.is_ascii_digit()).next().unwrap().parse().unwrap())
    };
    let (first, last) = (corner(paths[0]), corner(paths[9]));
    assert!(first.0 == last.0 && last.1 < first.1, "{first:?} {last:?}");
    // Without what they stand for, places count from 0.
    spec.places = None;
    assert_ne!(draw(&spec, "study/figure", &table).unwrap(), svg);
}

#[test]
fn what_cannot_be_drawn_is_refused_with_its_reason() {
    let refused = |drawing: Drawing, table: &Table| draw(&spec(drawing), "study/figure", table).unwrap_err().to_string();
    let mut zero = table();
    zero.rows[0].values[0] = 0.0;
    assert!(refused(Drawing::Lines(lines()), &zero).contains("a logarithmic axis needs positive values"));
    let mut twice = table();
    twice.rows[2].key[0] = Scalar::Int(100);
    assert!(refused(Drawing::Lines(lines()), &twice).contains("two rows have n = 100 on the line 'Gaussian kernel'"));
    assert!(refused(Drawing::Strips(strips()), &table()).contains("more than one row has experiment = network"));
    let square = HeatMaps { surface: Surface::UnitSquare, scale: "risk".into(), contours: Vec::new() };
    assert!(refused(Drawing::HeatMaps(square), &table()).contains("6 values are no square"));
    let mut doubled = series();
    doubled.rows.push(doubled.rows[3].clone());
    assert!(refused(Drawing::HeatMaps(rows()), &doubled).contains("more than one row has place = 3 and experiment = kernel"));
    let mut named = spec(Drawing::Lines(lines()));
    named.title = "日本".into();
    assert!(matches!(draw(&named, "study/figure", &table()), Err(FigureError::Character { character: '日', .. })));
}

#[test]
fn a_panel_of_one_series_shows_that_one() {
    let mut spec = spec(Drawing::Lines(Lines { spread: None, ..lines() }));
    spec.across = Some("experiment".into());
    let svg = draw(&spec, "study/figure", &table()).unwrap();
    // Once in the key, once in its own panel.
    let lines = svg.lines().filter(|line| line.starts_with("<path fill=\"none\" class=\"stroke-series-1\""));
    assert_eq!(lines.map(|line| count(line, "M")).sum::<usize>(), 2);
}

#[test]
fn more_series_than_marks_are_refused() {
    let mut table = table();
    let first = table.rows[0].clone();
    for arm in ["a", "b", "c", "d", "e", "f"] {
        table.rows.push(Row { key: vec![Scalar::Int(100), Scalar::Text(arm.into())], ..first.clone() });
    }
    let error = draw(&spec(Drawing::Lines(lines())), "study/figure", &table).unwrap_err().to_string();
    assert!(error.contains("8 series are more than the 7"), "{error}");
}

#[test]
fn a_diverged_row_has_no_mark() {
    let mut table = table();
    table.rows[0].diverged = 1;
    table.rows[0].values = vec![f64::NAN; 5];
    assert_ne!(draw(&spec(Drawing::Lines(lines())), "s/f", &table).unwrap(), drawn(Drawing::Lines(lines())));
}

/// Six points of two arms at two sizes, as a series spread over rows.
fn points() -> Table {
    let mut table = table();
    table.spec.content = Content::Series { of: "points".into() };
    table.rows.clear();
    for (arm, n, shift) in [("kernel", 100, 0.0), ("network", 100, 1.0), ("network", 400, 2.0)] {
        for place in 0..6 {
            table.rows.push(Row {
                key: vec![Scalar::Int(n), Scalar::Text(arm.into()), Scalar::Int(place)],
                values: vec![shift + place as f64],
                diverged: 0,
                sample: Sample::new(vec![0], BTreeMap::new()),
            });
        }
    }
    table
}

fn clouds(joined: Option<usize>) -> Spec {
    let behind = Filter::from([("experiment".to_string(), Scalar::Text("kernel".into())), ("n".to_string(), Scalar::Int(100))]);
    let mut spec = spec(Drawing::Clouds(Clouds { behind: Some(behind), joined }));
    spec.filter = Filter::from([("experiment".to_string(), Scalar::Text("network".into()))]);
    spec.across = Some("n".into());
    spec
}

/// How many discs there are of a colour at an opacity below 1, or whole.
fn discs(svg: &str, class: &str, opaque: bool) -> usize {
    let lines = svg.lines().filter(|line| line.starts_with("<path class") && line.contains(class) && line.contains(" 0 1 0 "));
    lines.filter(|line| line.contains("fill-opacity") != opaque).map(|line| count(line, "M")).sum()
}

#[test]
fn a_cloud_has_a_dot_for_every_pair_and_the_other_cloud_below_it() {
    let svg = draw(&clouds(None), "s/f", &points()).unwrap();
    // Three points a panel, and the three that stand behind both; in the key one mark each.
    assert_eq!((discs(&svg, "fill-series-1", false), discs(&svg, "fill-grey", false)), (6, 6));
    assert_eq!((discs(&svg, "fill-series-1", true), discs(&svg, "fill-grey", true)), (1, 1));
}

#[test]
fn joined_points_are_paths_with_a_dot_at_their_ends() {
    let svg = draw(&clouds(Some(3)), "s/f", &points()).unwrap();
    let paths = svg.lines().filter(|line| line.starts_with("<path fill=\"none\" class=\"stroke-series-1\""));
    assert_eq!(paths.map(|line| count(line, "M")).sum::<usize>(), 2);
    // An end a panel, and the mark of the key.
    assert_eq!((discs(&svg, "fill-series-1", false), discs(&svg, "fill-series-1", true)), (0, 3));
}

#[test]
fn clouds_of_what_is_no_pairs_or_not_there_are_refused() {
    let mut odd = points();
    odd.rows.pop();
    assert!(draw(&clouds(None), "s/f", &odd).unwrap_err().to_string().contains("n = 400: 5 numbers are no pairs of x and y"));
    let mut spec = clouds(None);
    spec.filter.insert("n".into(), Scalar::Int(7));
    spec.across = None;
    assert!(draw(&spec, "s/f", &points()).unwrap_err().to_string().contains("no row is left to draw"));
}
