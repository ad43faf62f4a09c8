"""The figures of `nonsmooth`, drawn by matplotlib from the same tables, to be looked at beside ours.

    python3 tests/peers/figures.py OUT      # needs numpy and matplotlib

matplotlib is shown at its best: constrained layout, a style of its own, direct labels, log locators,
perceptual colours, a colour bar. Beside the pictures it prints what the files weigh and whether a
second run gives the same bytes.
"""

import argparse
import csv
import hashlib
import io
from pathlib import Path

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import LogFormatter, LogLocator, NullFormatter

ROOT = Path(__file__).parents[2]
TABLES = ROOT / "artifacts/record/nonsmooth/tables"
OURS = ROOT / "figures/record/nonsmooth"
ARMS = ["network-narrow", "network-wide", "kernel", "spline", "series"]
COLOURS = dict(zip(ARMS, ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9"]))
MARKS = dict(zip(ARMS, "osvD^"))


def rows(name):
    with open(TABLES / f"{name}.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def risk():
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.8), sharey=True, layout="constrained")
    for axis, sigma in zip(axes, ["0.1", "0.5"]):
        for arm in ARMS:
            of = [row for row in rows("risk") if (row["target"], row["sigma"], row["experiment"]) == ("two-piece", sigma, arm)]
            x, y, low, high = (np.array([float(row[name]) for row in of]) for name in ["n", "geometric-mean", "lower-quartile", "upper-quartile"])
            axis.loglog(x, y, color=COLOURS[arm], marker=MARKS[arm], label=f"{arm} ({np.polyfit(np.log(x), np.log(y), 1)[0]:.2f})")
            axis.fill_between(x, low, high, color=COLOURS[arm], alpha=0.13, linewidth=0)
        axis.set(title=f"noise σ = {sigma}", xlabel="sample size n")
        axis.set_xticks([100, 200, 400, 800, 1600], labels=["100", "200", "400", "800", "1600"])
        axis.xaxis.set_minor_locator(LogLocator(subs=[]))
        axis.yaxis.set_major_formatter(LogFormatter(labelOnlyBase=False))
        axis.legend(frameon=False, fontsize=7)
        axis.grid(axis="y", color="#e4e4e4")
    axes[0].set_ylabel("integrated squared error")
    return figure


def portraits():
    figure, axes = plt.subplots(2, 3, figsize=(8, 5.6), sharex=True, sharey=True, layout="constrained")
    of = rows("portraits")
    names = list(dict.fromkeys(row["experiment"] for row in of))
    values = {name: np.array([float(row["fit"]) for row in of if row["experiment"] == name]) for name in names}
    low, high = np.quantile(np.concatenate(list(values.values())), [0.005, 0.995])
    for axis, name in zip(axes.flat, names):
        side = int(len(values[name]) ** 0.5)
        image = axis.imshow(values[name].reshape(side, side).T, origin="lower", extent=(0, 1, 0, 1), vmin=low, vmax=high, cmap="viridis")
        axis.contour(np.linspace(0.01, 0.99, side), np.linspace(0.01, 0.99, side), values[name].reshape(side, side).T, levels=[0.5, 1], colors="black", linewidths=1)
        axis.set_title(name, fontsize=9)
    figure.colorbar(image, ax=axes, label="fit", shrink=0.8)
    figure.supxlabel("x1")
    figure.supylabel("x2")
    return figure


def choosing():
    figure, axis = plt.subplots(figsize=(4.4, 4.4), layout="constrained")
    for arm in ARMS[:2]:
        of = [row for row in rows("training") if row["experiment"] == arm]
        axis.loglog([float(row["oracle"]) for row in of], [float(row["held-out"]) for row in of], MARKS[arm], color=COLOURS[arm], label=arm)
    ends = axis.get_xlim()
    axis.plot(ends, ends, "--", color="grey", linewidth=1)
    axis.set(xlabel="risk, chosen by the oracle", ylabel="risk, chosen by held-out data")
    axis.legend(frameon=False)
    return figure


def seeds():
    figure, axes = plt.subplots(1, 2, figsize=(8, 2.8), sharex=True, sharey=True, layout="constrained")
    with open(TABLES.parent / "cells.csv", newline="", encoding="utf-8") as file:
        cells = [row for row in csv.DictReader(file) if row.get("target") == "two-piece" and row.get("n") == "1600" and row["risk-cv"]]
    for axis, sigma in zip(axes, ["0.1", "0.5"]):
        values = [[float(row["risk-cv"]) for row in cells if row["experiment"] == arm and row["sigma"] == sigma] for arm in ARMS]
        parts = axis.violinplot(values, orientation="horizontal", showmedians=True)
        for body, arm in zip(parts["bodies"], ARMS):
            body.set_facecolor(COLOURS[arm])
        axis.set(xscale="log", title=f"noise σ = {sigma}", xlabel="integrated squared error")
        axis.xaxis.set_minor_formatter(NullFormatter())
        axis.set_yticks(range(1, 6), labels=ARMS)
        axis.invert_yaxis()
    return figure


def svg(make):
    text = io.StringIO()
    # Without the salt and the date it would differ every time.
    plt.rcParams["svg.hashsalt"] = "saigen"
    figure = make()
    figure.savefig(text, format="svg", metadata={"Date": None})
    plt.close(figure)
    return text.getvalue().encode()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="the folder that the pictures go to")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    print(f"matplotlib {matplotlib.__version__}")
    print("figure      ours KiB  matplotlib KiB  matplotlib the same twice")
    for make in [risk, seeds, choosing, portraits]:
        first = svg(make)
        (out / f"{make.__name__}.svg").write_bytes(first)
        figure = make()
        figure.savefig(out / f"{make.__name__}.png", dpi=150)
        plt.close(figure)
        ours = (OURS / f"{make.__name__}.svg").stat().st_size
        same = hashlib.sha256(first).digest() == hashlib.sha256(svg(make)).digest()
        print(f"{make.__name__:<10} {ours / 1024:9.0f} {len(first) / 1024:15.0f}  {'yes' if same else 'no'}")


if __name__ == "__main__":
    main()
