"""Reference values for the models, from an implementation that shares no code with them.

Run `python3 reference.py > reference.json` (its packages are numpy and mpmath); the Rust tests compare
with the committed file. Everything is in float64 and written like its definition: ChaCha12 from
the paper, back-propagation by hand, kernel ridge regression with the whole kernel matrix,
cross-validation by leaving out one observation after the other.
"""

import hashlib
import json
import math
import re
import struct

import mpmath
import numpy as np
from mpmath import mp


def chacha_words(key, rounds=12):
    """The key stream of ChaCha (Bernstein 2008) as 32-bit words, counter and nonce from 0."""
    constants = struct.unpack("<4I", b"expand 32-byte k")
    words = struct.unpack("<8I", key)
    counter = 0
    while True:
        start = list(constants + words) + [counter & 0xFFFFFFFF, counter >> 32, 0, 0]
        state = list(start)

        def quarter(a, b, c, d):
            for x, y, z, turn in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
                state[x] = (state[x] + state[y]) & 0xFFFFFFFF
                mixed = state[z] ^ state[x]
                state[z] = ((mixed << turn) | (mixed >> (32 - turn))) & 0xFFFFFFFF

        for _ in range(rounds // 2):
            quarter(0, 4, 8, 12), quarter(1, 5, 9, 13), quarter(2, 6, 10, 14), quarter(3, 7, 11, 15)
            quarter(0, 5, 10, 15), quarter(1, 6, 11, 12), quarter(2, 7, 8, 13), quarter(3, 4, 9, 14)
        yield from ((a + b) & 0xFFFFFFFF for a, b in zip(state, start))
        counter += 1


class Stream:
    """A named stream, as `models::stream` describes it."""

    def __init__(self, study, purpose, axes):
        hasher = hashlib.sha256()
        for text in ["saigen stream 1", study, purpose, *(word for pair in axes for word in pair)]:
            hasher.update(struct.pack("<Q", len(text.encode())) + text.encode())
        self.words = chacha_words(hasher.digest())
        self.spare = None

    def next(self):
        low, high = next(self.words), next(self.words)
        return low | high << 32

    def uniform(self):
        return (self.next() >> 11) / 2.0**53

    def below(self, bound):
        while True:
            wide = self.next() * bound
            if wide % 2**64 >= (2**64 - bound) % bound:
                return wide >> 64

    def normal(self):
        if self.spare is not None:
            spare, self.spare = self.spare, None
            return spare
        radius = math.sqrt(-2.0 * math.log(1.0 - self.uniform()))
        angle = 2.0 * math.pi * self.uniform()
        self.spare = radius * math.sin(angle)
        return radius * math.cos(angle)

    def order(self, count):
        order = list(range(count))
        for last in range(count - 1, 0, -1):
            other = self.below(last + 1)
            order[last], order[other] = order[other], order[last]
        return order


def streams():
    def stream():
        return Stream("test", "known answers", [("seed", "7")])

    first = stream()
    return {"uniforms": [first.uniform() for _ in range(4)], "order": stream().order(8), "normals": [stream().normal()]}


def network():
    """Five Adam steps of a 2-4-3-1 network on nine observations, all in float64."""
    widths, rate, steps = [2, 4, 3], 0.01, 5
    stream = Stream("test", "network", [("seed", "1")])
    layers = []
    for inputs, outputs in zip(widths, widths[1:] + [1]):
        scale, half = math.sqrt(2.0 / inputs), 1.0 / math.sqrt(inputs)
        weight = np.array([scale * stream.normal() for _ in range(inputs * outputs)]).reshape(inputs, outputs)
        bias = np.array([half * (2.0 * stream.uniform() - 1.0) for _ in range(outputs)])
        layers.append([weight, bias])
    data = Stream("test", "network data", [])
    x = np.array([data.normal() for _ in range(18)]).reshape(9, 2)
    y = np.array([data.normal() for _ in range(9)]).reshape(9, 1)
    moments = [[np.zeros_like(p), np.zeros_like(p)] for layer in layers for p in layer]
    losses = []
    for step in range(1, steps + 1):
        values, slopes = [x], []
        for weight, bias in layers[:-1]:
            before = values[-1] @ weight + bias
            slopes.append(before > 0)
            values.append(np.maximum(before, 0.0))
        error = values[-1] @ layers[-1][0] + layers[-1][1] - y
        losses.append(float((error**2).mean()))
        back = 2.0 * error / len(y)
        gradients = []
        for index in range(len(layers) - 1, -1, -1):
            gradients = [values[index].T @ back, back.sum(axis=0)] + gradients
            if index > 0:
                back = (back @ layers[index][0].T) * slopes[index - 1]
        flat = [(layer, i) for layer in layers for i in range(2)]
        for (layer, i), gradient, moment in zip(flat, gradients, moments):
            moment[0] = 0.9 * moment[0] + 0.1 * gradient
            moment[1] = 0.999 * moment[1] + 0.001 * gradient**2
            first, second = moment[0] / (1 - 0.9**step), moment[1] / (1 - 0.999**step)
            layer[i] = layer[i] - rate * first / (np.sqrt(second) + 1e-8)
    values = x
    for weight, bias in layers[:-1]:
        values = np.maximum(values @ weight + bias, 0.0)
    outputs = values @ layers[-1][0] + layers[-1][1]
    return {"x": x.ravel().tolist(), "y": y.ravel().tolist(), "losses": losses, "outputs": outputs.ravel().tolist()}


def two_piece(x1, x2):
    upper, lower = 0.2 + x1**2 + 0.1 * x2, 0.7 + 0.01 * np.abs(4 * x1 + 10 * x2 - 9) ** 1.5
    return np.where(x2 >= -0.6 * x1 + 0.75, upper, lower)


def sample(n, sigma, seed):
    inputs = Stream("nonsmooth", "inputs", [("n", str(n)), ("seed", str(seed))])
    noise = Stream("nonsmooth", "noise", [("n", str(n)), ("seed", str(seed))])
    x1 = np.array([inputs.uniform() for _ in range(n)])
    x2 = np.array([inputs.uniform() for _ in range(n)])
    return x1, x2, two_piece(x1, x2) + sigma * np.array([noise.normal() for _ in range(n)])


def choose(fits):
    """From (leave-one-out error, risk) of every candidate: the two risks that are reported."""
    return {"risk-cv": min(fits)[1], "risk-oracle": min(risk for _, risk in fits)}


def gaussian(h):
    return lambda a1, a2, b1, b2: np.exp(-((a1 - b1) ** 2 + (a2 - b2) ** 2) / (2 * h * h))


def polynomial(degree):
    return lambda a1, a2, b1, b2: (1 + (2 * a1 - 1) * (2 * b1 - 1) + (2 * a2 - 1) * (2 * b2 - 1)) ** degree


def kernel(candidates, x1, x2, y, grid1, grid2, truth):
    mean, n, fits = y.mean(), len(y), []
    for candidate in candidates:
        def gram(a1, a2):
            return candidate(a1[:, None], a2[:, None], x1[None, :], x2[None, :])

        inside, outside = gram(x1, x2), gram(grid1, grid2)
        for ridge in (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0):
            def solve(rows):
                kept = inside[np.ix_(rows, rows)]
                return np.linalg.solve(kept + n * ridge * np.eye(len(rows)), (y - mean)[rows])

            everything = np.arange(n)
            risk = float(((outside @ solve(everything) + mean - truth) ** 2).mean())
            errors = []
            for left in range(n):
                rows = np.delete(everything, left)
                errors.append((y[left] - mean - inside[left, rows] @ solve(rows)) ** 2)
            fits.append((float(np.mean(errors)), risk))
    return choose(fits)


def products(functions, a1, a2):
    first, second = functions(a1), functions(a2)
    return (first[:, :, None] * second[:, None, :]).reshape(len(a1), -1)


def basis(candidates, x1, x2, y, grid1, grid2, truth):
    mean, n, fits = y.mean(), len(y), []
    for functions in candidates:
        inside, outside = products(functions, x1, x2), products(functions, grid1, grid2)
        if inside.shape[1] > n:
            continue
        for ridge in (1e-8, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0):
            def solve(rows):
                kept = inside[rows]
                return np.linalg.solve(kept.T @ kept + n * ridge * np.eye(kept.shape[1]), kept.T @ (y - mean)[rows])

            everything = np.arange(n)
            risk = float(((outside @ solve(everything) + mean - truth) ** 2).mean())
            errors = []
            for left in range(n):
                errors.append((y[left] - mean - inside[left] @ solve(np.delete(everything, left))) ** 2)
            fits.append((float(np.mean(errors)), risk))
    return choose(fits)


def waves(count):
    def functions(x):
        columns = [np.ones_like(x)]
        for k in range(1, count + 1):
            columns += [math.sqrt(2) * np.cos(2 * math.pi * k * x), math.sqrt(2) * np.sin(2 * math.pi * k * x)]
        return np.stack(columns, axis=1)

    return functions


def half_waves(count):
    return lambda x: np.stack([np.ones_like(x)] + [math.sqrt(2) * np.cos(math.pi * k * x) for k in range(1, count + 1)], axis=1)


def splines(intervals):
    """Cardinal cubic B-splines by their explicit pieces."""

    def piece(t):
        t = np.abs(t)
        near, far = (4 - 6 * t**2 + 3 * t**3) / 6, (2 - t) ** 3 / 6
        return np.where(t <= 1, near, np.where(t <= 2, far, 0.0))

    return lambda x: np.stack([piece(x * intervals - (j - 1)) for j in range(intervals + 3)], axis=1)


def estimators():
    n, sigma, seed, side = 60, 0.1, 0, 50
    x1, x2, y = sample(n, sigma, seed)
    points = (np.arange(side) + 0.5) / side
    grid1, grid2 = np.repeat(points, side), np.tile(points, side)
    truth = two_piece(grid1, grid2)
    data = (x1, x2, y, grid1, grid2, truth)
    return {
        "n": n, "sigma": sigma, "seed": seed, "grid": side,
        "kernel-ridge": kernel([gaussian(h) for h in (0.05, 0.07, 0.1, 0.14, 0.2, 0.4, 0.8)], *data),
        "polynomial-kernel-ridge": kernel([polynomial(degree) for degree in range(1, 11)], *data),
        "trigonometric-series": basis([waves(k) for k in (1, 2, 3, 4, 5, 6, 8, 10)], *data),
        "cosine-series": basis([half_waves(k) for k in (1, 2, 3, 4, 6, 8, 12, 16, 20)], *data),
        "tensor-spline": basis([splines(j) for j in (1, 2, 3, 4, 6, 8, 10, 13, 18)], *data),
    }


def elementary():
    """Correctly rounded values: mpmath in 200 bits, rounded once to f64 or f32; as bits."""
    mp.prec = 200
    functions = {
        "exp": (mpmath.exp, [-20, 20]), "exp_m1": (mpmath.expm1, [-3, 3]), "ln": (mpmath.log, [1e-3, 50]),
        "ln_1p": (mpmath.log1p, [-0.9, 9]), "sin": (mpmath.sin, [-30, 30]), "cos": (mpmath.cos, [-30, 30]),
        "tan": (mpmath.tan, [-1.5, 1.5]), "tanh": (mpmath.tanh, [-8, 8]), "atan": (mpmath.atan, [-9, 9]),
        "sinh": (mpmath.sinh, [-5, 5]), "cosh": (mpmath.cosh, [-5, 5]), "cbrt": (lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)), [-9, 9]),
    }

    def nearest(value, bits):
        with mpmath.workprec(bits):
            return float(+value)

    def table(function, low, high, bits, code, round_input):
        inputs = [round_input(low + (high - low) * (k + 0.37) / 60) for k in range(60)]
        word = {"d": "Q", "f": "I"}[code]
        as_bits = lambda x: "%x" % struct.unpack("<" + word, struct.pack("<" + code, x))[0]
        return [[as_bits(x), as_bits(nearest(function(mpmath.mpf(x)), bits))] for x in inputs]

    single = lambda x: struct.unpack("<f", struct.pack("<f", x))[0]
    return {
        name: {
            "f64": table(function, low, high, 53, "d", float),
            "f32": table(function, low, high, 24, "f", single),
        }
        for name, (function, (low, high)) in functions.items()
    }


if __name__ == "__main__":
    text = json.dumps({"elementary": elementary(), "stream": streams(), "network": network(), "estimators": estimators()}, indent=1)
    # A pair of bits is one line.
    print(re.sub(r'\[\s+("[0-9a-f]+"),\s+("[0-9a-f]+")\s+\]', r"[\1, \2]", text))
