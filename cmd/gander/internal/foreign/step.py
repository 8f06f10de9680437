"""Time in PyTorch what `gander bench step` and `gander bench sample` time in Gander.

  python3 step.py MODEL [--threads N] [--steps N] [--warmup N] [--sample]

A step is one update of the discriminator and one of the generator, each with new
noise, on data that does not change. With --sample it is 256 samples of the generator.
The script prints one JSON line with medians and the peak of resident memory. Its keys
are those of gander bench --json.
"""
import argparse
import json
import resource
import statistics
import time

import torch

import models
import sides

SAMPLE_BATCH = 256


def training_step(model):
    """Return a function that takes one step."""
    x = torch.rand(model.batch, *model.shape)
    one = [model.batch] + [1] * len(model.shape)

    def step():
        e = torch.rand(one) if model.penalised else None
        model.gradient_d(x, model.noise(model.batch), e)
        model.opt_d.step()
        model.gradient_g(x, model.noise(model.batch))
        model.opt_g.step()

    return step


def sampling_step(model):
    """Return a function that draws samples."""
    model.G.eval()

    @torch.no_grad()
    def step():
        model.G(model.noise(SAMPLE_BATCH))

    return step


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", choices=models.NAMES)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--warmup", type=int, default=3)
    parser.add_argument("--sample", action="store_true")
    args = parser.parse_args()

    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    model = models.build(args.model)
    step = sampling_step(model) if args.sample else training_step(model)
    times = []
    for i in range(args.warmup + args.steps):
        began = time.perf_counter()
        step()
        if i >= args.warmup:
            times.append(time.perf_counter() - began)
    seconds = statistics.median_high(times)
    batch = SAMPLE_BATCH if args.sample else model.batch
    print(json.dumps({
        "engine": f"torch {torch.__version__}",
        "blas": sides.blas_in_use(),
        "model": args.model,
        "threads": args.threads,
        "sample_ms" if args.sample else "step_ms": 1000 * seconds,
        "samples_per_s": batch / seconds,
        "peak_rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }))


if __name__ == "__main__":
    main()
