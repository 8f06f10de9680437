"""The recipes of Gander, written a second time, in PyTorch, from the papers.

There is one function for each recipe. Its arguments are the settings, by the names of
Gander, and the shape of an example. Only settings that change the numbers of a few steps
are used, and no techniques. A network is a function of a Net, which hands out the arrays
of Gander in order, and of its input. So a wrong order, shape or number of arrays is an
error. Arrays are stored as in Gander: the weights of a linear layer are [in, out].
"""
import math

import torch
from torch.nn import functional as F

from models import Variable


class Net:
    """A network with the arrays of Gander."""

    def __init__(self, player, arrays, function, cancelled):
        self.player, self.function, self.cancelled = player, function, cancelled
        self.variables = []
        for a in arrays:
            tensor = torch.zeros(a["shape"], requires_grad=a["learned"])
            self.variables.append(Variable(a["name"], tensor, a["learned"]))
        self.left = {}  # what a pass has not used yet, by whether it is learned
        self.values = {}  # of parameters that are not those of the variables, by name

    def __call__(self, *inputs):
        for learned in (True, False):
            self.left[learned] = [v for v in self.variables if v.learned == learned]
        result = self.function(self, *inputs)
        unused = [v.name for left in self.left.values() for v in left]
        if unused:
            raise ValueError(f"not used here: {', '.join(unused)}")
        return result

    def parameters(self):
        """Return the tensors that are learned."""
        return [v.tensor for v in self.variables if v.learned]

    def take(self, *shape, learned=True):
        """Return the next array, which must have this shape."""
        if not self.left[learned]:
            raise ValueError(f"{self.player} has no array left for {shape}")
        v = self.left[learned].pop(0)
        if tuple(v.tensor.shape) != shape:
            raise ValueError(f"{v.name} is {tuple(v.tensor.shape)} in Gander and {shape} here")
        self.taken = v
        return self.values.get(v.name, v.tensor)

    def weight(self, *shape, spectral=None):
        """Return the next weight. spectral is the axis of the units, for spectral normalisation."""
        w = self.take(*shape)
        self.weights = self.taken.name
        if spectral is None:
            return w
        u = self.take(shape[spectral], learned=False)
        matrix = w.transpose(0, spectral).flatten(1)
        with torch.no_grad():
            v = F.normalize(matrix.t() @ u, dim=0, eps=1e-12)
            u.copy_(F.normalize(matrix @ v, dim=0, eps=1e-12))
            u = u.clone()
        return w / (u @ matrix @ v)

    def bias(self, x, wanted):
        """Add the next array to each channel of x, if wanted."""
        if not wanted:
            return x
        b = self.take(x.shape[1])
        self.last = (x.shape, self.taken.name)
        return x + b.reshape(1, -1, *(1 for _ in x.shape[2:]))

    def linear(self, x, units, bias=True, spectral=False):
        x = x.flatten(1)
        return self.bias(x @ self.weight(x.shape[1], units, spectral=1 if spectral else None), bias)

    def maxout(self, x, units, pieces):
        return self.linear(x, units * pieces).unflatten(1, (units, pieces)).amax(2)

    def conv(self, x, channels, kernel, stride=1, pad=0, bias=True, groups=1, spectral=False):
        """Convolve. pad is the number of zeros on each side, or two numbers: before and after."""
        w = self.weight(channels, x.shape[1] // groups, kernel, kernel, spectral=0 if spectral else None)
        before, after = pad if isinstance(pad, tuple) else (pad, pad)
        x = F.pad(x, (before, after, before, after))
        return self.bias(F.conv2d(x, w, stride=stride, groups=groups), bias)

    def up(self, x, channels, kernel, pad, stride=2, bias=True):
        """Convolve transposed. The sides of the result are those of x times the stride.

        pad is the number of rows and columns that are left out before the first.
        """
        w = self.weight(x.shape[1], channels, kernel, kernel)
        y = F.conv_transpose2d(x, w, stride=stride, output_padding=stride - 1)
        h, w = (n * stride for n in x.shape[2:])
        return self.bias(y[:, :, pad:pad + h, pad:pad + w], bias)

    def norm(self, x, eps=1e-5, affine=True):
        """Normalise by the statistics of the batch. The gradient of a bias before it is 0."""
        shape, name = getattr(self, "last", (None, None))
        if shape == x.shape:
            self.cancelled[name] = self.weights
        c = x.shape[1]
        scale, shift = (self.take(c), self.take(c)) if affine else (None, None)
        mean, variance = self.take(c, learned=False), self.take(c, learned=False)
        return F.batch_norm(x, mean, variance, scale, shift, training=True, momentum=0.1, eps=eps)


class Pair:
    """What a recipe consists of."""

    def __init__(self, G, D, latent, loss_d, loss_g, optimizer_g, optimizer_d=None, penalty=None,
                 plays=(("D",), ("G",)), pairs=False, conditional=False):
        self.G, self.D, self.latent = G, D, latent
        self.loss_d, self.loss_g, self.penalty = loss_d, loss_g, penalty
        self.optimizers = {"G": optimizer_g, "D": optimizer_d or optimizer_g}  # of parameters
        self.plays = [list(p) for p in plays]
        self.pairs = pairs  # the loss of G depends on real examples
        self.conditional = conditional
        self.dequantise = 0  # width of the noise on real examples
        self.batches_g = 1  # minibatches of samples in the loss of G
        self.unroll = None
        self.after_d = lambda parameters: None  # after an update of D


class Twin:
    """A recipe, with the variables of Gander's game."""

    def __init__(self, game, settings):
        name = game["name"]
        self.pair = pair = RECIPES[name](settings, game["makes"])
        if pair.plays != game["plays"]:
            raise ValueError(f"{name}: the plays of a round are {game['plays']} in Gander and {pair.plays} here")
        self.cancelled = {}  # names of biases whose gradient is 0, and of the weights of their layer
        self.nets = {p: Net(p, game["networks"][p], f, self.cancelled) for p, f in (("G", pair.G), ("D", pair.D))}
        self.variables = {p: n.variables for p, n in self.nets.items()}
        self.optimizers = {p: pair.optimizers[p](n.parameters()) for p, n in self.nets.items()}

    def gradients(self, players, inputs, draws, step):
        """Set the gradients of the players that move; return their losses."""
        pair, x, given = self.pair, inputs["x"], ()
        if pair.conditional:
            given = (inputs["class"],)
        G, D = ((lambda x, net=self.nets[p]: net(x, *given)) for p in "GD")
        if "D" in players and pair.dequantise:
            x = x + draws.uniform(0, pair.dequantise, *x.shape)
        x = x.clone().requires_grad_()
        real = D(x) if "D" in players or pair.pairs else None
        made = G(pair.latent(draws, len(x)))
        fake = D(made)
        losses = {}
        if "D" in players:
            losses["D"] = pair.loss_d(real, fake, x, made)
            if pair.penalty:
                losses["D"] = losses["D"] + pair.penalty(D, x, made, real, fake, draws, step)
        if "G" in players and pair.unroll:
            losses["G"] = pair.unroll(self, lambda: pair.loss_d(D(x), D(made), x, made))
        elif "G" in players:
            more = [D(G(pair.latent(draws, len(x)))) for _ in range(pair.batches_g - 1)]
            losses["G"] = pair.loss_g(real, torch.cat([fake] + more))
        for p, loss in losses.items():
            parameters = self.nets[p].parameters()
            for t, g in zip(parameters, torch.autograd.grad(loss, parameters, retain_graph=True)):
                t.grad = g.detach().clone()
        return losses

    def step(self, player):
        """Take a step of the optimiser of a player."""
        self.optimizers[player].step()
        if player == "D":
            self.pair.after_d(self.nets["D"].parameters())


def normal(*shape):
    """Return the latents N(0, I)."""
    return lambda draws, n: draws.standard(n, *shape)


def uniform(limit, *shape):
    """Return the latents U(-limit, limit)."""
    return lambda draws, n: draws.uniform(-limit, limit, n, *shape)


def adam(s, rate=None, beta1=None, beta2=None, l2=0):
    """Return Adam with settings s, or with other numbers."""
    rate = s["learning_rate"] if rate is None else rate
    betas = (s["beta1"] if beta1 is None else beta1, s["beta2"] if beta2 is None else beta2)
    return lambda parameters: torch.optim.Adam(parameters, lr=rate, betas=betas, eps=1e-8, weight_decay=l2)


def in_turn(k):
    """Return the plays of k updates of D and one of G."""
    return [("D",)] * k + [("G",)]


TOGETHER = [("D", "G")]  # both move from one play


def plays_of(s):
    """Return the plays of the settings simultaneous and k."""
    return TOGETHER if s["simultaneous"] else in_turn(s["k"])


def cross_entropy(real, fake, *_):
    """Goodfellow et al. 2014: -log D(x) - log(1 - D(G(z)))."""
    return F.softplus(-real).mean() + F.softplus(fake).mean()


def non_saturating(_, fake):
    """Goodfellow et al. 2014: -log D(G(z))."""
    return F.softplus(-fake).mean()


def saturating(_, fake):
    """Goodfellow et al. 2014: log(1 - D(G(z)))."""
    return -F.softplus(fake).mean()


LOSSES_G = {"non-saturating": non_saturating, "minimax": saturating}


def slopes(scores, x):
    """Return the gradients of scores by examples, [batch, ...], that can be differentiated."""
    gradient, = torch.autograd.grad(scores.sum(), x, create_graph=True)
    return gradient


def squares(gradients):
    """Return the square of the length for each example."""
    return gradients.flatten(1).square().sum(1)


def digits(s, shape):
    """Fully connected; the penalty R1 of Mescheder et al. 2018."""
    def hidden(net, x):
        for _ in range(2):
            x = F.leaky_relu(net.linear(x, s["hidden"]), 0.2)
        return x

    return Pair(
        lambda net, z: torch.sigmoid(net.linear(hidden(net, z), math.prod(shape))),
        lambda net, x: net.linear(hidden(net, x), 1),
        normal(s["latent"]), cross_entropy, non_saturating, adam(s, beta2=0.99),
        penalty=lambda D, x, made, real, fake, draws, step: s["gamma"] / 2 * squares(slopes(real, x)).mean(),
        plays=TOGETHER)


def goodfellow2014(s, shape):
    """Goodfellow et al. 2014, section 5. Latents have variance 1, D's loss is halved."""
    def G(net, z):
        for _ in range(2):
            z = F.relu(net.linear(z, s["hidden"]))
        return torch.sigmoid(net.linear(z, math.prod(shape)))

    def D(net, x):
        for _ in range(2):
            x = net.maxout(x, s["maxout"], s["pieces"])
        return net.linear(x, 1)

    def sgd(parameters):
        return torch.optim.SGD(parameters, lr=s["learning_rate"], momentum=s["momentum"])

    return Pair(
        G, D, uniform(math.sqrt(3), s["latent"]), lambda *a: cross_entropy(*a) / 2,
        LOSSES_G[s["objective"]], sgd, plays=plays_of(s))


def mixture(s, shape):
    """Lin et al. 2018 (PacGAN), section 4.1, and their code."""
    def G(net, z):
        for _ in range(4):
            z = F.relu(net.norm(net.linear(z, s["hidden"], bias=False)))
        return net.linear(z, *shape)

    def D(net, x):
        for _ in range(3):
            x = net.maxout(x, s["maxout"], s["pieces"])
        return net.linear(x, 1)

    return Pair(G, D, normal(s["latent"]), cross_entropy, LOSSES_G[s["objective"]], adam(s), plays=plays_of(s))


def dcgan(s, shape):
    """Radford et al. 2016 and their code: conditional MNIST, or faces of 64x64 pixels."""
    mnist = shape == [1, 28, 28]
    width, kernel = s["width"], s["kernel"]

    def with_class(x, y):
        """Append the class, one-hot, to the channels."""
        if not mnist:
            return x
        y = F.one_hot(y, 10).to(x.dtype)
        return torch.cat([x, y.reshape(*y.shape, *(1 for _ in x.shape[2:])).expand(-1, -1, *x.shape[2:])], 1)

    def norm(net, x):
        return net.norm(x, eps=1e-8, affine=not mnist)

    def up(net, x, channels, y):
        return net.up(with_class(x, y), channels, kernel, (kernel - 1) // 2, bias=False)

    def down(net, x, channels, y):
        return net.conv(with_class(x, y), channels, kernel, 2, (kernel - 1) // 2, bias=False)

    def G(net, z, y=None):
        if mnist:
            z = F.relu(norm(net, net.linear(with_class(z, y), s["hidden"], bias=False)))
        widths, side = ([2 * width, width], 7) if mnist else ([8 * width, 4 * width, 2 * width, width], 4)
        x = net.linear(with_class(z, y), widths[0] * side * side, bias=False)
        x = F.relu(norm(net, x.unflatten(1, (widths[0], side, side))))
        for channels in widths[1:]:
            x = F.relu(norm(net, up(net, x, channels, y)))
        x = up(net, x, shape[0], y)
        return torch.sigmoid(x) if mnist else torch.tanh(x)

    def D(net, x, y=None):
        x = F.leaky_relu(down(net, x, width, y), 0.2)
        for i in range(1, 2 if mnist else 4):
            x = F.leaky_relu(norm(net, down(net, x, width << i, y)), 0.2)
        x = x.flatten(1)
        if mnist:
            x = F.leaky_relu(norm(net, net.linear(with_class(x, y), s["hidden"], bias=False)), 0.2)
        return net.linear(with_class(x, y), 1, bias=False)

    return Pair(
        G, D, uniform(1, s["latent"]), cross_entropy, non_saturating, adam(s, l2=s["l2"]), conditional=mnist)


def tanh_network(s, units):
    """Return a network of tanh layers."""
    def network(net, x):
        for _ in range(s.get("layers", 2)):
            x = torch.tanh(net.linear(x, s["hidden"]))
        return net.linear(x, units)
    return network


def unrolled(s, shape):
    """Metz et al. 2017 and their notebook: G lowers minus D's loss after more updates of D."""
    def unroll(twin, loss):
        net, state = twin.nets["D"], twin.optimizers["D"].state
        values = {v.name: v.tensor for v in net.variables}
        first = {name: state[t]["exp_avg"] if t in state else 0 for name, t in values.items()}
        second = {name: state[t]["exp_avg_sq"] if t in state else 0 for name, t in values.items()}
        done = next((int(a["step"]) for a in state.values()), 0)
        b1, b2 = s["beta1"], s["beta2"]
        for t in range(done + 1, done + 1 + s["unroll"]):
            gradients = torch.autograd.grad(loss(), list(values.values()), create_graph=True)
            for (name, value), g in zip(list(values.items()), gradients):
                first[name] = b1 * first[name] + (1 - b1) * g
                second[name] = b2 * second[name] + (1 - b2) * g.square()
                root = (second[name] / (1 - b2 ** t)).sqrt() + s["epsilon"]
                values[name] = value - s["learning_rate_d"] * first[name] / (1 - b1 ** t) / root
            net.values = values
        after = -loss()
        net.values = {}
        return after

    pair = Pair(
        tanh_network(s, *shape), tanh_network(s, 1), normal(s["latent"]), cross_entropy, saturating,
        adam(s, rate=s["learning_rate_g"]), adam(s, rate=s["learning_rate_d"]), plays=plays_of(s))
    pair.unroll = unroll if s["unroll"] else None
    return pair


def relativistic(real, fake, *_):
    """Huang et al. 2024: softplus of the difference of each pair, for D."""
    return F.softplus(fake - real).mean()


def relativistic_g(real, fake):
    """The same for G."""
    return F.softplus(real - fake).mean()


def zero_centred(gamma):
    """Return R1 and R2: gamma/2 times the squared slopes at real and at generated examples.

    gamma is a function of the step.
    """
    def penalty(D, x, made, real, fake, draws, step):
        both = squares(slopes(real, x)) + squares(slopes(fake, made))
        return gamma(step) / 2 * both.mean()
    return penalty


def bottleneck(net, x):
    """Add the residual of Huang et al. 2024: 1x1, grouped 3x3, 1x1 convolutions."""
    c = x.shape[1]
    y = F.leaky_relu(net.conv(x, 2 * c, 1), 0.2)
    y = F.leaky_relu(net.conv(y, 2 * c, 3, pad=1, groups=max(2 * c // 16, 1)), 0.2)
    return x + net.conv(y, c, 1, bias=False)


def images(s, shape):
    """The objective of Huang et al. 2024 on strided convolutions, with a projection of the class."""
    channels, height, width = shape
    times = int(math.log2(min(height, width) / 4))
    least = [math.ceil(n / 2 ** times) for n in (height, width)]
    widths = [min(s["width"] << i, s["most_width"]) for i in range(times)]
    labelled = s["conditional"] == "yes"

    def G(net, z, y=None):
        if labelled:
            z = torch.cat([z, F.one_hot(y, 10).to(z.dtype)], 1)
        x = F.leaky_relu(net.linear(z, widths[-1] * math.prod(least)).unflatten(1, (widths[-1], *least)), 0.2)
        for c in (*widths[-2::-1], channels):
            for _ in range(s["blocks"]):
                x = bottleneck(net, x)
            x = net.up(x, c, 4, 1)
            x = x if c == channels else F.leaky_relu(x, 0.2)
        return x[:, :, :height, :width]

    def D(net, x, y=None):
        h, w = (n * 2 ** times for n in least)
        x = F.pad(x, (0, w - width, 0, h - height))
        for c in widths:
            x = F.leaky_relu(net.conv(x, c, 4, 2, 1), 0.2)
            for _ in range(s["blocks"]):
                x = bottleneck(net, x)
        x = x.flatten(1)
        score = net.linear(x, 1)
        if labelled:
            table = net.take(10, x.shape[1])
            score = score + (x * table[y]).sum(1, keepdim=True) / x.shape[1] ** 0.5
        return score

    gamma = s["gamma"] * height * width / 32 ** 2
    return Pair(G, D, normal(s["latent"]), relativistic, relativistic_g, adam(s, beta1=0),
                penalty=zero_centred(lambda step: gamma), pairs=True, conditional=labelled)


RECIPES = {
    "images": images,
    "unrolled": unrolled,
    "digits": digits,
    "goodfellow2014": goodfellow2014,
    "mixture": mixture,
    "dcgan": dcgan,
}
