"""One training step in PyTorch: perceptrons 16-W-W-1, ReLU, batch 128, squared error, Adam, f32.

    training_torch.py WIDTH REPLICAS THREADS SECONDS eager|stacked|vmap

prints the microseconds of one step per replica. `eager` trains one network after the other with
torch.nn and torch.optim.Adam (fused), `stacked` one stack with baddbmm and the same optimiser,
`vmap` one stack with torch.func.
"""
import sys
import time

import torch
from torch.func import functional_call, grad, stack_module_state, vmap

width, replicas, threads = (int(word) for word in sys.argv[1:4])
seconds, how = float(sys.argv[4]), sys.argv[5]
torch.set_num_threads(threads)
torch.manual_seed(1)
x, y = torch.randn(replicas, 128, 16), torch.randn(replicas, 128, 1)


def network():
    return torch.nn.Sequential(
        torch.nn.Linear(16, width), torch.nn.ReLU(), torch.nn.Linear(width, width), torch.nn.ReLU(), torch.nn.Linear(width, 1)
    )


def adam(parameters):
    return torch.optim.Adam(parameters, lr=1e-3, fused=True)


def eager():
    trained = [(model := network(), adam(model.parameters()), x[r], y[r]) for r in range(replicas)]

    def step():
        for model, optimizer, x, y in trained:
            optimizer.zero_grad()
            ((model(x) - y) ** 2).mean().backward()
            optimizer.step()

    return step


def stacked():
    sizes = [(16, width), (width, width), (width, 1)]
    weights = [torch.nn.Parameter(torch.randn(replicas, i, o) * (2 / i) ** 0.5) for i, o in sizes]
    biases = [torch.nn.Parameter(torch.zeros(replicas, 1, o)) for _, o in sizes]
    optimizer = adam(weights + biases)

    def step():
        optimizer.zero_grad()
        h = torch.relu(torch.baddbmm(biases[0], x, weights[0]))
        h = torch.relu(torch.baddbmm(biases[1], h, weights[1]))
        ((torch.baddbmm(biases[2], h, weights[2]) - y) ** 2).mean(dim=(1, 2)).sum().backward()
        optimizer.step()

    return step


def mapped():
    parameters, buffers = stack_module_state([network() for _ in range(replicas)])
    base = network().to("meta")
    optimizer = adam(parameters.values())

    def loss(parameters, buffers, x, y):
        return ((functional_call(base, (parameters, buffers), (x,)) - y) ** 2).mean()

    gradient = vmap(grad(loss))

    def step():
        for name, value in gradient({k: v.detach() for k, v in parameters.items()}, buffers, x, y).items():
            parameters[name].grad = value
        optimizer.step()

    return step


step = {"eager": eager, "stacked": stacked, "vmap": mapped}[how]()
for _ in range(3):
    step()
start, steps = time.perf_counter(), 0
while steps == 0 or time.perf_counter() - start < seconds:
    step()
    steps += 1
print((time.perf_counter() - start) * 1e6 / (steps * replicas))
