# Every habit, one line each. `just` alone lists them.

_list:
    @just --list

# Run every study at full tier, write the record and the report, verify them
reproduce-all *args:
    cargo run --release -- reproduce-all {{args}}

# Run the tests
test *args:
    cargo test --release --workspace {{args}}

# The smoke tier: seconds instead of minutes
smoke *args:
    cargo run --release -- run --tier smoke {{args}}

# Any verb: `just saigen explain nonsmooth/kernel`
saigen *args:
    cargo run --release -- {{args}}

# Rebuild tables, verdicts and figures from the record and compare every byte
verify:
    cargo run --release -- verify

# Begin a study: a folder that runs and keeps every contract, to be filled with a paper
[positional-arguments]
new-study id:
    #!/usr/bin/env bash
    set -euo pipefail
    id=$1 list=pipeline/studies/lib.rs folder=pipeline/studies/$1
    refuse() { printf 'error: %s\nhint: %s\n' "$1" "$2" >&2; exit 2; }
    [[ $id =~ ^[a-z][a-z0-9]*(-[a-z0-9]+)*$ ]] || refuse "'$id' is no id" "small letters, digits and single hyphens, such as james-stein"
    [ ! -e "$folder" ] || refuse "'$folder' is there already" "choose another id, or edit what is there"
    mkdir "$folder"
    for file in pipeline/scaffold/*; do sed "s/@ID@/$id/g" "$file" > "$folder/$(basename "$file")"; done
    module=${id//-/_}
    [ "$module" = "$id" ] && path="" || path="#[path = \"$id/mod.rs\"]\n"
    sed -i "s|^use saigen_engine::Study;|${path}mod $module;\n\n&|; s|^    \]$|        \&$module::Paper,\n&|" "$list"
    # Two lines between the modules become none.
    sed -i -z "s|;\n\n\(${path:+#\[path[^\n]*\n}\)mod $module;|;\n\1mod $module;|" "$list"
    cargo fmt
    echo "$folder is there: 'just smoke $id' runs it, 'just test' holds it to the contracts;"
    echo "pipeline/studies/README.md walks through the rest"

# Format and lints, warnings refused
lint:
    cargo fmt --check
    cargo clippy --release --workspace --all-targets -- --deny warnings

# What CI does, on the CPU, offline (CI adds `just emulate`, `browse`, `exchange`, `cluster`, `slurm`, `remote`, `tutorial` and `fuzz`)
check: lint test

# Measure what the pipeline costs at 5,000, 100,000 and a million cells, into pipeline/engine/README.md
measure:
    SAIGEN_BLESS=1 cargo test --release --workspace --test promises scale::figures -- --ignored

# Fuzz the readers of declarations, records and journals, so many seconds each (needs cargo-fuzz)
fuzz seconds="20":
    #!/usr/bin/env bash
    set -euo pipefail
    cd tests/fuzz
    for target in declaration record journal; do
        # What is found goes to the first folder; the seeds stay as they are.
        mkdir -p "target/corpus/$target"
        RUSTC_BOOTSTRAP=1 cargo fuzz run --fuzz-dir . --sanitizer none --release "$target" "target/corpus/$target" "corpus/$target" \
            -- -max_total_time={{seconds}} -max_len=8192 -print_funcs=0 -print_final_stats=1
    done

# Accept the smoke tier's results as the golden files, and the tables of tests/README.md
bless:
    SAIGEN_BLESS=1 cargo test --release --workspace --test promises -- golden tampering:: faults:: calibration::

# The same bits on emulated processors (needs qemu-user)
emulate:
    cargo test --release --workspace --test promises emulation -- --ignored

# A first study, as pipeline/studies/README.md tells it
tutorial:
    cargo test --release --workspace --test promises tutorial -- --ignored

# The report in a browser (needs python3-venv and chromium)
browse: browser
    cargo test --release --workspace --test promises browser -- --ignored --nocapture

# The pictures of artifacts/README.md, of the committed report
pictures: browser
    target/browser/bin/python tests/browser/pictures.py artifacts/record/report.html artifacts/pictures

# The Python packages of the browser tests
[private]
browser:
    test -x target/browser/bin/python || python3 -m venv target/browser
    target/browser/bin/pip install --quiet --disable-pip-version-check --requirement tests/browser/requirements.txt

# Exports by the validators of their formats (needs python3-venv)
exchange:
    test -x target/exchange/bin/python || python3 -m venv target/exchange
    target/exchange/bin/pip install --quiet --disable-pip-version-check --requirement tests/exchange/requirements.txt
    test -x target/workflows/bin/python || python3 -m venv target/workflows
    target/workflows/bin/pip install --quiet --disable-pip-version-check --requirement tests/exchange/workflows.txt
    cargo test --release --workspace --test promises exchange -- --ignored --nocapture

# The workflow of a smoke tier on Snakemake, killed and resumed (needs python3-venv)
cluster: (snakemake "tests/cluster/requirements.txt")
    cargo test --release --workspace --test promises cluster -- --ignored --nocapture

# The same on a Slurm of so many hosts, which ends with it (needs slurmctld, slurmd, slurm-client; root for two)
slurm hosts="1":
    tests/slurm/on {{hosts}} sinfo
    just snakemake tests/slurm/requirements.txt
    cargo test --release --workspace --test promises --no-run
    tests/slurm/on {{hosts}} cargo test --release --workspace --test promises slurm -- --ignored --nocapture

# Snakemake, with what these requirements add to it
[private]
snakemake requirements:
    test -x target/cluster/bin/python || python3 -m venv target/cluster
    target/cluster/bin/pip install --quiet --disable-pip-version-check --requirement {{requirements}}

# What reaches stores on servers: `saigen-courier`, beside the program
courier:
    cargo build --release --locked --manifest-path pipeline/courier/Cargo.toml --target-dir target

# A store on a server that speaks S3, honest, broken and lying (builds the courier and the server)
remote: courier
    cargo fmt --check --manifest-path pipeline/courier/Cargo.toml
    cargo clippy --release --locked --manifest-path pipeline/courier/Cargo.toml --target-dir target -- --deny warnings
    cargo test --release --locked --manifest-path pipeline/courier/Cargo.toml --target-dir target
    test -x target/remote/bin/s3s-fs || CARGO_PROFILE_DEV_DEBUG=0 cargo install --quiet --debug --locked s3s-fs --version 0.14.1 --features binary --root target/remote
    cargo test --release --workspace --test promises remote -- --ignored --nocapture

# Digests of functions, streams and training, to compare between machines and targets
bits:
    cargo run --release --package saigen-models --example bits

# Time the building blocks; tests/peers/training.py compares with other frameworks
bench *args:
    cargo bench --package saigen-models {{args}}

# Compare CUDA with the CPU, time it, and run the smoke tier on it (needs a GPU)
gpu-check:
    cargo run --release --package saigen-models --features cuda --example gpu_check
    cargo run --release --features cuda -- run --tier smoke --backend cuda
