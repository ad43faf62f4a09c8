"""One training step in JAX: perceptrons 16-W-W-1, ReLU, batch 128, squared error, Adam, f32.

    training_jax.py WIDTH REPLICAS THREADS SECONDS

prints the microseconds of one step per replica: jit + scan over 20 steps, vmap over replicas. The
threads are those of the processors it may run on.
"""
import sys
import time

import jax
import jax.numpy as jnp
import numpy as np

width, replicas = int(sys.argv[1]), int(sys.argv[2])
seconds = float(sys.argv[4])
rng = np.random.default_rng(1)
x = jnp.asarray(rng.normal(size=(replicas, 128, 16)), jnp.float32)
y = jnp.asarray(rng.normal(size=(replicas, 128, 1)), jnp.float32)


def init(inputs, outputs):
    return (
        jnp.asarray(rng.normal(size=(replicas, inputs, outputs)) * (2 / inputs) ** 0.5, jnp.float32),
        jnp.zeros((replicas, outputs), jnp.float32),
    )


parameters = [init(16, width), init(width, width), init(width, 1)]


def loss(parameters, x, y):
    (w1, b1), (w2, b2), (w3, b3) = parameters
    h = jax.nn.relu(x @ w1 + b1)
    h = jax.nn.relu(h @ w2 + b2)
    return jnp.mean((h @ w3 + b3 - y) ** 2)


def step(state, x, y):
    parameters, m, v, t = state
    gradient = jax.grad(loss)(parameters, x, y)
    t = t + 1
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, gradient)
    v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, gradient)
    a, b = 1 / (1 - 0.9**t), 1 / (1 - 0.999**t)
    parameters = jax.tree.map(lambda p, m, v: p - 1e-3 * a * m / (jnp.sqrt(b * v) + 1e-8), parameters, m, v)
    return parameters, m, v, t


STEPS = 20


@jax.jit
def run(state, x, y):
    many = jax.vmap(step, in_axes=((0, 0, 0, None), 0, 0), out_axes=(0, 0, 0, None))
    return jax.lax.scan(lambda state, _: (many(state, x, y), None), state, None, length=STEPS)[0]


zeros = jax.tree.map(jnp.zeros_like, parameters)
state = (parameters, zeros, zeros, jnp.float32(0))
state = jax.block_until_ready(run(state, x, y))
start, rounds = time.perf_counter(), 0
while rounds == 0 or time.perf_counter() - start < seconds:
    state = jax.block_until_ready(run(state, x, y))
    rounds += 1
print((time.perf_counter() - start) * 1e6 / (rounds * STEPS * replicas))
