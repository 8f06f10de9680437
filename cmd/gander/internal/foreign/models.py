"""The models of `gander bench`, written a second time, in PyTorch.

Every number here is also in cmd/gander/internal/bench/models.go. Layers are in the same
order as in Gander. Class Variable transposes the arrays that are stored in a different
order.
"""
import math

import torch
from torch import nn
from torch.nn import functional as F

NAMES = ("goodfellow2014", "dcgan32", "wgangp-mlp", "wgangp-conv32", "sngan32", "r3gan32", "wgangp-resnet32")


class Maxout(nn.Linear):
    """The largest of `pieces` neighbouring outputs of a linear layer."""

    def __init__(self, inputs, units, pieces=5):
        super().__init__(inputs, units * pieces)
        self.pieces = pieces

    def forward(self, x):
        return super().forward(x).unflatten(1, (-1, self.pieces)).amax(2)


class LayerNorm(nn.Module):
    """Scale each example to mean 0 and variance 1, without learned parameters."""

    def forward(self, x):
        return F.layer_norm(x, x.shape[1:])


class Model:
    """Two networks, their losses and their optimisers."""

    def __init__(self, G, D, latent, shape, batch, penalised=False, betas=(0.5, 0.999)):
        self.G, self.D = G, D
        self.latent, self.shape, self.batch = latent, shape, batch
        self.penalised = penalised
        self.weight = 1.0  # of D's loss
        self.opt_g, self.opt_d = (
            torch.optim.Adam(n.parameters(), lr=2e-4, betas=betas, eps=1e-8)
            for n in (G, D))

    def noise(self, n):
        """Draw n latents."""
        return torch.randn(n, *self.latent)

    def scale(self, numbers):
        """Return latents from numbers of the standard distribution, N(0, 1)."""
        return numbers

    def loss_d(self, x, z, e=None):
        """Return D's loss; e, [batch, 1, ...], chooses the points of the gradient penalty."""
        with torch.no_grad():
            made = self.G(z)
        real, fake = self.D(x), self.D(made)
        if not self.penalised:
            return self.weight * (F.softplus(-real).mean() + F.softplus(fake).mean())
        mix = (x + e * (made - x)).requires_grad_()
        (g,) = torch.autograd.grad(self.D(mix).sum(), mix, create_graph=True)
        norm = (g.flatten(1).square().sum(1) + 1e-12).sqrt()
        return fake.mean() - real.mean() + 10 * (norm - 1).square().mean()

    def loss_g(self, x, z):
        """Return G's loss. Only some objectives need x."""
        score = self.D(self.G(z))
        return -score.mean() if self.penalised else F.softplus(-score).mean()

    def gradient_d(self, x, z, e=None):
        """Set the gradients of D's parameters; return D's loss."""
        return self._gradient(self.opt_d, self.loss_d(x, z, e))

    def gradient_g(self, x, z):
        """Set the gradients of G's parameters; return G's loss.

        D's parameters get no gradients, which saves time.
        """
        self.D.requires_grad_(False)
        loss = self._gradient(self.opt_g, self.loss_g(x, z))
        self.D.requires_grad_(True)
        return loss

    @staticmethod
    def _gradient(optimizer, loss):
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        return loss.detach()


class Goodfellow2014(Model):
    """The 2014 recipe: uniform latents, half of D's loss, SGD with momentum."""

    def __init__(self, drop):
        G = _mlp_generator(100, 1200)
        D = nn.Sequential(
            nn.Dropout(0.2 if drop else 0), Maxout(784, 240),
            nn.Dropout(0.5 if drop else 0), Maxout(240, 240),
            nn.Dropout(0.5 if drop else 0), nn.Linear(240, 1))
        super().__init__(G, D, (100,), (784,), 100)
        self.weight = 0.5
        self.opt_g, self.opt_d = (
            torch.optim.SGD(n.parameters(), lr=0.1, momentum=0.5) for n in (G, D))

    def noise(self, n):
        """Draw n latents of variance 1 from the uniform distribution."""
        return self.scale(torch.rand(n, *self.latent))

    def scale(self, numbers):
        """Return latents from numbers of U(0, 1)."""
        return (numbers * 2 - 1) * math.sqrt(3)


class Block(nn.Module):
    """A residual block: its layers, plus the layers of its skip."""

    def __init__(self, branch, *skip):
        super().__init__()
        self.branch, self.skip = nn.Sequential(*branch), nn.Sequential(*skip)

    def forward(self, x):
        return self.branch(x) + self.skip(x)


def _same(inputs, channels, kernel, **options):
    return nn.Conv2d(inputs, channels, kernel, padding=kernel // 2, **options)


class SNGAN(Model):
    """Miyato et al. 2018, Table 3: spectral normalisation of D and the hinge loss."""

    def __init__(self, width=32):
        spectral, leaky = nn.utils.spectral_norm, nn.LeakyReLU(0.1)
        G = [nn.Linear(128, 8 * width * 16), nn.Unflatten(1, (8 * width, 4, 4))]
        D, channels = [], 3
        for c in (4 * width, 2 * width, width):
            G += [nn.ConvTranspose2d(2 * c, c, 4, 2, 1), nn.BatchNorm2d(c, eps=2e-5), nn.ReLU()]
        for c in (width, 2 * width, 4 * width):
            D += [spectral(_same(channels, c, 3)), leaky, spectral(nn.Conv2d(c, c, 4, 2, 1)), leaky]
            channels = c
        G += [_same(width, 3, 3), nn.Tanh()]
        D += [spectral(_same(channels, 8 * width, 3)), leaky, nn.Flatten(), spectral(nn.Linear(8 * width * 16, 1))]
        super().__init__(nn.Sequential(*G), nn.Sequential(*D), (128,), (3, 32, 32), 64)

    def loss_d(self, x, z, e=None):
        with torch.no_grad():
            made = self.G(z)
        real, fake = self.D(x), self.D(made)
        return F.relu(1 - real).mean() + F.relu(1 + fake).mean()

    def loss_g(self, x, z):
        return -self.D(self.G(z)).mean()


class Filter(nn.Module):
    """Double or halve the sides with the filter [1, 3, 3, 1]."""

    def __init__(self, channels, up):
        super().__init__()
        self.channels, self.up = channels, up
        taps = torch.tensor([1.0, 3.0, 3.0, 1.0])
        self.kernel = (taps[:, None] * taps / (16 if up else 64)).repeat(channels, 1, 1, 1)

    def forward(self, x):
        conv = F.conv_transpose2d if self.up else F.conv2d
        return conv(x, self.kernel, stride=2, padding=1, groups=self.channels)


class Basis(nn.Module):
    """A learned map for each channel: G multiplies it by a number, D sums its products."""

    def __init__(self, channels, G):
        super().__init__()
        self.weight, self.G = nn.Parameter(torch.randn(1, channels, 4, 4)), G

    def forward(self, x):
        return x[:, :, None, None] * self.weight if self.G else (x * self.weight).sum((2, 3))


class R3GAN(Model):
    """Huang et al. 2024: no normalisation, a relativistic loss, both gradient penalties."""

    gamma = 0.1

    def __init__(self, width=64):
        def block():
            return Block([
                nn.Conv2d(width, 2 * width, 1), nn.LeakyReLU(0.2),
                _same(2 * width, 2 * width, 3, groups=2 * width // 16), nn.LeakyReLU(0.2),
                nn.Conv2d(2 * width, width, 1, bias=False)])

        G = [nn.Linear(64, width, bias=False), Basis(width, True), block()]
        D = [nn.Conv2d(3, width, 1, bias=False), block()]
        for _ in range(3):
            G += [Filter(width, True), block()]
            D += [Filter(width, False), block()]
        G.append(nn.Conv2d(width, 3, 1, bias=False))
        D += [Basis(width, False), nn.Linear(width, 1, bias=False)]
        super().__init__(nn.Sequential(*G), nn.Sequential(*D), (64,), (3, 32, 32), 32, betas=(0, 0.99))

    def loss_d(self, x, z, e=None):
        with torch.no_grad():
            made = self.G(z)
        x, made = x.clone().requires_grad_(), made.requires_grad_()
        real, fake = self.D(x), self.D(made)
        slopes = torch.autograd.grad((real.sum(), fake.sum()), (x, made), create_graph=True)
        penalty = sum(s.square().sum() for s in slopes) / len(x)
        return F.softplus(fake - real).mean() + self.gamma / 2 * penalty

    def loss_g(self, x, z):
        with torch.no_grad():
            real = self.D(x)
        return F.softplus(real - self.D(self.G(z))).mean()


class Mean(nn.Module):
    """The mean over the pixels of each channel."""

    def forward(self, x):
        return x.mean((2, 3))


def _wgangp_resnet(width=64):
    """Gulrajani et al. 2017, the residual networks for CIFAR-10."""
    up, half = nn.Upsample(scale_factor=2, mode="nearest"), nn.AvgPool2d(2)

    def up_block():
        return Block([
            nn.BatchNorm2d(width), nn.ReLU(), up, _same(width, width, 3),
            nn.BatchNorm2d(width), nn.ReLU(), _same(width, width, 3)],
            up, _same(width, width, 1))

    def block(*after):
        skip = [_same(width, width, 1), *after] if after else []
        return Block([nn.ReLU(), _same(width, width, 3), nn.ReLU(), _same(width, width, 3), *after], *skip)

    G = nn.Sequential(
        nn.Linear(128, width * 16), nn.Unflatten(1, (width, 4, 4)), up_block(), up_block(), up_block(),
        nn.BatchNorm2d(width), nn.ReLU(), _same(width, 3, 3), nn.Tanh())
    D = nn.Sequential(
        Block([_same(3, width, 3), nn.ReLU(), _same(width, width, 3), half], half, _same(3, width, 1)),
        block(half), block(), block(), nn.ReLU(), Mean(), nn.Linear(width, 1))
    return Model(G, D, (128,), (3, 32, 32), 32, penalised=True, betas=(0, 0.9))


def build(name, drop=True):
    """Return the model called name; without dropout if drop is false."""
    if name == "goodfellow2014":
        return Goodfellow2014(drop)
    if name == "wgangp-mlp":
        layers = [nn.Linear(784, 512), nn.LeakyReLU(0.2)]
        for _ in range(2):
            layers += [nn.Linear(512, 512), nn.LeakyReLU(0.2)]
        D = nn.Sequential(*layers, nn.Linear(512, 1))
        return Model(_mlp_generator(128, 512), D, (128,), (784,), 64, penalised=True)
    if name == "dcgan32":
        return _dcgan(nn.BatchNorm2d, penalised=False)
    if name == "wgangp-conv32":
        return _dcgan(lambda channels: LayerNorm(), penalised=True)
    if name == "sngan32":
        return SNGAN()
    if name == "r3gan32":
        return R3GAN()
    if name == "wgangp-resnet32":
        return _wgangp_resnet()
    raise ValueError(f"unknown model {name!r}, the models are {', '.join(NAMES)}")


def _mlp_generator(latent, hidden):
    return nn.Sequential(
        nn.Linear(latent, hidden), nn.ReLU(),
        nn.Linear(hidden, hidden), nn.ReLU(),
        nn.Linear(hidden, 784), nn.Sigmoid())


def _dcgan(norm, penalised):
    def up(i, o, stride=2, pad=1):
        return nn.ConvTranspose2d(i, o, 4, stride, pad, bias=False)

    def down(i, o, stride=2, pad=1):
        return nn.Conv2d(i, o, 4, stride, pad, bias=False)

    G = nn.Sequential(
        up(100, 256, 1, 0), nn.BatchNorm2d(256), nn.ReLU(),
        up(256, 128), nn.BatchNorm2d(128), nn.ReLU(),
        up(128, 64), nn.BatchNorm2d(64), nn.ReLU(),
        up(64, 3), nn.Tanh())
    D = nn.Sequential(
        down(3, 64), nn.LeakyReLU(0.2),
        down(64, 128), norm(128), nn.LeakyReLU(0.2),
        down(128, 256), norm(256), nn.LeakyReLU(0.2),
        down(256, 1, 1, 0), nn.Flatten())
    return Model(G, D, (100, 1, 1), (3, 32, 32), 64, penalised)


class Variable:
    """A parameter or running statistic under the name Gander gives it."""

    def __init__(self, name, tensor, learned, transposed=False):
        self.name, self.tensor, self.learned = name, tensor, learned
        self._transposed = transposed  # weights are [in, out] in Gander, [out, in] in PyTorch

    def _turn(self, tensor):
        return tensor.t() if self._transposed else tensor

    @property
    def value(self):
        """The value, a numpy array in the order of Gander."""
        return self._turn(self.tensor.detach()).numpy().copy()

    @value.setter
    def value(self, array):
        with torch.no_grad():
            self.tensor.copy_(self._turn(torch.from_numpy(array)))

    @property
    def gradient(self):
        """The gradient in the order of Gander."""
        return self._turn(self.tensor.grad).numpy().copy()

    @gradient.setter
    def gradient(self, array):
        self.tensor.grad.copy_(self._turn(torch.from_numpy(array)))


def _arrays(network):
    """Yield the parameters and running statistics of a network in the order of its layers.

    Each has a flag, whether Gander stores it transposed.
    """
    for layer in network.modules():
        for name in ("weight", "weight_orig", "bias", "running_mean", "running_var", "weight_u"):
            tensor = layer._parameters.get(name, layer._buffers.get(name))
            if tensor is not None:
                yield tensor, isinstance(layer, nn.Linear) and name.startswith("weight") and tensor.dim() == 2


class Twin:
    """A model, with the variables of Gander's game."""

    def __init__(self, game):
        self.model = build(game["name"], drop=False)
        self.variables = {}
        self.cancelled = {}  # names of biases whose gradient is 0 up to rounding, and of the weights of their layer
        for player, network in (("G", self.model.G), ("D", self.model.D)):
            arrays, wanted = list(_arrays(network)), game["networks"][player]
            if len(arrays) != len(wanted):
                raise ValueError(f"{player} has {len(wanted)} variables in Gander and {len(arrays)} here")
            self.variables[player] = [
                Variable(w["name"], tensor, w["learned"], transposed)
                for w, (tensor, transposed) in zip(wanted, arrays)]
            if any(isinstance(layer, nn.BatchNorm2d) for layer in network.modules()):
                self._cancel(self.variables[player])

    def _cancel(self, variables):
        """Add the biases of all convolutions but the last, each of which a normalisation cancels."""
        kernels = [i for i, v in enumerate(variables) if v.tensor.dim() == 4]
        for i in kernels[:-1]:
            if variables[i + 1].name.endswith("bias"):
                self.cancelled[variables[i + 1].name] = variables[i].name

    def gradients(self, players, inputs, draws, _step):
        """Set the gradients of the player that moves; return its loss."""
        model, x = self.model, inputs["x"]
        n = len(x)
        x = x.reshape(n, *model.shape)
        z = model.scale(draws.standard(n, *model.latent))
        player, = players
        if player == "G":
            return {player: model.gradient_g(x, z)}
        e = draws.standard(n, *(1 for _ in model.shape)) if model.penalised else None
        return {player: model.gradient_d(x, z, e)}

    def step(self, player):
        """Take a step of the optimiser of a player."""
        (self.model.opt_d if player == "D" else self.model.opt_g).step()
