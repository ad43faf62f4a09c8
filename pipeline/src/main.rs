//! The program `saigen`.

use std::process::ExitCode;

fn main() -> ExitCode {
    saigen::main()
}
