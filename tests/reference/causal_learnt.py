"""Reference values for what the study of causal directions learns, written like the definitions.

Run `python3 causal_learnt.py > causal_learnt.json`. On the twelve pairs of causal.py: the random features
and the forest of RCC, learnt from its mother distribution; CGNN, trained from its start; the generator
of meta-CGNN with given weights, its steps of training and its scores. Gradients are written out by the
chain rule; everything is in float64. Only the named streams are shared with reference.py.
"""

import json
import math

import numpy as np
from causal import GAMMAS, pairs, squares, standardised
from reference import Stream
from scipy.interpolate import CubicSpline

ID = "causal-direction"


def normals(stream, count):
    return np.array([stream.normal() for _ in range(count)])


# ------------------------------------------------------------------------------------------------ RCC

RCC = {"features": 6, "trees": 12, "learnt-pairs": 100, "learnt-n": 60}
LEAF = 20


def mother(n, stream):
    """A pair of the mother distribution of Lopez-Paz et al. 2015, theta = (3, 2, 2, 2, 5)."""
    weights, means, deviations = np.array([(stream.uniform(), 2 * stream.normal(), abs(2 * stream.normal())) for _ in range(3)]).T
    cause = []
    for _ in range(n):
        component = min(int(np.searchsorted(np.cumsum(weights), weights.sum() * stream.uniform(), side="right")), 2)
        cause.append(means[component] + deviations[component] * stream.normal())
    cause = standardised(np.array(cause))
    heights = normals(stream, 5)
    noise = math.sqrt(2 * stream.uniform())
    mechanism = CubicSpline(np.linspace(cause.min(), cause.max(), 5), heights, bc_type="natural")
    return cause, standardised(mechanism(cause) + noise * normals(stream, n))


class Features:
    """Means of cos(w x + v y + b), with (w, v) normal of variance 2 g: kernels exp(-g d^2)."""

    def __init__(self, seed):
        stream = Stream(ID, "rcc features", [("seed", str(seed))])
        self.rows = []
        for at in range(RCC["features"]):
            scale = math.sqrt(2 * (0.1, 1.0, 10.0)[at % 3])
            self.rows.append((scale * stream.normal(), scale * stream.normal(), 2 * math.pi * stream.uniform()))

    def __call__(self, x, y):
        return np.array(
            [np.cos(w * x + b).mean() for w, _, b in self.rows]
            + [np.cos(w * y + b).mean() for w, _, b in self.rows]
            + [np.cos(w * x + v * y + b).mean() for w, v, b in self.rows]
        )


def tree(rows, classes, stream):
    """A tree on these rows: a share, or (feature, threshold, below, above)."""

    def gini(of):
        share = of.mean()
        return len(of) * 2 * share * (1 - share)

    if classes.all() or not classes.any() or len(rows) < 2 * LEAF:
        return classes.mean()
    best = None
    for _ in range(math.isqrt(rows.shape[1])):
        feature = stream.below(rows.shape[1])
        values = np.unique(rows[:, feature])
        for threshold in (values[1:] + values[:-1]) / 2:
            below = rows[:, feature] <= threshold
            if min(below.sum(), (~below).sum()) < LEAF:
                continue
            impurity = gini(classes[below]) + gini(classes[~below])
            # Of equals the first, whatever the last bit says.
            if best is None or impurity < best[0] - 1e-9:
                best = (impurity, feature, threshold)
    if best is None:
        return classes.mean()
    below = rows[:, best[1]] <= best[2]
    left = tree(rows[below], classes[below], stream)
    return best[1], best[2], left, tree(rows[~below], classes[~below], stream)


def share(node, row):
    while isinstance(node, tuple):
        feature, threshold, below, above = node
        node = below if row[feature] <= threshold else above
    return node


def rcc(seed):
    """The score of a pair, after learning with a seed."""
    features, stream = Features(seed), Stream(ID, "rcc pairs", [("seed", str(seed))])
    rows, classes = [], []
    for _ in range(RCC["learnt-pairs"]):
        cause, effect = mother(RCC["learnt-n"], stream)
        rows += [features(cause, effect), features(effect, cause)]
        classes += [True, False]
    rows, classes = np.array(rows), np.array(classes)
    stream, trees = Stream(ID, "rcc forest", [("seed", str(seed))]), []
    for _ in range(RCC["trees"]):
        sample = [stream.below(len(rows)) for _ in rows]
        trees.append(tree(rows[sample], classes[sample], stream))

    def score(x, y):
        x, y = standardised(x), standardised(y)
        return np.mean([share(node, features(x, y)) for node in trees]) - np.mean([share(node, features(y, x)) for node in trees])

    return score, lambda x, y: features(standardised(x), standardised(y))


# ------------------------------------------------------------------------- discrepancy, gradients, Adam


def discrepancy(x, y, g):
    """The squared discrepancy of (x, g) from (x, y), biased, and its gradient by g."""
    n, on_x, value, gradient = len(x), squares(x, x), 0.0, np.zeros(len(x))
    for gamma in GAMMAS:
        among, across = np.exp(-gamma * (on_x + squares(g, g))), np.exp(-gamma * (on_x + squares(g, y)))
        value += (among + np.exp(-gamma * (on_x + squares(y, y))) - 2 * across).sum() / n**2
        gradient += -4 * gamma / n**2 * ((g[:, None] - g) * among - (g[:, None] - y) * across).sum(axis=1)
    return value, gradient


class Adam:
    """Kingma and Ba 2015, algorithm 1, on a list of arrays, in place."""

    def __init__(self, parameters):
        self.parameters, self.steps = parameters, 0
        self.first = [np.zeros_like(p) for p in parameters]
        self.second = [np.zeros_like(p) for p in parameters]

    def step(self, gradients, rate):
        self.steps += 1
        for p, g, m, v in zip(self.parameters, gradients, self.first, self.second, strict=True):
            m[:], v[:] = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
            p -= rate * (m / (1 - 0.9**self.steps)) / (np.sqrt(v / (1 - 0.999**self.steps)) + 1e-8)


def layers(widths, values):
    """Weights [in, out] and biases of each layer, out of one list of numbers."""
    found, at = [], 0
    for inputs, outputs in zip(widths, widths[1:]):
        found.append(values[at : at + inputs * outputs].reshape(inputs, outputs).copy())
        found.append(values[at + inputs * outputs :][:outputs].copy())
        at += (inputs + 1) * outputs
    return found


# ----------------------------------------------------------------------------------------------- CGNN

CGNN = {"hidden": 6, "runs": 2, "train-epochs": 30, "test-epochs": 4}


def cgnn(x, y):
    """Goudet et al. 2018: fit both directions from several starts, compare the mean discrepancies."""
    x, y = standardised(x), standardised(y)
    sums = []
    for direction, (cause, effect) in enumerate([(x, y), (y, x)]):
        total = 0.0
        for run in range(CGNN["runs"]):
            stream = Stream("test", "cgnn reference", [("direction", str(direction)), ("run", str(run))])
            widths = [2, CGNN["hidden"], 1]
            network = layers(widths, 0.05 * normals(stream, 3 * CGNN["hidden"] + CGNN["hidden"] + 1))
            optimiser = Adam(network)
            for epoch in range(CGNN["train-epochs"] + CGNN["test-epochs"]):
                v, b, w, c = network
                inputs = np.column_stack([cause, normals(stream, len(cause))])
                hidden = np.maximum(inputs @ v + b, 0)
                value, slope = discrepancy(cause, effect, (hidden @ w + c)[:, 0])
                if epoch >= CGNN["train-epochs"]:
                    total += value
                    continue
                back = slope[:, None] * w.T * (hidden > 0)
                gradients = [inputs.T @ back, back.sum(axis=0), hidden.T @ slope[:, None], slope.sum(keepdims=True)]
                optimiser.step(gradients, 0.01)
        sums.append(total)
    return (sums[1] - sums[0]) / (sums[1] + sums[0])


# ------------------------------------------------------------------------------------------ meta-CGNN

WIDTH, READER = 32, 32
FEATURES = ["none", "embedding", "deep-sets"]
STEPS, RATE, POINTS, DRAWS = 4, 0.01, 40, 2


def conditional_mean_embedding(x, y):
    """E[cos w Y | X = x] and E[sin w Y | X = x]: kernel ridge regression through 25 points, which solves
    min over a of |waves - K a|^2 + 0.01 n a' K_uu a, the kernel's length 0.5."""
    through = np.linspace(-3, 3, 25)
    waves = np.column_stack([wave(w * y) for w in (0.5, 1.0, 2.0) for wave in (np.cos, np.sin)])
    near = np.exp(-2 * squares(x, through))
    among = np.exp(-2 * squares(through, through)) + 1e-6 * np.eye(25)
    weights = np.linalg.solve(near.T @ near + 0.01 * len(x) * among, near.T @ waves)
    return (np.exp(-2 * squares(np.linspace(-1.5, 1.5, 7), through)) @ weights).ravel()


class Meta:
    """effect = G(cause, noise), two hidden layers of ReLU units, each scaled and shifted (FiLM) as a network
    says that reads the feature: given numbers, or the mean of another network over the points."""

    def __init__(self, feature):
        self.feature = feature

        def part(name, widths):
            stream = Stream("test", "meta weights", [("part", name)])
            return layers(widths, 0.2 * normals(stream, sum((i + 1) * o for i, o in zip(widths, widths[1:]))))

        self.own = part("0", [2, WIDTH]) + part("1", [WIDTH, WIDTH]) + part("2", [WIDTH, 1])
        self.film = part("film", [42 if feature == "embedding" else READER, READER, 4 * WIDTH]) if feature != "none" else []
        self.points = part("points", [2, READER, READER]) if feature == "deep-sets" else []
        self.optimiser = Adam(self.own + self.film + self.points)

    def forward(self, x, y, noise):
        """What is generated for one data set, and what the chain rule needs."""
        v0, b0, v1, b1, v2, b2 = self.own
        seen, read, code = None, None, None
        film = np.zeros((4, WIDTH))
        if self.feature == "embedding":
            code = conditional_mean_embedding(x, y)
        elif self.feature == "deep-sets":
            p0, c0, p1, c1 = self.points
            seen = np.maximum(np.column_stack([x, y]) @ p0 + c0, 0)
            code = (seen @ p1 + c1).mean(axis=0)
        if code is not None:
            f0, d0, f1, d1 = self.film
            read = np.maximum(code @ f0 + d0, 0)
            film = (read @ f1 + d1).reshape(4, WIDTH)
        inputs = np.column_stack([x, noise])
        plain0 = inputs @ v0 + b0
        hidden0 = np.maximum(plain0 * (1 + film[0]) + film[1], 0)
        plain1 = hidden0 @ v1 + b1
        hidden1 = np.maximum(plain1 * (1 + film[2]) + film[3], 0)
        return (hidden1 @ v2 + b2)[:, 0], (x, y, inputs, seen, code, read, film, plain0, hidden0, plain1, hidden1)

    def gradients(self, slope, kept):
        x, y, inputs, seen, code, read, film, plain0, hidden0, plain1, hidden1 = kept
        v0, b0, v1, b1, v2, b2 = self.own
        by_film = np.zeros((4, WIDTH))
        back = slope[:, None] * v2.T * (hidden1 > 0)
        own2 = [hidden1.T @ slope[:, None], slope.sum(keepdims=True)]
        by_film[2], by_film[3] = (back * plain1).sum(axis=0), back.sum(axis=0)
        back = back * (1 + film[2])
        own1 = [hidden0.T @ back, back.sum(axis=0)]
        back = back @ v1.T * (hidden0 > 0)
        by_film[0], by_film[1] = (back * plain0).sum(axis=0), back.sum(axis=0)
        back = back * (1 + film[0])
        found = [inputs.T @ back, back.sum(axis=0)] + own1 + own2
        if code is not None:
            f0, d0, f1, d1 = self.film
            by_read = by_film.ravel() @ f1.T * (read > 0)
            found += [np.outer(code, by_read), by_read, np.outer(read, by_film.ravel()), by_film.ravel()]
        if seen is not None:
            p0, c0, p1, c1 = self.points
            by_code = np.tile(by_read @ f0.T / len(x), (len(x), 1))
            by_seen = by_code @ p1.T * (seen > 0)
            found += [np.column_stack([x, y]).T @ by_seen, by_seen.sum(axis=0), seen.T @ by_code, by_code.sum(axis=0)]
        return found

    def step(self, sets, noises):
        """One step on all data sets: the loss is the sum of their discrepancies."""
        total = None
        for (x, y), noise in zip(sets, noises, strict=True):
            generated, kept = self.forward(x, y, noise)
            found = self.gradients(discrepancy(x, y, generated)[1], kept)
            total = found if total is None else [a + b for a, b in zip(total, found, strict=True)]
        self.optimiser.step(total, RATE)

    def score(self, x, y):
        """Both directions meet the same noise."""
        x, y = standardised(x), standardised(y)
        noise = normals(Stream("test", "meta noise", []), DRAWS * len(x)).reshape(DRAWS, -1)

        def mean(a, b):
            return np.mean([discrepancy(a, b, self.forward(a, b, e)[0])[0] for e in noise])

        forwards, backwards = mean(x, y), mean(y, x)
        return (backwards - forwards) / (backwards + forwards)


def main():
    cases = list(pairs())
    score, features = rcc(1)
    found = [{"rcc-features": features(x, y).tolist(), "rcc": float(score(x, y)), "cgnn": float(cgnn(x, y))} for x, y in cases]
    sets = [(standardised(x[:POINTS]), standardised(y[:POINTS])) for x, y in cases]
    for feature in FEATURES:
        meta = Meta(feature)
        for case, (x, y) in zip(found, cases):
            case[f"meta-{feature}"] = float(meta.score(x, y))
        noise = Stream("test", "meta training", [])
        for _ in range(STEPS):
            meta.step(sets, normals(noise, len(sets) * POINTS).reshape(len(sets), POINTS))
        for case, (x, y) in zip(found, cases):
            case[f"meta-{feature}-trained"] = float(meta.score(x, y))
    for case, (x, y) in zip(found, cases):
        case["embedding"] = conditional_mean_embedding(standardised(x), standardised(y)).tolist()
    print("[" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in found) + "]")


if __name__ == "__main__":
    main()
