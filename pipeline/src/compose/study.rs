//! The files of one study.

use super::CODE;
use super::memo::{Memo, Outputs};
use crate::exit::{Exit, refuse};
use anyhow::Context as _;
use saigen_artifacts::Digest;
use saigen_artifacts::cells::Cells;
use saigen_artifacts::figure::Spec;
use saigen_artifacts::lock::Lock;
use saigen_artifacts::stem::Stem;
use saigen_artifacts::table::Table;
use saigen_artifacts::verdict::{Draws, Ledger, judge};
use saigen_engine::Backend;
use saigen_engine::declaration::{Declaration, Tier};
use saigen_engine::plan::derived;
use saigen_models::stream::Stream;
use std::cell::OnceCell;
use std::collections::BTreeMap;

/// What was made of a study.
pub(crate) struct Composed {
    /// The bytes of each file: `cells.csv`, `tables/…`, `claims.json`, `figures/…`, `lock.json`.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    /// The verdicts.
    pub(crate) ledger: Ledger,
    /// The lock.
    pub(crate) lock: Lock,
    /// The cells that everything was made of.
    pub(crate) cells: Cells,
    /// The tables, built when somebody asks.
    tables: Tables,
}

impl Composed {
    /// The tables by id.
    pub(crate) fn tables(&self, declaration: &Declaration) -> anyhow::Result<&BTreeMap<String, Table>> {
        self.tables.get(declaration, &self.cells)
    }

    /// The options that a command needs to speak of these results; none for the record.
    pub(crate) fn options(&self) -> String {
        let Lock { tier, backend, .. } = &self.lock;
        if (tier.as_str(), backend.as_str()) == ("full", "flex") { String::new() } else { format!(" --tier {tier} --backend {backend}") }
    }

    /// The figures that are drawn at this tier, with their SVG.
    pub(crate) fn figures<'a>(&'a self, declaration: &'a Declaration) -> impl Iterator<Item = (&'a Spec, &'a [u8])> {
        let drawn = |figure: &'a Spec| Some((figure, self.files.get(&figure_file(figure))?.as_slice()));
        declaration.figures.iter().filter_map(drawn)
    }
}

/// Tables, built at most once.
#[derive(Default)]
struct Tables(OnceCell<BTreeMap<String, Table>>);

impl Tables {
    fn get(&self, declaration: &Declaration, cells: &Cells) -> anyhow::Result<&BTreeMap<String, Table>> {
        if self.0.get().is_none() {
            let built = declaration.tables.iter().map(|spec| Ok((spec.id.clone(), Table::build(spec, cells)?)));
            let built = built.collect::<anyhow::Result<BTreeMap<_, _>>>()?;
            return Ok(self.0.get_or_init(|| built));
        }
        self.0.get().context("tables were built")
    }
}

/// Makes every file of a study from its cells. `stems` is what the cells of each experiment share.
pub(crate) fn compose(
    declaration: &Declaration,
    of: (Tier, Backend),
    cells: Cells,
    stems: BTreeMap<String, Stem>,
    memo: &mut dyn Memo,
) -> anyhow::Result<Composed> {
    let (id, (tier, backend)) = (&declaration.id, of);
    let mut files = BTreeMap::from([("cells.csv".to_string(), cells.to_csv()?)]);
    let from_cells = BTreeMap::from([("cells.csv".to_string(), Digest::of(&files["cells.csv"]))]);
    let tables = Tables::default();
    for spec in &declaration.tables {
        let preimage = derived("table", &format!("{id}/tables/{}", spec.id), of, spec, &from_cells, CODE);
        let outputs = memo.step(preimage, &mut || table_files(&tables.get(declaration, &cells)?[&spec.id]))?;
        files.extend(outputs.into_iter().map(|(extension, bytes)| (format!("tables/{}.{extension}", spec.id), bytes)));
    }
    let spec = (&declaration.claims, &declaration.tables);
    let outputs = memo.step(derived("claims", &format!("{id}/claims"), of, &spec, &from_cells, CODE), &mut || {
        let ledger =
            judge(id, tier.name(), &declaration.claims, tables.get(declaration, &cells)?, &|question| draws(&declaration.id, question));
        let ledger = ledger.map_err(anyhow::Error::msg)?;
        Ok(Outputs::from([("json".to_string(), ledger.to_text().into_bytes())]))
    })?;
    let ledger: Ledger = serde_json::from_slice(&outputs["json"]).context("the ledger reads back")?;
    files.insert("claims.json".to_string(), outputs["json"].clone());
    for figure in declaration.figures.iter().filter(|figure| figure.at_smoke || tier == Tier::Full) {
        let table = Digest::of(&files[&format!("tables/{}.csv", figure.table)]);
        let inputs = BTreeMap::from([("table".to_string(), table)]);
        let spec = (figure, declaration.tables.iter().find(|spec| spec.id == figure.table));
        let outputs = memo.step(derived("figure", &format!("{id}/figures/{}", figure.id), of, &spec, &inputs, CODE), &mut || {
            let svg = draw(id, figure, &tables.get(declaration, &cells)?[&figure.table])?;
            Ok(Outputs::from([("svg".to_string(), svg.into_bytes())]))
        })?;
        files.insert(figure_file(figure), outputs["svg"].clone());
    }
    let digests = cells.iter()?.map(|cell| (cell.key, cell.record.digest())).collect();
    let hashes = files.iter().map(|(name, bytes)| (name.clone(), Digest::of(bytes))).collect();
    let lock = Lock::new([id, tier.name(), backend.name()], stems, digests, hashes);
    files.insert("lock.json".to_string(), lock.to_text().into_bytes());
    Ok(Composed { files, ledger, lock, cells, tables })
}

fn figure_file(figure: &Spec) -> String {
    format!("figures/{}.svg", figure.id)
}

/// The SVG of a study's figure.
///
/// # Errors
/// The table does not have what the figure needs, or the font lacks a character.
pub(crate) fn draw(study: &str, figure: &Spec, table: &Table) -> anyhow::Result<String> {
    saigen_figures::draw(figure, &format!("{study}/{}", figure.id), table).map_err(|error| {
        let hint = format!("change [[figure]] '{}' in pipeline/studies/{study}/study.toml; every cell is kept", figure.id);
        refuse(Exit::Usage, format!("figure '{study}/{}' cannot be drawn: {error}", figure.id), hint)
    })
}

fn table_files(table: &Table) -> anyhow::Result<Outputs> {
    let mut files = Outputs::from([("csv".to_string(), table.to_csv()?)]);
    files.extend(table.to_markdown().map(|text| ("md".to_string(), text.into_bytes())));
    files.extend(table.to_latex().map(|text| ("tex".to_string(), text.into_bytes())));
    Ok(files)
}

/// The named stream that a question's bootstrap draws from.
fn draws(study: &str, question: &str) -> Box<dyn Draws> {
    struct Indices(Stream);
    impl Draws for Indices {
        fn below(&mut self, bound: usize) -> usize {
            self.0.below(bound)
        }
    }
    Box::new(Indices(Stream::new(study, "bootstrap", &[("question", question)])))
}
