//! The real code.

use crate::Code;
use std::path::Path;

#[test]
fn show() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let code =
        Code::read(&root, &[("saigen_studies", "pipeline/studies"), ("saigen_models", "pipeline/models"), ("saigen_datasets", "datasets/src")])
            .unwrap();
    for module in code.modules() {
        match code.fingerprint(&[module]) {
            Ok(parts) => println!("{module}\n    {}", parts.keys().cloned().collect::<Vec<_>>().join("\n    ")),
            Err(e) => println!("{module}: {e}"),
        }
    }
}
