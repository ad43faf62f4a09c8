//! The readers of a record: what they accept, they write again as the same bytes.

#![no_main]

use libfuzzer_sys::fuzz_target;
use saigen_artifacts::cells::{Cells, Schema};
use saigen_artifacts::lock::Lock;
use saigen_artifacts::verdict::Ledger;
use saigen_artifacts::{Kind, Record};
use std::path::Path;

fn schema() -> Schema {
    let named = |list: &[(&str, Kind)]| list.iter().map(|(name, kind)| ((*name).to_string(), *kind)).collect();
    Schema {
        axes: named(&[("n", Kind::Int), ("sigma", Kind::Float), ("target", Kind::Text)]),
        outputs: named(&[("fit", Kind::Series), ("look", Kind::Int), ("risk", Kind::Float), ("word", Kind::Text)]),
    }
}

fuzz_target!(|bytes: &[u8]| {
    if let Ok(cells) = Cells::from_csv(schema(), Path::new("cells.csv"), bytes) {
        let text = cells.to_csv().unwrap();
        let again = Cells::from_csv(schema(), Path::new("cells.csv"), &text).unwrap();
        assert_eq!(again.to_csv().unwrap(), text);
        assert!(again.iter().unwrap().eq(cells.iter().unwrap()));
    }
    if let Ok(record) = Record::from_bytes(bytes) {
        assert_eq!(Record::from_bytes(&record.to_bytes()).unwrap().to_bytes(), record.to_bytes());
    }
    if let Ok(lock) = serde_json::from_slice::<Lock>(bytes) {
        assert_eq!(serde_json::from_str::<Lock>(&lock.to_text()).unwrap(), lock);
    }
    if let Ok(ledger) = serde_json::from_slice::<Ledger>(bytes) {
        assert_eq!(serde_json::from_str::<Ledger>(&ledger.to_text()).unwrap(), ledger);
    }
});
