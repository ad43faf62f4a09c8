//! What follows from what, as declared: experiments -> tables -> {claims, figures}.

use crate::declaration::Declaration;
use serde::Serialize;

/// Everything that is made of some experiments' cells, by id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Follows {
    /// Tables that take them.
    pub tables: Vec<String>,
    /// Claims that such a table decides.
    pub claims: Vec<String>,
    /// Figures that draw such a table.
    pub figures: Vec<String>,
}

/// What follows from the experiments that `takes` names.
pub fn follows(declaration: &Declaration, takes: impl Fn(&str) -> bool) -> Follows {
    let taken = |experiments: &[String]| experiments.iter().any(|experiment| takes(experiment));
    let tables: Vec<String> = declaration.tables.iter().filter(|table| taken(&table.experiments)).map(|table| table.id.clone()).collect();
    let reads = |table: &str| tables.iter().any(|known| known == table);
    let claims = declaration.claims.iter().filter(|claim| reads(claim.rule.table())).map(|claim| claim.id.clone());
    let figures = declaration.figures.iter().filter(|figure| reads(&figure.table)).map(|figure| figure.id.clone());
    Follows { claims: claims.collect(), figures: figures.collect(), tables }
}
