"""What a pipeline of N trivial steps costs, here and in other tools, in turn on the same machine.

    python3 tests/peers/pipelines.py [--steps 1000] [--rounds 3] [--peers ninja,doit,snakemake,dvc] [--skip-cold dvc]

needs `cargo build --release` and, in PATH, the peers (`pip install ninja doit snakemake dvc`; dvc
also needs git). What is not there is skipped. Each tool gets N leaves, which write four numbers each,
and one step that reads them all and writes one table; saigen gets `tests/harness/synthetic.toml` with
N cells. A peer's leaf is as cheap as the peer permits: it only writes what this script has computed,
by `echo` in a shell or, in doit, by a function in its process. Two jobs at a time where the peer can
(ninja, Snakemake); files are outputs but not cached in DVC (`cache: false`).

In a round every tool runs once, in an order rotated by round: in a new folder, then again with
nothing to do; after that phase a peer's files must be untouched. A tool in `--skip-cold` is made
ready once, unmeasured, and keeps its folder (dvc by `dvc commit -f` over files written by this
script, the others by a cold run). A phase beyond `--limit` seconds is killed and its tool left out
from there on. CPU is user and system of all descendants; memory that of the largest process, which
cannot be seen below what this script uses itself. Ratios are of medians, those of `--rehash` to
saigen's own run without it. Last come the exit codes of each "is anything due?", with nothing due
and after an edit of the first alpha. Prints Markdown.
"""
import argparse
import itertools
import os
import pathlib
import resource
import shutil
import signal
import statistics
import subprocess
import tempfile
import threading
import time

repository = pathlib.Path(__file__).resolve().parent.parent.parent
arguments = argparse.ArgumentParser()
arguments.add_argument("--steps", type=int, default=1000)
arguments.add_argument("--rounds", type=int, default=3)
arguments.add_argument("--peers", default="ninja,doit,snakemake,dvc")
arguments.add_argument("--saigen", type=pathlib.Path, default=repository / "target/release/saigen")
arguments.add_argument("--limit", type=float, default=900)
arguments.add_argument("--skip-cold", default="")
arguments = arguments.parse_args()
unmeasured = set(filter(None, arguments.skip_cold.split(",")))

COLD, AGAIN, REHASH = "cold", "nothing to do", "nothing to do, rehash"
SAIGEN, ROOT = str(arguments.saigen.resolve()), ["--root", "."]
SNAKEMAKE = "snakemake --cores 2 --quiet all --scheduler greedy --max-jobs-per-timespan 1000000/1s".split()
TOOLS = {
    "saigen": {COLD: [SAIGEN, "run", *ROOT], AGAIN: [SAIGEN, "run", *ROOT], REHASH: [SAIGEN, "run", "--rehash", *ROOT]},
    "ninja": {COLD: ["ninja", "--quiet", "-j2"], AGAIN: ["ninja", "--quiet", "-j2"]},
    "doit": {COLD: ["doit", "run", "--reporter", "zero"], AGAIN: ["doit", "run", "--reporter", "zero"]},
    "snakemake": {COLD: SNAKEMAKE, AGAIN: SNAKEMAKE},
    "dvc": {COLD: ["dvc", "repro", "-q"], AGAIN: ["dvc", "repro", "-q"]},
}
DUE = {
    "saigen": [[SAIGEN, "plan", *ROOT]],
    "ninja": [["ninja", "-n"]],
    "doit": [["doit", "list", "-s", "--all"]],
    "snakemake": [["snakemake", "-n"]],
    "dvc": [["dvc", "status"], ["dvc", "status", "-q"]],
}
DODO = """
from doit.tools import config_changed
DOIT_CONFIG = {"default_tasks": ["table"], "backend": "json"}
def write(name, text):
    with open(f"leaves/{name}.txt", "w") as file:
        file.write(text + "\\n")
def table():
    with open("table.txt", "w") as file:
        for name in LEAVES:
            with open(f"leaves/{name}.txt") as leaf:
                file.write(leaf.read())
def task_leaf():
    for name, text in LEAVES.items():
        yield {"name": name, "actions": [(write, [name, text])], "targets": [f"leaves/{name}.txt"], "uptodate": [config_changed(text)]}
def task_table():
    return {"actions": [table], "file_dep": [f"leaves/{name}.txt" for name in LEAVES], "targets": ["table.txt"]}
"""
SNAKEFILE = """
rule table:
    input: expand("leaves/{leaf}.txt", leaf=LEAVES)
    output: "table.txt"
    shell: "cat leaves/* > {output}"
rule leaf:
    output: "leaves/{leaf}.txt"
    params: numbers=lambda wildcards: LEAVES[wildcards.leaf]
    shell: "echo {params.numbers} > {output}"
"""


def lists(steps):
    """Alphas, betas and dimensions, of as like a length as the factors of their product permit."""
    divisors = [divisor for divisor in range(1, steps + 1) if steps % divisor == 0]
    pairs = [(first, second) for first in divisors for second in divisors if steps // first % second == 0]
    shapes = [sorted((first, second, steps // first // second)) for first, second in pairs]
    dimensions, alphas, betas = min(shapes, key=sum)
    grid = lambda length: [round(0.5 + 0.05 * i, 2) for i in range(length)]
    return grid(alphas), grid(betas), [2 + i for i in range(dimensions)]


def numbers(alpha, beta, dimension):
    return f"{alpha / (alpha + dimension):.6f} {beta / (beta + dimension):.6f} {alpha + beta:.2f} {dimension:.2f}"


def leaves(axes):
    return {f"{i:05}": numbers(*cell) for i, cell in enumerate(itertools.product(*axes))}


def declare(tool, folder, axes):
    """Writes the tool's declaration of the pipeline over the one before."""
    files = [f"leaves/{name}.txt" for name in leaves(axes)]
    literal = "LEAVES = {\n" + "".join(f'"{name}": "{text}",\n' for name, text in leaves(axes).items()) + "}\n"
    if tool == "saigen":
        text = (repository / "tests/harness/synthetic.toml").read_text()
        for name, values in zip(["ALPHAS", "BETAS", "DIMENSIONS"], axes):
            text = text.replace(name, str(values))
        (folder / "pipeline/studies/nonsmooth").mkdir(parents=True, exist_ok=True)
        (folder / "pipeline/studies/nonsmooth/study.toml").write_text(text)
        (folder / "README.md").touch()
        return
    (folder / "leaves").mkdir(exist_ok=True)
    if tool == "ninja":
        text = "rule leaf\n  command = echo $numbers > $out\nrule table\n  command = cat leaves/* > $out\n"
        text += "".join(f"build leaves/{name}.txt: leaf\n  numbers = {line}\n" for name, line in leaves(axes).items())
        (folder / "build.ninja").write_text(text + f"build table.txt: table {' '.join(files)}\n")
    if tool == "doit":
        (folder / "dodo.py").write_text(literal + DODO)
    if tool == "snakemake":
        (folder / "Snakefile").write_text(literal + SNAKEFILE)
    if tool == "dvc":
        text = "stages:\n  leaf:\n    foreach:\n" + "".join(f'      "{name}": "{line}"\n' for name, line in leaves(axes).items())
        text += "    do:\n      cmd: echo ${item} > leaves/${key}.txt\n      outs:\n      - leaves/${key}.txt:\n          cache: false\n"
        text += "  table:\n    cmd: cat leaves/* > table.txt\n    deps:\n" + "".join(f"    - {file}\n" for file in files)
        (folder / "dvc.yaml").write_text(text + "    outs:\n    - table.txt:\n        cache: false\n")


class Left(Exception):
    """A tool that failed or ran beyond the limit, and is left out from here on."""


def run(command, folder):
    """Exit code, CPU seconds, wall seconds, peak memory in MiB and what was printed."""
    home = folder.parent / f"{folder.name}-home"
    home.mkdir(exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    environment |= {"HOME": str(home), "DVC_SITE_CACHE_DIR": str(home / "dvc")}
    with tempfile.TemporaryFile() as printed:
        how = dict(cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=printed, stderr=printed, start_new_session=True)
        begin = time.perf_counter()
        process = subprocess.Popen([str(word) for word in command], **how)
        timer = threading.Timer(arguments.limit, os.killpg, (process.pid, signal.SIGKILL))
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        printed.seek(0)
        text = printed.read().decode(errors="replace")
    if process.returncode == -signal.SIGKILL and wall >= arguments.limit:
        raise Left(f"more than {arguments.limit:g}")
    return process.returncode, usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024, text


def must(command, folder):
    code, cpu, wall, memory, text = run(command, folder)
    if code != 0:
        print(f"`{' '.join(command)}` exits {code}:\n{text[-2000:]}", flush=True)
        raise Left(f"exit {code}")
    return cpu, wall, memory


def results(folder):
    return {file: file.stat().st_mtime_ns for file in [*folder.glob("leaves/*"), *folder.glob("table.txt")]}


def measure(tool, folder, axes):
    """Runs a tool through its phases, in a new folder unless it is kept from the round before."""
    kept = folder.exists()
    phases = {name: command for name, command in TOOLS[tool].items() if name != COLD or tool not in unmeasured}
    phase = COLD
    try:
        if not kept:
            folder.mkdir()
            declare(tool, folder, axes)
            if tool == "dvc":
                settings = [["dvc", "config", f"core.{name}", "false"] for name in ["analytics", "check_update"]]
                [must(command, folder) for command in [["git", "init", "-q"], ["dvc", "init", "-q", "--no-scm"], *settings]]
            if tool == "dvc" and tool in unmeasured:
                for name, text in leaves(axes).items():
                    (folder / f"leaves/{name}.txt").write_text(text + "\n")
                (folder / "table.txt").write_text("".join(text + "\n" for text in leaves(axes).values()))
                must(["dvc", "commit", "-f", "-q"], folder)
            elif tool in unmeasured:
                must(TOOLS[tool][COLD], folder)
        before = results(folder)
        for phase, command in phases.items():
            figures.setdefault((tool, phase), []).append(must(command, folder))
            after = results(folder)
            if phase == COLD and tool != "saigen":
                assert (folder / "table.txt").read_text().split() == " ".join(leaves(axes).values()).split(), f"{tool} computes"
            assert phase == COLD or before == after, f"{tool} has nothing to do and does something"
            before = after
    except Left as why:
        left[tool] = phase, str(why)


def cells(tool, phase):
    if left.get(tool, ("",))[0] == phase:
        return ["–", left[tool][1], "–", "–", "–"]
    if (tool, phase) not in figures:
        return ["–"] * 5
    least = lambda column: min(row[column] for row in figures[tool, phase])
    middle = lambda key, column: statistics.median(row[column] for row in figures[key])
    ours = ("saigen", phase if phase == COLD else AGAIN)
    ratio = lambda column: f"{middle((tool, phase), column) / middle(ours, column):.2f}" if ours in figures else "–"
    memory = max(row[2] for row in figures[tool, phase])
    memory = f"{memory:.0f}" if memory > floor else f"≤ {memory:.0f}"
    spread = lambda column: f"{least(column):.3f} / {middle((tool, phase), column):.3f}"
    return [spread(0), spread(1), memory, ratio(0), ratio(1)]


def version(tool):
    folder = pathlib.Path(scratch.name) / "version"
    folder.mkdir(exist_ok=True)
    lines = run([SAIGEN if tool == "saigen" else tool, "--version"], folder)[-1].splitlines()
    return f"{tool} {lines[0].removeprefix(f'{tool} ') if lines else ''}"


scratch = tempfile.TemporaryDirectory()
needs = {"saigen": [SAIGEN], "dvc": ["dvc", "git"]}
wanted = ["saigen", *filter(None, arguments.peers.split(","))]
there = [tool for tool in wanted if all(map(shutil.which, needs.get(tool, [tool])))]
axes = lists(arguments.steps)
figures, left = {}, {}

processor = [line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
print(f"{processor[0] if processor else os.uname().machine}, {os.cpu_count()} cores, {time.strftime('%Y-%m-%d')}. ", end="")
print("; ".join(version(tool) for tool in there) + ".", flush=True)
print(f"{arguments.steps} leaves and one table; {arguments.rounds} round{'s' * (arguments.rounds != 1)}.")
for tool in wanted:
    if tool not in there:
        print(f"{tool} is not there and was skipped.")
for tool in sorted(unmeasured & set(there)):
    how = "`dvc commit -f -q` over files written by the script" if tool == "dvc" else "an unmeasured cold run"
    print(f"No cold run of {tool}: made ready by {how}.")

floor = 0
for number in range(arguments.rounds):
    turn = number % max(1, len(there))
    for tool in there[turn:] + there[:turn]:
        if tool not in left:
            folder = pathlib.Path(scratch.name) / tool
            if tool not in unmeasured:
                shutil.rmtree(folder, ignore_errors=True)
                shutil.rmtree(f"{folder}-home", ignore_errors=True)
            measure(tool, folder, axes)
            # A process begins with the memory of this one, from which it was forked.
            floor = max(floor, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)

print("\n| phase | tool | CPU s, min / median | wall s, min / median | peak MiB | CPU / saigen | wall / saigen |")
print("|:--|:--|--:|--:|--:|--:|--:|")
for phase in [COLD, AGAIN, REHASH]:
    for tool in there:
        if phase in TOOLS[tool]:
            print(f"| {phase} | {tool} | " + " | ".join(cells(tool, phase)) + " |")

print("\n| is anything due? | exit, nothing due | exit, work due |\n|:--|--:|--:|", flush=True)
edited = [0.51, *axes[0][1:]], *axes[1:]
for tool in there:
    if tool in left:
        continue
    folder = pathlib.Path(scratch.name) / tool
    try:
        before = [run(command, folder) for command in DUE[tool]]
        declare(tool, folder, edited)
        for command, nothing in zip(DUE[tool], before):
            work = run(command, folder)
            # A silent command tells by its exit code alone.
            unseen = " (unseen)" * (nothing[-1] == work[-1] and nothing[0] == work[0])
            print(f"| `{' '.join([tool, *command[1:]])}` | {nothing[0]} | {work[0]}{unseen} |", flush=True)
    except Left as why:
        print(f"| {tool} | {why} s | |", flush=True)
