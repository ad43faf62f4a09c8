//! The reader of declarations: whatever the text, it says what is wrong and where, or reads it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use saigen_artifacts::{Kind, Record};
use saigen_engine::declaration::{Declaration, Tier};
use saigen_engine::plan::Plan;
use saigen_engine::{Backend, Batch, Fingerprint, Method, Parameter, Parameters, Placement, Study};
use std::collections::BTreeMap;
use std::path::Path;

/// A study whose methods nobody runs, with the names of tests/harness/synthetic.toml.
struct Fuzzed;

impl Study for Fuzzed {
    fn id(&self) -> &'static str {
        "nonsmooth"
    }

    fn fingerprint(&self, _: &dyn Method) -> Fingerprint {
        Fingerprint::new()
    }

    fn methods(&self) -> Vec<&dyn Method> {
        vec![self]
    }
}

impl Method for Fuzzed {
    fn name(&self) -> &'static str {
        "rate-exponents"
    }

    fn module(&self) -> &'static str {
        module_path!()
    }

    fn parameters(&self) -> BTreeMap<&'static str, Parameter> {
        [("alpha", Parameter::Float(0.1, 100.0)), ("beta", Parameter::Choice(&["low", "high"])), ("dimension", Parameter::Int(2, 1000))]
            .into()
    }

    fn outputs(&self) -> BTreeMap<&'static str, Kind> {
        [("network", Kind::Float), ("linear", Kind::Int), ("fit", Kind::Series), ("data", Kind::Text)].into()
    }

    fn placement(&self) -> Placement {
        Placement::Device
    }

    fn cost(&self, _: &Parameters) -> f64 {
        1.0
    }

    fn run(&self, _: &Batch) -> Result<Vec<Record>, String> {
        Ok(Vec::new())
    }
}

fuzz_target!(|text: &str| {
    match Declaration::parse(Path::new("study.toml"), text, &Fuzzed) {
        Ok(declaration) => {
            for tier in Tier::ALL {
                let cells: u64 = declaration.experiments.iter().filter_map(|experiment| experiment.tiers.get(&tier)).map(|points| points.count() as u64 * points.seeds).sum();
                // What was read can be planned; a large grid is legal, and slow to fuzz with.
                if cells < 1000 {
                    assert_eq!(Plan::new(&declaration, &Fuzzed, tier, Backend::Flex).cells.len() as u64, cells);
                }
            }
        }
        Err(problems) => {
            let lines = text.matches('\n').count() + 1;
            assert!(!problems.list.is_empty());
            assert!(problems.list.iter().all(|problem| (1..=lines).contains(&problem.line)), "{problems}");
        }
    }
});
