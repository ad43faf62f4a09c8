"""The cost of a training step, here and in other frameworks, in turn on the same processors.

    python3 tests/peers/training.py [--rounds 3] [--seconds 1] [--widths 3,8,64,256] [--replicas 1,8,64]

needs `cargo build --release --example step_cost` and, in this Python, jax and torch. Every number
is the median over rounds; in a round each framework runs once, pinned to one processor and then to
two. On two, this project runs two processes, as its executor does, and the others two threads.
Prints Markdown: microseconds per replica and step, and each peer as a multiple of ours. The limit
is the operations of the products over the rate of fused multiply-adds that the same processor
reaches with nothing else to do.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys

here = pathlib.Path(__file__).parent
ours = here.parent.parent / "target/release/examples/step_cost"
arguments = argparse.ArgumentParser()
arguments.add_argument("--rounds", type=int, default=3)
arguments.add_argument("--seconds", type=float, default=1.0)
arguments.add_argument("--widths", default="3,8,64,256")
arguments.add_argument("--replicas", default="1,8,64")
arguments = arguments.parse_args()


def start(command, processors):
    environment = os.environ | {"OMP_NUM_THREADS": str(len(processors))}
    pin = lambda: os.sched_setaffinity(0, processors)
    return subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, text=True, env=environment, preexec_fn=pin)


def number(process):
    out, _ = process.communicate()
    return float(out) if process.returncode == 0 else float("nan")


def cost(framework, width, replicas, processors):
    if framework == "saigen":
        both = [start([ours, width, replicas, arguments.seconds], {processor}) for processor in sorted(processors)]
        return 1 / sum(1 / number(process) for process in both)
    script, *how = framework.split(" ")
    command = [sys.executable, here / f"training_{script}.py", width, replicas, len(processors), arguments.seconds, *how]
    return number(start(command, processors))


def limit(width, processors):
    rates = [start([ours, "peak"], {processor}) for processor in sorted(processors)]
    rate = sum(number(process) for process in rates)
    weights = 16 * width + width * width + width
    # Forward and weight gradients touch every weight; gradients by inputs skip the first layer.
    operations = 2 * 128 * (2 * weights + width * width + width)
    return operations / rate / 1e3


FRAMEWORKS = ["saigen", "jax", "torch stacked", "torch vmap", "torch eager"]
all_processors = sorted(os.sched_getaffinity(0))[:2]
for processors in [set(all_processors[:1]), set(all_processors)]:
    print(f"\n{len(processors)} processor{'s' * (len(processors) > 1)}\n")
    print("| W | R | limit | " + " | ".join(FRAMEWORKS) + " | " + " | ".join(f"{name} / saigen" for name in FRAMEWORKS[1:]) + " |")
    print("|" + "---|" * (3 + 2 * len(FRAMEWORKS) - 1), flush=True)
    for width in map(int, arguments.widths.split(",")):
        for replicas in map(int, arguments.replicas.split(",")):
            rounds = [[cost(name, width, replicas, processors) for name in FRAMEWORKS] for _ in range(arguments.rounds)]
            medians = [statistics.median(column) for column in zip(*rounds)]
            numbers = [f"{limit(width, processors):.1f}"] + [f"{median:.1f}" for median in medians]
            ratios = [f"{median / medians[0]:.1f}" for median in medians[1:]]
            print(f"| {width} | {replicas} | " + " | ".join(numbers + ratios) + " |", flush=True)
