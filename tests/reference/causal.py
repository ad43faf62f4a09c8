"""Reference values for the study of causal directions, written like the definitions.

Run `python3 causal.py > causal.json` (its packages are numpy and scipy). Twelve pairs of several kinds
are drawn here and stored with what each method says of them. Gaussian processes have their whole
covariance matrix, the independence criterion its centring matrices, the gamma distribution is
scipy's; nothing is shared with the Rust code.
"""

import json
from collections import Counter

import numpy as np
from scipy import stats

LENGTHS = [0.2, 0.5, 1.0, 2.0, 5.0]
NOISES = [1e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 10.0]
GAMMAS = [0.005, 0.05, 0.25, 0.5, 1, 5, 50]


def standardised(v):
    return (v - v.mean()) / v.std()


def unit(v):
    return (v - v.min()) / (v.max() - v.min())


def squares(a, b):
    return (a[:, None] - b[None, :]) ** 2


def residuals(x, y):
    n = len(x)
    count = min(30, n)
    points = np.unique(np.sort(x)[[(2 * at + 1) * n // (2 * count) for at in range(count)]])
    best = None
    for length in LENGTHS:
        def kernel(a, b):
            return np.exp(-squares(a, b) / (2 * length**2))

        through = np.linalg.cholesky(kernel(points, points) + 1e-8 * np.eye(len(points)))
        half = np.linalg.solve(through, kernel(points, x))
        covariance = half.T @ half
        for noise in NOISES:
            whole = covariance + noise * np.eye(n)
            solved = np.linalg.solve(whole, y)
            # -2 log likelihood with the signal's variance at its maximum, y' K^-1 y / n.
            score = n * np.log(y @ solved / n) + np.linalg.slogdet(whole)[1]
            if best is None or score < best[0]:
                best = (score, y - covariance @ solved)
    return best[1]


def hsic(x, y):
    n = len(x)
    kept = slice(None, None, -(-n // 200))

    def kernel(v):
        distances = np.abs(v[kept][:, None] - v[kept][None, :])[np.tril_indices(len(v[kept]), -1)]
        distances = np.sort(distances[distances > 0])
        return np.exp(-squares(v, v) / distances[len(distances) // 2] ** 2)

    k, l = kernel(x), kernel(y)
    h = np.eye(n) - 1 / n
    kc, lc = h @ k @ h, h @ l @ h
    statistic = np.trace(kc @ lc) / n
    product = (kc * lc / 6) ** 2
    variance = (product.sum() - np.trace(product)) / n / (n - 1)
    variance *= 72 * (n - 4) * (n - 5) / n / (n - 1) / (n - 2) / (n - 3)
    mu = [(m.sum() - np.trace(m)) / n / (n - 1) for m in (k, l)]
    mean = (1 + mu[0] * mu[1] - mu[0] - mu[1]) / n
    shape, scale = mean**2 / variance, variance * n / mean
    return statistic / n, stats.gamma.logsf(statistic, shape, scale=scale)


def anm(x, y):
    x, y = standardised(x), standardised(y)
    (one, forwards), (other, backwards) = hsic(x, residuals(x, y)), hsic(y, residuals(y, x))
    return {
        "anm-p-value": float(np.sign(forwards - backwards) * -1 / max(forwards, backwards)),
        "anm-hsic": float(np.sign(other - one) / (1 + min(one, other))),
    }


def bivariate_fit(x, y):
    x, y = standardised(x), standardised(y)
    return float((residuals(y, x) ** 2).mean() - (residuals(x, y) ** 2).mean())


def igci(x, y, scale, estimator):
    x, y = scale(x), scale(y)

    def entropy(v):
        gaps = np.diff(np.sort(v))
        return np.log(gaps[gaps > 0]).sum() / (len(v) - 1)

    def slope(x, y):
        order = np.lexsort((y, x))
        dx, dy = np.diff(x[order]), np.abs(np.diff(y[order]))
        return np.log((dy / np.where(dx > 0, dx, 1))[(dx > 0) & (dy > 0)]).mean()

    return float(entropy(x) - entropy(y) if estimator == "entropy" else slope(y, x) - slope(x, y))


def reci(x, y):
    def error(x, y):
        design = np.column_stack([np.ones_like(x), x**3])
        return ((y - design @ np.linalg.lstsq(design, y, rcond=None)[0]) ** 2).mean()

    x, y = unit(x), unit(y)
    return float(error(y, x) - error(x, y))


def cds(x, y):
    def levels(v):
        return np.clip(np.round(2 * v), -6, 6).astype(int)

    def spread(x, y):
        near = x[np.abs(x) < 3]
        at = levels((x - near.mean()) / near.std())
        histograms = []
        for level, count in sorted(Counter(at.tolist()).items()):
            if count > 12:
                given = Counter(levels(y[at == level] - y[at == level].mean()).tolist())
                histograms.append([given[place] / count for place in range(-6, 7)])
        histograms = np.array(histograms)
        return np.std(histograms - histograms.mean(axis=0))

    x, y = standardised(x), standardised(y)
    return float(spread(y, x) - spread(x, y))


def mmd(x, y):
    """From (x, y) to (x, x^3 / 3)."""
    x, y = standardised(x), standardised(y)
    g = x**3 / 3

    def mean(a, b):
        square = squares(x, x) + squares(a, b)
        return sum(np.exp(-gamma * square).mean() for gamma in GAMMAS)

    return float(mean(g, g) + mean(y, y) - 2 * mean(g, y))


def embedding(x, y):
    """E[sin Y | X = 0.5], by the whole kernel matrix."""
    x, y = standardised(x), standardised(y)
    weights = np.linalg.solve(np.exp(-2 * squares(x, x)) + 0.01 * len(x) * np.eye(len(x)), np.sin(y))
    return float(np.exp(-2 * (0.5 - x) ** 2) @ weights)


def pairs():
    draw = np.random.default_rng(20210202)
    mechanisms = [
        lambda x, e: x**3 + x + e,
        lambda x, e: np.tanh(2 * x) + 0.3 * e,
        lambda x, e: np.sin(2 * x) * (1 + 0.5 * e),
        lambda x, e: x**2 + 0.2 * e,
        lambda x, e: (x + 2) * e,
        lambda x, e: np.exp(0.5 * x) + 0.1 * e,
    ]
    for at in range(12):
        n = 90 + 10 * at
        x = draw.normal(size=n) if at % 2 == 0 else draw.uniform(-2, 2, size=n)
        y = mechanisms[at % 6](x, draw.normal(size=n))
        yield np.round(x, 4), np.round(y, 4)


def main():
    cases = []
    for x, y in pairs():
        found = {"x": x.tolist(), "y": y.tolist(), **anm(x, y)}
        for reference, scale in (("uniform", unit), ("gaussian", standardised)):
            for estimator in ("entropy", "slope"):
                found[f"igci-{reference}-{estimator}"] = igci(x, y, scale, estimator)
        for method in (bivariate_fit, reci, cds, mmd, embedding):
            found[method.__name__.replace("_", "-")] = method(x, y)
        cases.append(found)
    print(json.dumps(cases, separators=(",", ":")))


if __name__ == "__main__":
    main()
