"""Reference values for the study of densities, written like the definitions.

Run `python3 density.py > density.json`. Estimates are evaluated point by point from the sample, leaving
one out means leaving one out, the criterion of a partition is the mean absolute difference of two
step functions, computed anew for every swap. Only the named streams are shared with reference.py.
"""

import json
import math

import numpy as np
from reference import Stream

BANDWIDTHS = [0.001, 0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09, 0.1]


def gaussian(x1, x2):
    return np.exp(-((x1 - 0.5) ** 2) - (x2 - 0.5) ** 2) / (math.pi * math.erf(0.5) ** 2)


def cylinder(x1, x2):
    return np.where((x1 - 0.5) ** 2 + (x2 - 0.5) ** 2 < 0.16, 1 / (0.16 * math.pi), 0.0)


def pyramid(x1, x2):
    total = 0.0
    for c1 in (0.3, 0.7):
        for c2 in (0.3, 0.7):
            total = total + 375 * np.maximum(0.0, 0.1 - np.abs(x1 - c1) - np.abs(x2 - c2))
    return total


DENSITIES = {"gaussian": gaussian, "cylinder": cylinder, "pyramid": pyramid}
CLASSES = {"gaussian": 4, "cylinder": 10, "pyramid": 13}


def draw(name, n, seed):
    stream = Stream("density", "sample", [("density", name), ("seed", str(seed))])

    def gaussian_coordinate():
        while True:
            x = stream.uniform()
            if stream.uniform() < math.exp(-((x - 0.5) ** 2)):
                return x

    points = []
    while len(points) < n:
        if name == "gaussian":
            points.append((gaussian_coordinate(), gaussian_coordinate()))
        elif name == "cylinder":
            x1, x2 = 0.1 + 0.8 * stream.uniform(), 0.1 + 0.8 * stream.uniform()
            if (x1 - 0.5) ** 2 + (x2 - 0.5) ** 2 < 0.16:
                points.append((x1, x2))
        else:
            radius, share = 0.1 * sorted(stream.uniform() for _ in range(3))[1], stream.uniform()
            point = []
            for length in (radius * share, radius * (1 - share)):
                centre = (0.3, 0.7)[stream.below(2)]
                point.append(centre + (-length if stream.below(2) == 0 else length))
            points.append(tuple(point))
    return np.array(points)


def grid(side):
    points = (np.arange(side) + 0.5) / side
    return np.repeat(points, side), np.tile(points, side)


def loss(estimate, density, side):
    return float(np.abs(estimate - density(*grid(side))).mean())


def kernel(points, density, profile, side_of):
    """The loss on the grid; the criterion by the distances of all pairs of points."""
    rows = []
    for h in BANDWIDTHS:
        side = side_of(h)
        axis = (np.arange(side) + 0.5) / side
        k1, k2 = (profile(axis[:, None] - points[None, :, d], h) for d in (0, 1))
        estimate = k1 @ k2.T / len(points)
        pairs = np.prod([profile(points[:, None, d] - points[None, :, d], h) for d in (0, 1)], axis=0)
        np.fill_diagonal(pairs, 0.0)
        others = pairs.sum() / (len(points) * (len(points) - 1))
        criterion = float((estimate**2).mean() - 2 * others)
        rows.append([h, loss(estimate.ravel(), density, side), criterion])
    return rows


def gaussian_profile(x, h):
    return np.exp(-(x**2) / (2 * h * h)) / (h * math.sqrt(2 * math.pi))


def square_profile(x, h):
    return np.where(np.abs(x) < h, 1 / (2 * h), 0.0)


def cells(points, intervals):
    return np.minimum((points * intervals).astype(int), intervals - 1)


def counts(points, intervals):
    table = np.zeros((intervals, intervals))
    np.add.at(table, tuple(cells(points, intervals).T), 1.0)
    return table


def step_loss(heights, density):
    intervals = len(heights)
    side = intervals * -(-240 // intervals)
    points = np.stack(grid(side), axis=1)
    return loss(heights[tuple(cells(points, intervals).T)], density, side)


def histogram(points, density):
    rows, n = [], len(points)
    for intervals in range(1, 21):
        area = 1 / intervals**2
        at = cells(points, intervals)
        others = [
            np.sum(np.all(np.delete(at, i, axis=0) == at[i], axis=1)) / ((n - 1) * area) for i in range(n)
        ]
        heights = counts(points, intervals) / (n * area)
        rows.append([intervals, step_loss(heights, density), float((heights**2).mean() - 2 * np.mean(others))])
    return rows


def series(points, density):
    def functions(x):
        columns = [np.ones_like(x)]
        for k in range(1, 11):
            columns += [math.sqrt(2) * np.cos(2 * math.pi * k * x), math.sqrt(2) * np.sin(2 * math.pi * k * x)]
        return np.stack(columns[:20], axis=1)

    rows, n, side = [], len(points), 250
    axis = functions((np.arange(side) + 0.5) / side)
    first, second = functions(points[:, 0]), functions(points[:, 1])
    for count in range(5, 21):
        products = first[:, :count, None] * second[:, None, :count]
        weights = products.mean(axis=0)
        others = [(np.delete(products, i, axis=0).mean(axis=0) * products[i]).sum() for i in range(n)]
        estimate = axis[:, :count] @ weights @ axis[:, :count].T
        rows.append([count, loss(estimate.ravel(), density, side), float((weights**2).sum() - 2 * np.mean(others))])
    return rows


def on_partition(table, classes):
    """The histogram on products of classes, as heights on the base intervals."""
    heights, total, intervals = np.zeros_like(table), table.sum(), len(table)
    for a in set(classes):
        for b in set(classes):
            where = np.ix_(classes == a, classes == b)
            heights[where] = table[where].sum() / total / (table[where].size / intervals**2)
    return heights


def criterion(training, test, classes):
    heights = on_partition(training, classes)
    return (heights**2).mean() - 2 * (heights * test).sum() / test.sum()


def greedy(folds, order):
    """Equations (3) and (4): swap while that lowers the mean over folds of an integral."""
    intervals = len(order)
    classes = np.empty(intervals, dtype=int)
    classes[order] = np.arange(intervals) // 3

    def objective(classes):
        total = 0.0
        for fold in folds:
            rest = sum(folds) - fold
            base = fold / fold.sum() * intervals**2
            total += np.abs(base - on_partition(rest, classes)).mean()
        return total / len(folds)

    best, since = objective(classes), 0
    while True:
        for a in range(intervals):
            for b in range(a + 1, intervals):
                if since == intervals * (intervals - 1) // 2:
                    return classes, best
                since += 1
                if classes[a] == classes[b]:
                    continue
                swapped = classes.copy()
                swapped[a], swapped[b] = classes[b], classes[a]
                value = objective(swapped)
                if value < best - 1e-12:
                    classes, best, since = swapped, value, 0


def m_sde(points, density, seed, starts):
    rows, at = [], np.arange(len(points))
    for k in (1, 2, 3, 4, 5):
        intervals = 3 * k

        def fit(keep, start):
            folds = [counts(points[keep & (at % 4 == fold)], intervals) for fold in range(4)]
            names = [("intervals", str(intervals)), ("seed", str(seed)), ("start", str(start))]
            return greedy(folds, np.array(Stream("density", "m-sde start", names).order(intervals)))

        everything = at >= 0
        classes = min((fit(everything, start) for start in range(starts)), key=lambda found: found[1])[0]
        held_out = []
        for fold in range(5):
            keep = at % 5 != fold
            held_out.append(criterion(counts(points[keep], intervals), counts(points[~keep], intervals), fit(keep, 0)[0]))
        heights = on_partition(counts(points, intervals), classes)
        rows.append([k, step_loss(heights, density), float(np.mean(held_out))])
    return rows


def v_sde(points, density, seed):
    rows, at = [], np.arange(len(points))
    for intervals in (6, 9, 12, 18, 24, 30, 39):
        names = [("intervals", str(intervals)), ("seed", str(seed))]
        order = Stream("density", "v-sde order", names).order(intervals)

        def partition(table, tolerance):
            # In counts, whole numbers, whose ties are ties; between heights it would be `scale` times that.
            scale = intervals**2 / table.sum() ** 2

            def distance(a, b, matrix):
                return sum(abs(matrix[:, i] @ (matrix[:, a] - matrix[:, b])) for i in range(intervals))

            chosen = []
            for l in order:
                plain = min((distance(l, v, table) for v in chosen), default=math.inf)
                transposed = min((distance(l, v, table.T) for v in chosen), default=math.inf)
                if scale * plain > tolerance / 2 or scale * transposed > tolerance / 2:
                    chosen.append(l)
            return np.array([int(np.argmin([distance(l, v, table) for v in chosen])) for l in range(intervals)])

        for k in range(0, 21, 4):
            tolerance = 0.05 * 2 ** (0.5 * k)
            classes = partition(counts(points, intervals), tolerance)
            held_out = []
            for fold in range(5):
                training, test = (counts(points[keep], intervals) for keep in (at % 5 != fold, at % 5 == fold))
                held_out.append(criterion(training, test, partition(training, tolerance)))
            heights = on_partition(counts(points, intervals), classes)
            rows.append([len(set(classes)), step_loss(heights, density), float(np.mean(held_out))])
    return rows


def case(name, n=200, seed=1, starts=2):
    density, points = DENSITIES[name], draw(name, n, seed)
    return {
        "density": name, "n": n, "seed": seed, "starts": starts, "points": points[:5].tolist(),
        "kernel-gaussian": kernel(points, density, gaussian_profile, lambda h: 500 if h <= 0.02 else 250),
        "kernel-square": kernel(points, density, square_profile, lambda h: 500),
        "histogram": histogram(points, density),
        "series": series(points, density),
        "m-sde": m_sde(points, density, seed, starts),
        "v-sde": v_sde(points, density, seed),
    }


if __name__ == "__main__":
    print(json.dumps([case(name) for name in DENSITIES], indent=None, separators=(",", ":")).replace("]],", "]],\n"))
