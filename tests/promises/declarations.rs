//! Wrong declarations: everything at once, with file, line, value and the way out; exit 2.

use crate::{NONSMOOTH, checkout, whole};

/// Edits the declaration and expects these words in the refusal.
#[track_caller]
fn refused(from: &str, to: &str, words: &[&str]) {
    let checkout = checkout();
    checkout.edit(NONSMOOTH, from, to);
    let text = checkout.text(NONSMOOTH);
    let run = checkout.run(&["plan", "--tier", "smoke"]).exits(2);
    for word in words {
        assert!(run.err.contains(word), "'{word}' is not in\n{}", run.err);
    }
    // The line that is named is the line that was edited, or the head of its table.
    let lines: Vec<usize> = run.err.lines().filter_map(|line| line.split("study.toml:").nth(1)?.split(':').next()?.parse().ok()).collect();
    assert!(!lines.is_empty() && lines.iter().all(|line| (1..=text.lines().count()).contains(line)), "{}", run.err);
}

#[test]
fn a_wrong_field() {
    refused(
        "label = \"Gaussian kernel ridge\"\nmethod",
        "labell = \"Gaussian kernel ridge\"\nmethod",
        &["experiment['kernel'].labell: unknown field", "hint: did you mean 'label'?", "field 'label' is missing"],
    );
}

#[test]
fn a_wrong_type() {
    refused(
        "seeds = 30",
        "seeds = \"twenty\"",
        &["study.toml:25: grid.risk.full.seeds: expected a whole number of 1 or more, found the string 'twenty'"],
    );
}

#[test]
fn an_unknown_column() {
    refused(
        "y = \"geometric-mean\"",
        "y = \"geometric-main\"",
        &["figure['risk'].y: the table has no column 'geometric-main'", "did you mean 'geometric-mean'?"],
    );
}

#[test]
fn a_figure_that_cannot_be_drawn_names_itself_and_costs_no_cell() {
    let checkout = checkout();
    checkout.edit(NONSMOOTH, "title = \"Risk on the two-piece function\"", "title = \"日\"");
    let run = checkout.run(&["run", "--tier", "smoke"]).exits(2);
    run.says("figure 'nonsmooth/risk' cannot be drawn: the figures' font has no '日'").says("hint: change [[figure]] 'risk' in pipeline");
    checkout.edit(NONSMOOTH, "title = \"日\"", "title = \"Risk\"");
    checkout.run(&["run", "--tier", "smoke"]).exits(0).says("0 cells run");
}

#[test]
fn rows_drawn_over_each_other() {
    refused(
        "where = { target = \"two-piece\" }\nacross",
        "across",
        &["figure['risk']: rows that differ in 'target' would be drawn over each other", "hint: name one value in `where`, or panels"],
    );
}

#[test]
fn a_guide_on_a_linear_axis_and_rows_that_are_not_there() {
    refused(
        "y-scale = \"log\"\nlow = \"lower-quartile\"",
        "low = \"lower-quartile\"\nerror = \"se\"",
        &["figure['risk'].guide: a guide is straight on logarithmic axes only", "a line has a band or error bars, not both"],
    );
    refused(
        "tier = \"full\"\ntable = \"risk\"\nwhere",
        "table = \"risk\"\nwhere",
        &["figure['seeds'].where: no row has n = '6400' at tier smoke"],
    );
    refused("of = \"risk-cv\"\nx-scale", "of = \"risk\"\nx-scale", &["figure['seeds'].of: no column of the table takes the output 'risk'"]);
}

#[test]
fn clouds_of_a_table_without_points_and_others_that_are_not_there() {
    let checkout = whole();
    let file = "pipeline/studies/gradient-layer/study.toml";
    checkout.edit(file, "kind = \"clouds\"\ntable = \"samples\"", "kind = \"clouds\"\ntable = \"work\"");
    let run = checkout.run(&["plan", "gradient-layer"]).exits(2);
    run.says("figure['samples'].table: table 'work' has no series, and clouds are points of one");
    let checkout = whole();
    checkout.edit(file, "behind = { experiment = \"shown-truth\", k = 0 }", "behind = { experiment = \"shown-truth\", kk = 0 }");
    checkout.run(&["plan", "gradient-layer"]).exits(2).says("figure['samples'].behind: the table has no column 'kk' for this");
    checkout.edit(file, "kk = 0", "k = 7");
    checkout.run(&["plan", "gradient-layer"]).exits(2).says("figure['samples'].behind: no row has k = '7' at tier smoke");
}

#[test]
fn an_empty_grid() {
    refused(
        "n = [100, 400, 1600, 6400]",
        "n = []",
        &["study.toml:23: grid.risk.full.n: the axis is empty", "hint: give it at least one value"],
    );
}

#[test]
fn a_value_out_of_range_and_a_missing_parameter() {
    refused(
        "width = 3, hidden = 3, starts = 10,",
        "width = 0, hidden = 3,",
        &["'width' at tier full expects a whole number from 1 to 1024, found '0'", "the method needs the parameter 'starts'"],
    );
}

#[test]
fn unknown_names_across_the_file() {
    refused(
        "method = \"kernel-ridge\"\ngrid = \"risk\"",
        "method = \"kernel-rigde\"\ngrid = \"risc\"",
        &["has no method 'kernel-rigde'", "did you mean 'kernel-ridge'?", "there is no [grid.risc]", "did you mean 'risk'?"],
    );
    refused(
        "than = [\"kernel\", \"polynomial\", \"series\"]",
        "than = [\"kernels\"]",
        &["claim['narrow-better-low-noise'].rule.than: table 'risk-remembered' has no experiment 'kernels'"],
    );
    refused("statistic = \"mean\"", "statistic = \"average\"", &["'average' is not a statistic"]);
}

#[test]
fn what_is_not_toml() {
    refused("seeds = 30", "seeds = = 20", &["study.toml:25:", "not TOML"]);
}

#[test]
fn all_problems_are_told_at_once_and_as_json_too() {
    let checkout = checkout();
    checkout.edit(NONSMOOTH, "seeds = 30", "seeds = 0");
    checkout.edit(NONSMOOTH, "kind = \"heat-maps\"", "kind = \"heat-map\"");
    checkout.edit(NONSMOOTH, "id = \"phase-derived\"", "id = \"phase-printed\"");
    let run = checkout.run(&["plan", "--json"]).exits(2);
    let told = run.json();
    let message = told["error"].as_str().unwrap();
    for word in ["grid.risk.full.seeds", "'heat-map' is not known", "the id 'phase-printed' is used twice"] {
        assert!(message.contains(word), "{message}");
    }
    assert_eq!(told["exit"], 2);
}

#[test]
fn a_claim_without_its_place_in_the_paper() {
    refused(
        "place = \"AISTATS 2019, section 5 (numerical experiments)\"\n",
        "",
        &["claim['narrow-better-high-noise']: field 'place' is missing: expected a string"],
    );
    refused(
        "place = \"AISTATS 2019, section 5 (numerical experiments)\"\n",
        "place = \" \"\n",
        &["claim['narrow-better-high-noise'].place: the text is empty"],
    );
}

#[test]
fn a_share_that_cannot_be() {
    let order = "rule = { kind = \"order\", table = \"risk-remembered\", of = \"risk-cv\", where = { target = \"two-piece\", sigma = 0.1 }, \
                 better = \"network-narrow\", than = [\"kernel\", \"polynomial\", \"series\"], expect = \"better\", margin = 0.05 }";
    let share = |says: &str| {
        format!("rule = {{ kind = \"share\", table = \"risk-remembered\", of = \"risk-cv\", experiment = \"network-narrow\"{says} }}")
    };
    refused(order, &share(", low = 0.9, high = 0.1"), &["rule.low: no share is between 0.9 and 0.1", "hint: 0 <= low <= high <= 1"]);
    refused(order, &share(""), &["rule.low: a share claim needs `low`, `high` or both, or `than`"]);
    refused(order, &share(", than = [\"kernel\"]"), &["rule.margin: a share claim with rivals needs a margin of 0 or more"]);
}

#[test]
fn a_grid_that_no_machine_could_run() {
    let long = format!("sigma = [{}]", (1..=100_000).map(|at| format!("{at}e-3")).collect::<Vec<_>>().join(", "));
    refused(
        "sigma = [0.1, 0.25, 0.5]\nseeds = 30",
        &format!("{long}\nseeds = 1000"),
        &["grid.risk.full: this is a grid of 800000000 cells, and 10000000 are the most"],
    );
    refused(
        "seeds = 30",
        "seeds = 9000000000000000000",
        &["this is a grid of 18446744073709551615 cells", "hint: take values from its axes, or fewer seeds"],
    );
}

/// Tables read experiments, figures and claims read tables, and nothing else can be written: a cycle
/// has no spelling.
#[test]
fn a_cycle() {
    refused(
        "experiments = [\"network-narrow\", \"network-rule\", \"network-wide\"]\nkeys",
        "experiments = [\"training\"]\nkeys",
        &["table['training'].experiments: there is no experiment 'training'"],
    );
}

#[test]
fn names_that_lead_out_of_the_project() {
    for name in ["../../../etc/passwd", "/etc/passwd", "..", "a/b", "a\\\\b", ""] {
        refused(
            "id = \"training\"",
            &format!("id = \"{name}\""),
            &["table['", "is not an id", "hint: use small letters, digits and hyphens"],
        );
    }
}

#[test]
fn numbers_that_are_none() {
    for number in ["nan", "inf", "-inf", "1e999"] {
        refused(
            "sigma = [0.1, 0.25, 0.5]\nseeds = 30",
            &format!("sigma = [0.1, {number}]\nseeds = 30"),
            &["study.toml:24: grid.risk.full.sigma: expected a list of numbers or strings"],
        );
    }
}

#[test]
fn a_declaration_of_a_hundred_megabytes_and_one_that_is_no_text() {
    let checkout = checkout();
    let text = checkout.text(NONSMOOTH);
    checkout.write(NONSMOOTH, format!("{text}#{}\n", "x".repeat(100 << 20)).as_bytes());
    checkout
        .run(&["plan"])
        .exits(2)
        .says("bytes are too many for a declaration: 1048576 are the most")
        .says("hint: data belong into a data set");
    let mut bytes = text.clone().into_bytes();
    let at = text.find("sigma").unwrap();
    bytes[at] = 0xff;
    checkout.write(NONSMOOTH, &bytes);
    let line = text[..at].matches('\n').count() + 1;
    checkout.run(&["plan"]).exits(2).says(&format!("study.toml:{line}: the text is not UTF-8"));
    std::fs::remove_file(checkout.path(NONSMOOTH)).unwrap();
    checkout.run(&["plan"]).exits(2).says("cannot be read: No such file");
}

/// Edits the published numbers of `density` and expects these words in the refusal.
#[track_caller]
fn refused_numbers(from: &str, to: &str, words: &[&str]) {
    let checkout = whole();
    checkout.edit("pipeline/studies/density/published.csv", from, to);
    let run = checkout.run(&["plan", "density", "--tier", "smoke"]).exits(2);
    for word in ["density/study.toml:", "table['loss-oracle'].published: published.csv:"].iter().chain(words) {
        assert!(run.err.contains(word), "'{word}' is not in\n{}", run.err);
    }
}

#[test]
fn published_numbers_that_fit_no_row() {
    refused_numbers(
        "cylinder,1000,histogram,",
        "cylinder,1500,histogram,",
        &[
            "published.csv:4: table 'loss-oracle' has no row density=cylinder,n=1500,experiment=histogram at tier full",
            "hint: its rows are those of the grids of its experiments, by density, n, experiment",
        ],
    );
    refused_numbers("cylinder,1000,histogram,", "cylinder,1000,historgam,", &["published.csv:4:", "has no row"]);
    refused_numbers("cylinder,1000,histogram,", "cylinder,many,histogram,", &["published.csv:4: 'n' cannot be 'many'"]);
}

#[test]
fn published_numbers_that_are_none_or_stand_twice() {
    refused_numbers("-1.324,0.005", "nan,0.005", &["published.csv:4: 'value' expects a finite number, found 'nan'"]);
    refused_numbers(
        "-1.324,0.005",
        "-1.324,-0.005",
        &["published.csv:4: an error of '-0.005' is less than nothing", "hint: it is how far off"],
    );
    refused_numbers("-1.324,0.005", "-1.324", &["published.csv:4: 4 fields, where the head has 5"]);
    refused_numbers("cylinder,1000,histogram,", "cylinder,1000,kernel-square,", &["published.csv:4: the row of line 3 stands here again"]);
    refused_numbers("experiment,value", "arm,value", &["published.csv:1: 'arm' is no key column", "hint: known here:"]);
    refused_numbers(
        "value,error",
        "value,n",
        &["published.csv:1: the column 'n' stands twice", "published.csv:1: the column 'error' is missing"],
    );
}

#[test]
fn a_file_of_published_numbers_that_is_not_there() {
    let checkout = whole();
    let file = "pipeline/studies/density/study.toml";
    checkout.edit(file, "published = \"published.csv\"", "published = \"printed.csv\"");
    checkout.run(&["plan", "density"]).exits(2).says("'printed.csv' cannot be read");
    checkout.edit(file, "published = \"printed.csv\"", "published = \"../nonsmooth/study.csv\"");
    checkout.run(&["plan", "density"]).exits(2).says("is not a CSV file beside study.toml");
}

#[test]
fn a_value_claim_without_what_it_needs() {
    let checkout = whole();
    checkout.edit("pipeline/studies/density/study.toml", "tolerance = 0.1, replicates = 1", "tolerance = 0.0");
    let run = checkout.run(&["plan", "density"]).exits(2);
    for word in ["a value claim needs a tolerance above 0", "a value claim needs `replicates`, of 1 or more"] {
        assert!(run.err.contains(word), "{}", run.err);
    }
}

#[test]
fn places_that_stand_for_nothing_and_rows_with_contours() {
    let surface = "x = \"alpha\"\ny = \"beta\"\nvalue = \"gain\"\ncontours = [0.0]\n";
    refused(
        surface,
        &format!("places = [0, 1]\n{surface}"),
        &["figure['phase'].places: only the numbers of a series have places", "hint: give the table `series = OUTPUT`"],
    );
    refused(
        surface,
        &surface.replace("y = ", "rows = "),
        &["figure['phase'].contours: rows have no height between them", "hint: leave `contours` out"],
    );
    for places in ["[1]", "[1, 1]", "[1, 2, 3]"] {
        refused(
            "contours = [0.5, 1.0]\n",
            &format!("contours = [0.5, 1.0]\nplaces = {places}\n"),
            &["figure['portraits'].places: what the first and the last place stand for is needed", "hint: two numbers that differ"],
        );
    }
}

#[test]
fn a_tolerance_that_cannot_be() {
    let share = "share = 0.9 }\nstart-cv";
    refused("look-cv = {", "look-cvv = {", &["agreement.look-cvv: no experiment keeps an output 'look-cvv'", "did you mean 'look-cv'?"]);
    refused(
        "look-cv = {",
        "basis-cv = {",
        &["agreement.basis-cv: every method that gives 'basis-cv' computes on the host", "leave it out"],
    );
    refused("look-cv = {", "data = { absolute = 1.0,", &["agreement.data: 'data' holds text, which is the same or is not"]);
    refused(share, "}\nstart-cv", &["agreement.look-cv: nothing is tolerated here", "hint: give `absolute`, `relative` or `share`"]);
    refused(share, "share = 0.1 }\nstart-cv", &["agreement.look-cv.share: expected a share of the cells, from 0.5 to 1, found '0.1'"]);
    refused(share, "absolute = -2 }\nstart-cv", &["agreement.look-cv.absolute: expected a number above 0", "found '-2'"]);
    refused(share, "relative = 1.5 }\nstart-cv", &["agreement.look-cv.relative: expected a number above 0 and below 1", "found '1.5'"]);
    refused(share, "ulps = 4 }\nstart-cv", &["agreement.look-cv.ulps: unknown field"]);
}
