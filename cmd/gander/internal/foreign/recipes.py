"""The recipes of Gander, written a second time, in PyTorch, from the papers.

There is one function for each recipe. Its arguments are the settings, by the names of
Gander, and the shape of an example. Only settings that change the numbers of a few steps
are used. Twin applies the techniques that all recipes share. A network is a function of a Net, which hands out the arrays
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
            tensor = torch.zeros(a["shape"] or [], requires_grad=a["learned"])
            self.variables.append(Variable(a["name"], tensor, a["learned"]))
        self.left = {}  # what a pass has not used yet, by whether it is learned
        self.values = {}  # of parameters that are not those of the variables, by name
        self.held = False  # whether power iterations change no variables
        self.power_steps = 1  # steps of power iteration in an application

    def __call__(self, *inputs):
        for learned in (True, False):
            self.left[learned] = [v for v in self.variables if v.learned == learned]
        self.biases = []  # since the last normalisation: dimensions, channels, name, name of the weights
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
            new = u
            for _ in range(self.power_steps):
                v = F.normalize(matrix.t() @ new, dim=0, eps=1e-12)
                new = F.normalize(matrix @ v, dim=0, eps=1e-12)
            if not self.held:
                u.copy_(new)
        return w / (new @ matrix @ v)

    def bias(self, x, wanted):
        """Add the next array to each channel of x, if wanted."""
        if not wanted:
            return x
        b = self.take(x.shape[1])
        self.biases.append((x.dim(), x.shape[1], self.taken.name, self.weights))
        return x + b.reshape(1, -1, *(1 for _ in x.shape[2:]))

    def linear(self, x, units, bias=True, spectral=False):
        x = x.flatten(1)
        return self.bias(x @ self.weight(x.shape[1], units, spectral=1 if spectral else None), bias)

    def maxout(self, x, units, pieces):
        return self.linear(x, units * pieces).unflatten(1, (units, pieces)).amax(2)

    def conv(self, x, channels, kernel, stride=1, pad=0, bias=True, groups=1, spectral=False):
        """Convolve. pad is the number of zeros on each side, or two numbers: before and after."""
        d = x.dim() - 2
        w = self.weight(channels, x.shape[1] // groups, *[kernel] * d, spectral=0 if spectral else None)
        x = F.pad(x, (pad if isinstance(pad, tuple) else (pad, pad)) * d)
        return self.bias((F.conv2d if d == 2 else F.conv3d)(x, w, stride=stride, groups=groups), bias)

    def up(self, x, channels, kernel, pad, stride=2, bias=True):
        """Convolve transposed. The sides of the result are those of x times the stride.

        pad is the number of rows and columns that are left out before the first.
        """
        d = x.dim() - 2
        w = self.weight(x.shape[1], channels, *[kernel] * d)
        y = (F.conv_transpose2d if d == 2 else F.conv_transpose3d)(x, w, stride=stride, output_padding=stride - 1)
        for axis, n in enumerate(x.shape[2:], 2):
            y = y.narrow(axis, pad, n * stride)
        return self.bias(y, bias)

    def whole(self, x, channels, kernel, bias=True):
        """Convolve one point transposed, without stride or padding: its sides become the kernel."""
        w = self.weight(x.shape[1], channels, kernel, kernel, kernel)
        return self.bias(F.conv_transpose3d(x, w), bias)

    def virtual_norm(self, x, n, eps=1e-5):
        """Normalise virtually (Salimans et al. 2016). The first n examples are the reference batch."""
        space = tuple(range(2, x.dim()))
        scale, shift = (self.take(x.shape[1]).reshape(-1, *[1] * len(space)) for _ in range(2))

        def moments(x, axes):
            return x.mean(axes, keepdim=True), x.square().mean(axes, keepdim=True)

        mean, square = moments(x[:n], (0, *space))
        own = moments(x[n:], space) if space else (x[n:], x[n:].square())
        parts = [(x[:n], mean, square), (x[n:], (own[0] + n * mean) / (n + 1), (own[1] + n * square) / (n + 1))]
        return torch.cat([(y - m) / (s - m.square() + eps).sqrt() for y, m, s in parts]) * scale + shift

    def minibatch(self, x, kernels, dims):
        """Append minibatch discrimination (Salimans et al. 2016)."""
        m = (x @ self.weight(x.shape[1], kernels * dims)).unflatten(1, (kernels, dims))
        distance = (m[:, None] - m[None]).abs().sum(3)
        return torch.cat([x, self.bias((-distance).exp().sum(1), True)], 1)

    def norm(self, x, eps=1e-5, affine=True, momentum=0.1):
        """Normalise by the statistics of the batch. The gradients of biases before it are 0."""
        c = x.shape[1]
        self.cancelled.update({bias: w for dim, channels, bias, w in self.biases if (dim, channels) == (x.dim(), c)})
        self.biases = []
        scale, shift = (self.take(c), self.take(c)) if affine else (None, None)
        mean, variance = self.take(c, learned=False), self.take(c, learned=False)
        return F.batch_norm(x, mean, variance, scale, shift, training=True, momentum=momentum, eps=eps)


class Pair:
    """What a recipe consists of."""

    def __init__(self, G, D, latent, loss_d, loss_g, optimizer_g, optimizer_d=None, penalty=None,
                 plays=(("D",), ("G",)), pairs=False, conditional=False):
        self.G, self.D, self.latent = G, D, latent
        self.loss_d, self.loss_g, self.penalty = loss_d, loss_g, penalty
        self.optimizers = {"G": optimizer_g, "D": optimizer_d or optimizer_g}  # of parameters
        self.plays = [list(p) for p in plays]
        self.phase = lambda step: None  # the plays of a round that differs
        self.pairs = pairs  # the loss of G depends on real examples
        self.conditional = conditional
        self.dequantise = 0  # width of the noise on real examples
        self.batches_g = 1  # minibatches of samples in the loss of G
        self.unroll = None
        self.terms = {}  # added to the loss of a player: functions of D's outputs, latents and inputs
        self.after = {}  # functions of the parameters, after an update of a player
        self.prepare = lambda x: x  # the real examples


class Game:
    """What a recipe of other players than G and D consists of. Each has one network."""

    def __init__(self, networks, losses, optimizer, plays):
        self.networks = networks  # functions, by player
        self.losses = losses  # function of the networks, the players that move, the minibatch, the draws and the step: the losses by player
        self.optimizers = {p: optimizer for p in networks}
        self.plays = [list(p) for p in plays]
        self.phase = lambda step: None  # the plays of a round that differs
        self.after = {}


class Historical:
    """An optimiser with historical averaging (Salimans et al. 2016).

    Each parameter is drawn to the mean of its earlier values.
    """

    def __init__(self, optimizer, parameters, weight):
        self.optimizer, self.weight, self.steps = optimizer, weight, 0
        self.means = [(p, torch.zeros_like(p)) for p in parameters]

    def step(self):
        with torch.no_grad():
            for p, mean in self.means:
                if self.steps > 0:
                    p.grad += 2 * self.weight * (p - mean)
                mean += (p - mean) / (self.steps + 1)
        self.optimizer.step()
        self.steps += 1


class Twin:
    """A recipe, with the variables of Gander's game."""

    def __init__(self, game, settings):
        name, self.settings = game["name"], settings
        self.pair = pair = RECIPES[name](settings, game["makes"])
        for step, kind in enumerate(game["schedule"]):
            plays, wanted = game["rounds"][kind], pair.phase(step) or pair.plays
            if plays != wanted:
                raise ValueError(f"{name}: the plays of round {step + 1} are {plays} in Gander and {wanted} here")
        self.cancelled = {}  # names of biases whose gradient is 0, and of the weights of their layer
        networks = pair.networks if isinstance(pair, Game) else {"G": pair.G, "D": pair.D}
        self.nets = {p: Net(p, game["networks"][p], f, self.cancelled) for p, f in networks.items()}
        if "D" in self.nets:
            self.nets["D"].power_steps = settings.get("power_steps", 1)
        self.variables = {p: n.variables for p, n in self.nets.items()}
        self.optimizers = {p: self.optimizer(p) for p in self.nets}

    def optimizer(self, player):
        """Return the optimiser of a player, with two time scales and historical averaging."""
        parameters = self.nets[player].parameters()
        optimizer = self.pair.optimizers[player](parameters)
        if isinstance(self.pair, Game):
            return optimizer
        if player == "D" and self.settings["rate_d"] != 1:
            for group in optimizer.param_groups:
                group["lr"] *= self.settings["rate_d"]
        if self.settings["history_weight"]:
            optimizer = Historical(optimizer, parameters, self.settings["history_weight"])
        return optimizer

    def noise(self, step):
        """Return the standard deviation of instance noise."""
        s, readers = self.settings, sum("D" in p or self.pair.pairs for p in self.pair.plays)
        if not s["noise_kimg"]:
            return s["instance_noise"]
        return s["instance_noise"] * max(0, 1 - step / round(s["noise_kimg"] * 1000 / (s["batch"] * readers)))

    def loss_d(self, real, fake, x, made):
        """Return the loss of D, perhaps with one-sided label smoothing."""
        rest = self.settings["label_smoothing"]
        if not rest:
            return self.pair.loss_d(real, fake, x, made)
        if self.pair.loss_d is not cross_entropy:
            raise ValueError("this loss has no labels")
        return (1 - rest) * F.softplus(-real).mean() + rest * F.softplus(real).mean() + F.softplus(fake).mean()

    def gradients(self, players, inputs, draws, step):
        """Set the gradients of the players that move; return their losses."""
        for p, net in self.nets.items():
            net.held = p not in players
        if isinstance(self.pair, Game):
            losses = self.pair.losses(self.nets, players, inputs, draws, step)
        else:
            losses = self.losses_of_pair(players, inputs, draws, step)
        for p in players:
            parameters = self.nets[p].parameters()
            for t, g in zip(parameters, torch.autograd.grad(losses[p], parameters, retain_graph=True)):
                t.grad = g.detach().clone()
        return losses

    def losses_of_pair(self, players, inputs, draws, step):
        """Return the losses of the players of a pair that move."""
        pair, s, x, given = self.pair, self.settings, self.pair.prepare(inputs["x"]), ()
        if pair.conditional:
            given = (inputs["class"],)

        def G(z):
            return packed(self.nets["G"](z, *given), s["pack"])

        def D(x):
            if s["instance_noise"]:
                x = x + self.noise(step) * draws.standard(*x.shape)
            return self.nets["D"](x, *given)

        def term(player, fake):
            """Return the term of a player. The score is the first output of D."""
            return pair.terms[player](real, fake, latents, inputs) if pair.terms else 0

        if "D" in players and pair.dequantise:
            x = x + draws.uniform(0, pair.dequantise, *x.shape)
        n, x = len(x), packed(x, s["pack"]).clone().requires_grad_()
        real = D(x) if "D" in players or pair.pairs else None
        latents = pair.latent(draws, n)
        made = G(latents)
        fake = D(made)
        losses = {}
        if "D" in players:
            losses["D"] = self.loss_d(real[:, :1], fake[:, :1], x, made) + term("D", fake)
            for penalty in filter(None, (pair.penalty, s["dragan"] and dragan(s["dragan"]))):
                losses["D"] = losses["D"] + penalty(D, x, made, real, fake, draws, step)
        if "G" in players and pair.unroll:
            losses["G"] = pair.unroll(self, lambda: pair.loss_d(D(x), D(made), x, made))
        elif "G" in players:
            self.nets["D"].held = True
            more = [D(G(pair.latent(draws, n))) for _ in range(pair.batches_g - 1)]
            fake = torch.cat([fake] + more)
            losses["G"] = pair.loss_g(real, fake[:, :1]) + term("G", fake)
        return losses

    def step(self, player):
        """Take a step of the optimiser of a player."""
        self.optimizers[player].step()
        if player in self.pair.after:
            self.pair.after[player](self.nets[player].parameters())


def packed(x, pack):
    """Join the channels of each pack examples that are next to each other (Lin et al. 2018)."""
    return x.reshape(len(x) // pack, -1, *x.shape[2:])


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


class Scheduled:
    """An optimiser whose settings change: change(settings, step) before each step."""

    def __init__(self, optimizer, change):
        self.optimizer, self.change, self.steps = optimizer, change, 0

    def step(self):
        for group in self.optimizer.param_groups:
            self.change(group, self.steps)
        self.optimizer.step()
        self.steps += 1


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


def sgd2014(s, rate=None):
    """Return the descent of the experiments of 2014 in their first epoch."""
    rate = s["learning_rate"] if rate is None else rate

    def change(group, step):
        group["lr"] = max(rate / s["decay"] ** step, s["least_rate"])

    return lambda parameters: Scheduled(torch.optim.SGD(parameters, lr=rate, momentum=s["momentum"]), change)


def halved(*scores):
    """Half the cross-entropy, the loss of D in the experiments of 2014."""
    return cross_entropy(*scores) / 2


def two_maxouts(s):
    """Return D of the experiments of 2014, or one with more layers."""
    def D(net, x):
        for _ in range(s.get("layers", 2)):
            x = net.maxout(x, s["maxout"], s["pieces"])
        return net.linear(x, 1)
    return D


def goodfellow2014(s, shape):
    """Goodfellow et al. 2014, section 5: MNIST. Latents have variance 1."""
    def G(net, z):
        for _ in range(2):
            z = F.relu(net.linear(z, s["hidden"]))
        return torch.sigmoid(net.linear(z, math.prod(shape)))

    return Pair(G, two_maxouts(s), uniform(math.sqrt(3), s["latent"]), halved, LOSSES_G[s["objective"]], sgd2014(s),
                plays=plays_of(s))


def goodfellow2014_cifar(s, shape):
    """Goodfellow et al. 2014 and their code: CIFAR-10, with global contrast normalisation."""
    def dense_g(net, z):
        x = F.relu(net.linear(z, s["hidden"]))
        return net.linear(torch.sigmoid(net.linear(x, s["hidden"])), math.prod(shape)).unflatten(1, shape)

    def convolutional_g(net, z):
        x = F.relu(net.linear(z, s["hidden"]))
        x = torch.sigmoid(net.linear(x, s["maps"] * 10 * 10)).unflatten(1, (s["maps"], 10, 10))
        x = F.conv_transpose2d(x, net.weight(s["maps"], shape[0], 5, 5), stride=3)
        return x + net.take(*shape)

    def convolutional_d(net, x):
        for channels, kernel, pad, pool in ((1, 8, 4, 4), (1, 8, 3, 4), (6, 5, 3, 2)):
            x = net.conv(x, 2 * channels * s["filters"], kernel, pad=pad)
            x = x.unflatten(1, (-1, 2)).amax(2)
            x = F.max_pool2d(x, pool, 2, ceil_mode=True)
        return net.linear(net.maxout(x, s["maxout"], s["pieces"]), 1)

    dense = s["form"] == "dense"
    pair = Pair(dense_g if dense else convolutional_g, two_maxouts(s) if dense else convolutional_d,
                normal(s["latent"]), halved, non_saturating, sgd2014(s), plays=TOGETHER)

    def contrast(x):
        """Give each image the mean 0 and the length of the setting."""
        x = x.flatten(1)
        x = x - x.mean(1, keepdim=True)
        return (s["contrast"] * x / x.norm(dim=1, keepdim=True)).unflatten(1, shape)

    pair.prepare = contrast
    return pair


def goodfellow2014_tfd(s, shape):
    """Goodfellow et al. 2014 and their code: the Toronto faces, in two stages."""
    def G(net, z):
        # In the second stage, new layers make the latents of the others.
        for units in ([s["latent"]] if s["stage"] == "train" else []) + [s["hidden"]]:
            z = torch.sigmoid(net.linear(F.relu(net.linear(z, s["hidden"])), units))
        return torch.sigmoid(net.linear(z, math.prod(shape)))

    def limit(parameters):
        """Limit the length of the weights of each unit."""
        with torch.no_grad():
            for w in parameters:
                if w.dim() == 2:
                    w *= s["max_norm"] / w.norm(dim=0, keepdim=True).clamp(min=s["max_norm"])

    pair = Pair(G, two_maxouts(s), normal(s["latent"]), halved, non_saturating, sgd2014(s), plays=TOGETHER)
    pair.after = {"G": limit, "D": limit}
    return pair


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


def one_hot(y, like, classes=10):
    return F.one_hot(y, classes).to(like.dtype)


def cgan(s, shape):
    """Mirza and Osindero 2014: the class has hidden layers of its own, or is an input; or Miyato and Koyama 2018."""
    form_g, form_d, first = s["condition_g"], s["condition_d"], s["hidden_z"] + s["hidden_y"]

    def active(net, x, y):
        if form_g == "norm":
            scale, shift = net.take(10, x.shape[1]), net.take(10, x.shape[1])
            x = net.norm(x, affine=False) * scale[y] + shift[y]
        elif s["norm_g"]:
            x = net.norm(x)
        return F.relu(x)

    def G(net, z, y):
        if form_g == "hidden":
            x = active(net, net.linear(z, s["hidden_z"]), y)
            x = torch.cat([x, active(net, net.linear(one_hot(y, z), s["hidden_y"]), y)], 1)
        else:
            x = torch.cat([z, one_hot(y, z)], 1) if form_g == "input" else z
            x = active(net, net.linear(x, first), y)
        x = active(net, net.linear(x, s["hidden"]), y)
        return torch.sigmoid(net.linear(x, math.prod(shape)))

    def D(net, x, y):
        x = x.flatten(1)
        if form_d == "input":
            x = torch.cat([x, one_hot(y, x)], 1)
        h = net.maxout(x, s["maxout_x"], s["pieces"])
        if form_d == "hidden":
            h = torch.cat([h, net.maxout(one_hot(y, x), s["maxout_y"], s["pieces"])], 1)
        h = net.maxout(h, s["maxout"], s["joint_pieces"])
        score = net.linear(h, 1)
        if form_d == "projection":
            score = score + (h * net.take(10, s["maxout"])[y]).sum(1, keepdim=True)
        return score

    low, high = (0, 1) if s["noise"] == "unit" else (-math.sqrt(3), math.sqrt(3))
    return Pair(G, D, lambda draws, n: draws.uniform(low, high, n, s["latent"]),
                lambda real, fake, *_: s["weight_loss_d"] * cross_entropy(real, fake), LOSSES_G[s["objective"]],
                sgd2014(s, 0.1) if s["optimizer"] == "sgd" else adam(s, 0.002), plays=plays_of(s), conditional=True,
                penalty=lambda D, x, made, real, fake, draws, step: s["gamma"] / 2 * squares(slopes(real, x)).mean())


def soft_labels(real, fake, g):
    """Return the losses of D and of G: cross-entropies with these targets."""
    def to(target, scores):
        return F.binary_cross_entropy_with_logits(scores, torch.full_like(scores, target))
    return (lambda r, f, *_: (to(real, r) + to(fake, f)) / 2), lambda _, f: to(g, f)


def acgan(s, shape):
    """Odena et al. 2017 in the form of three public programs."""
    form = s["form"]
    old = form == "buriburisuri"
    slope = {"buriburisuri": 0.01, "keras": 0.2, "lukedeo": 0.3}[form]
    width, latent = s["width"], s["latent"]
    auxiliary = {"keras": "real"}.get(form, "both") if s["auxiliary"] == "auto" else s["auxiliary"]

    def leaky(x):
        return F.leaky_relu(x, slope)

    def G(net, z, y):
        if old:
            z = torch.cat([z, one_hot(y, z)], 1)
            x = F.relu(net.norm(net.linear(z, s["hidden"], bias=False)))
            x = F.relu(net.norm(net.linear(x, 2 * width * 7 * 7, bias=False))).unflatten(1, (2 * width, 7, 7))
            x = F.relu(net.norm(net.up(x, width, 4, 1, bias=False)))
            return torch.sigmoid(net.up(x, shape[0], 4, 1))
        x = z * net.take(10, latent)[y]
        if form == "keras":
            x = F.relu(net.linear(x, 12 * width * 3 * 3)).unflatten(1, (12 * width, 3, 3))
            x = F.relu(net.bias(F.conv_transpose2d(x, net.weight(12 * width, 6 * width, 5, 5)), True))
            x = F.relu(net.up(x, 3 * width, 5, 1))
            return torch.tanh(net.up(x, shape[0], 5, 1))
        x = F.relu(net.linear(x, s["hidden"]))
        x = F.relu(net.linear(x, 4 * width * 7 * 7)).unflatten(1, (4 * width, 7, 7))
        x = F.relu(net.conv(nearest(x), 8 * width, 5, pad=2))
        x = F.relu(net.conv(nearest(x), 4 * width, 5, pad=2))
        return torch.tanh(net.conv(x, shape[0], 2, pad=(0, 1)))

    def D(net, x, y):
        if old:
            x = leaky(net.conv(leaky(net.conv(x, width, 4, 2, 1)), 2 * width, 4, 2, 1))
            x = leaky(net.linear(x, s["hidden"]))
        else:
            for i, stride in enumerate((2, 1, 2, 1)):
                x = leaky(net.conv(x, width << i, 3, stride, (0, 1) if stride == 2 else 1))
        score = net.linear(x, 1)
        if old:
            x = leaky(net.linear(x, s["hidden_c"]))
        return torch.cat([score, net.linear(x, 10)], 1)

    def classes(outputs, y):
        return F.cross_entropy(outputs[:, 1:], y.repeat(len(outputs) // len(y)))

    def term_d(real, fake, _, inputs):
        y = inputs["class"]
        return classes(real, y) if auxiliary == "real" else (classes(real, y) + classes(fake, y)) / 2

    losses = soft_labels(0.9, 0.1, 0.9) if form == "keras" else soft_labels(1, 0, 1)
    rates = (1e-4, 1e-3) if old else (2e-4, 2e-4)
    pair = Pair(G, D, (lambda draws, n: draws.uniform(0, 1, n, latent)) if old else uniform(1, latent),
                *losses, adam(s, rate=rates[1]), adam(s, rate=rates[0]), conditional=True)
    pair.terms = {"D": term_d, "G": lambda _, fake, z, inputs: (0.5 if old else 1) * classes(fake, inputs["class"])}
    pair.batches_g = 1 if old else 2
    return pair


def infogan(s, shape):
    """Chen et al. 2016 and their code: MNIST. D ends with its score and the outputs of Q."""
    width, kinds, k = s["width"], s["categorical"], s["categories"]

    def latent(draws, n):
        """Return the codes and z."""
        codes = [(k * draws.uniform(0, 1, n)).floor().long() for _ in range(kinds)]
        codes += [draws.uniform(-1, 1, n, 1) for _ in range(s["continuous"])]
        return codes, draws.uniform(-1, 1, n, s["latent"])

    def G(net, latents):
        codes, z = latents
        z = torch.cat([z] + [one_hot(c, z, k) if c.dim() == 1 else c for c in codes], 1)
        x = F.relu(net.norm(net.linear(z, s["hidden"])))
        x = F.relu(net.norm(net.linear(x, 2 * width * 7 * 7))).unflatten(1, (2 * width, 7, 7))
        x = F.relu(net.norm(net.up(x, width, 4, 1)))
        return torch.sigmoid(net.up(x, shape[0], 4, 1))

    def leaky(x):
        return F.leaky_relu(x, s["slope"])

    def D(net, x):
        x = leaky(net.conv(x, width, 4, 2, 1))
        x = leaky(net.norm(net.conv(x, 2 * width, 4, 2, 1)))
        x = leaky(net.norm(net.linear(x, s["hidden"])))
        score = net.linear(x, 1)
        return torch.cat([score, net.linear(leaky(net.norm(net.linear(x, s["hidden_q"]))), kinds * k + 2 * s["continuous"])], 1)

    def information(_, fake, latents, inputs):
        """Return -lambda I, from the densities."""
        total, at = 0, 1
        for i, c in enumerate(latents[0]):
            if i < kinds:
                log_q = F.log_softmax(fake[:, at:at + k], 1).gather(1, c[:, None])
                total, at = total + s["lambda"] * (math.log(k) + log_q.mean()), at + k
                continue
            scale = torch.ones_like(c) if s["fixed_variance"] else (fake[:, at + 1:at + 2] / 2).exp()
            q, p = torch.distributions.Normal(fake[:, at:at + 1], scale), torch.distributions.Normal(0.0, 1.0)
            total, at = total + s["lambda_c"] * (q.log_prob(c) - p.log_prob(c)).mean(), at + 2
        return -total

    pair = Pair(G, D, latent, cross_entropy, non_saturating, adam(s, s["learning_rate_g"]), adam(s, s["learning_rate_d"]))
    pair.terms = {"D": information, "G": information}
    return pair


def tanh_network(s, units):
    """Return a network of tanh layers."""
    def network(net, x):
        for _ in range(s.get("layers", 2)):
            x = torch.tanh(net.linear(x, s["hidden"]))
        return net.linear(x, units)
    return network


def unroller(s):
    """Return the loss of G of Metz et al. 2017: minus that of D after more steps of Adam."""
    def unroll(twin, loss):
        net, state = twin.nets["D"], twin.optimizers["D"].state
        values = {v.name: v.tensor for v in net.variables if v.learned}
        first = {name: state[t]["exp_avg"] if t in state else 0 for name, t in values.items()}
        second = {name: state[t]["exp_avg_sq"] if t in state else 0 for name, t in values.items()}
        done = next((int(a["step"]) for a in state.values()), 0)
        b1, b2 = s["beta1"], s["beta2"]
        for t in range(done + 1, done + 1 + s["unroll"]):
            gradients = torch.autograd.grad(loss(), list(values.values()), create_graph=True)
            for (name, value), g in zip(list(values.items()), gradients):
                first[name] = b1 * first[name] + (1 - b1) * g
                second[name] = b2 * second[name] + (1 - b2) * g.square()
                on = second[name] > 0  # the root has the derivative 0 at 0
                root = torch.where(on, second[name] / (1 - b2 ** t), torch.ones_like(g)).sqrt() * on + 1e-8
                values[name] = value - s["learning_rate_d"] * first[name] / (1 - b1 ** t) / root
            net.values = values
        after = -loss()
        net.values = {}
        return after

    return unroll if s["unroll"] else None


def unrolled(s, shape):
    """Metz et al. 2017 and their notebook: G lowers minus D's loss after more updates of D."""
    activation = F.relu if s["activation"] == "relu" else torch.tanh

    def network(layers, outputs, scale=1):
        def function(net, x):
            x = x * scale
            for _ in range(layers):
                x = activation(net.linear(x, s["hidden"]))
            return net.linear(x, outputs)
        return function

    pair = Pair(
        network(s["layers"], *shape), network(s["layers_d"] or s["layers"], 1, s["scale_d"]), normal(s["latent"]), cross_entropy, saturating,
        adam(s, rate=s["learning_rate_g"]), adam(s, rate=s["learning_rate_d"]), plays=plays_of(s))
    pair.unroll = unroller(s)
    return pair


def stacked(s, shape):
    """Metz et al. 2017, stacked MNIST, as repeated by Lin et al. 2018: 28x28 pixels."""
    def G(net, z):
        width = 8 * s["width_g"]
        x = F.relu(net.norm(net.linear(z, width * 4 * 4, bias=False).unflatten(1, (width, 4, 4))))
        for i, side in enumerate((7, 14, 28)):
            x = net.up(x, width >> (i + 1), 3, 1 if side == 7 else 0, bias=False)[:, :, :side, :side]
            x = F.relu(net.norm(x))
        return torch.tanh(net.conv(x, shape[0], 3, pad=1))

    def D(net, x):
        for i in range(3):
            x = net.conv(x, s["width_d"] << i, 3, 2, 1 if x.shape[2] == 7 else (0, 1), bias=False)
            x = F.leaky_relu(net.norm(x), 0.3)
        return net.linear(x, 1)

    pair = Pair(G, D, normal(s["latent"]), cross_entropy, non_saturating, adam(s, rate=s["learning_rate_g"]),
                adam(s, rate=s["learning_rate_d"]), plays=in_turn(s["k"]))
    pair.unroll = unroller(s)
    return pair


def critic(real, fake, *_):
    """Arjovsky et al. 2017, for D."""
    return fake.mean() - real.mean()


def critic_g(_, fake):
    """The same for G."""
    return -fake.mean()


def clip(parameters, limit):
    """Limit the elements of parameters."""
    with torch.no_grad():
        for p in parameters:
            p.clamp_(-limit, limit)


def wgan(s, shape):
    """Arjovsky et al. 2017 and their code. D's weights are clipped after its updates."""
    channels, height, _ = shape
    widths = [s["width"] << i for i in range(int(math.log2(height / 4)))]
    least = height >> len(widths)

    def norm(net, x, wanted):
        return net.norm(x) if wanted else x

    def G(net, z):
        up = [s["width"]] * len(widths) if s["constant_g"] else widths[::-1]
        x = net.linear(z, up[0] * least ** 2, bias=False).unflatten(1, (up[0], least, least))
        for c in up[1:]:
            x = net.up(F.relu(norm(net, x, s["norm_g"])), c, 4, 1, bias=False)
        return torch.tanh(net.up(F.relu(norm(net, x, s["norm_g"])), channels, 4, 1, bias=False))

    def D(net, x):
        for c in widths:
            x = net.conv(x, c, 4, 2, 1, bias=False)
            x = F.leaky_relu(norm(net, x, s["norm_d"] and c != widths[0]), s["slope"])
        return net.linear(x, 1, bias=False)

    def mlp(units):
        def network(net, x):
            for _ in range(3):
                x = F.relu(net.linear(x, s["hidden"]))
            return net.linear(x, units)
        return network

    def rmsprop(parameters):
        return torch.optim.RMSprop(parameters, lr=s["learning_rate"], alpha=0.99, eps=1e-8)

    if s["form"] == "mlp":
        D, flat = mlp(1), mlp(math.prod(shape))
        G = lambda net, z: flat(net, z).reshape(-1, *shape)
    pair = Pair(G, D, normal(s["latent"]), critic, critic_g,
                rmsprop if s["optimizer"] == "rmsprop" else adam(s, beta2=0.999), plays=in_turn(s["critic_steps"]))
    pair.after["D"] = lambda parameters: clip(parameters, s["clip"])

    def phase(step):
        """Return the plays of a round of a warm-up, in which only D moves."""
        rounds, update = [], 0  # whether G moves in each round; G's updates so far
        while len(rounds) <= step:
            warm = update < s["warm_first"] or s["warm_every"] and update % s["warm_every"] == 0
            steps = max(s["warm_up"], s["critic_steps"]) if warm else s["critic_steps"]
            rounds += [False] * (math.ceil(steps / s["critic_steps"]) - 1) + [True]
            update += 1
        return None if rounds[step] else [["D"]] * s["critic_steps"]

    pair.phase = phase
    return pair


def gradient_penalty(weight):
    """Gulrajani et al. 2017: weight times (slope - 1)^2 between real and generated examples."""
    def penalty(D, x, made, real, fake, draws, step):
        e = draws.standard(len(x), *(1 for _ in x.shape[1:]))
        mix = x + e * (made - x)
        return weight * (squares(slopes(D(mix), mix)).sqrt() - 1).square().mean()
    return penalty


def dragan(weight):
    """Kodali et al. 2017: weight times (slope - 1)^2 at real examples with noise."""
    def penalty(D, x, made, real, fake, draws, step):
        noise, e = draws.standard(*x.shape), draws.standard(len(x), *(1 for _ in x.shape[1:]))
        near = x + e * 0.5 * x.std(unbiased=False) * noise
        return weight * (squares(slopes(D(near), near)).sqrt() - 1).square().mean()
    return penalty


def wgangp_pair(s, G, D, rate=None):
    """Return a pair with the game of Gulrajani et al. 2017."""
    return Pair(G, D, normal(s["latent"]), critic, critic_g, adam(s), penalty=gradient_penalty(s["lambda"]),
                plays=in_turn(s["critic_steps"]))


def wgangp_points(s, shape):
    """Gulrajani et al. 2017, the toy data: fully connected, ReLU."""
    def network(units):
        def f(net, x):
            for _ in range(3):
                x = F.relu(net.linear(x, s["hidden"]))
            return net.linear(x, units)
        return f
    return wgangp_pair(s, network(*shape), network(1))


def wgangp(s, shape):
    """Gulrajani et al. 2017 and their code: MNIST without normalisation, or the small CIFAR-10."""
    mnist = shape == [1, 28, 28]
    width, sides = s["width"], (7, 14, 28) if mnist else (8, 16, 32)

    def norm(net, x):
        return x if mnist else net.norm(x)

    def G(net, z):
        x = F.relu(norm(net, net.linear(z, 4 * width * 4 * 4))).unflatten(1, (4 * width, 4, 4))
        for c, side in zip((2 * width, width, shape[0]), sides):
            x = net.up(x, c, 5, 1)
            if c != shape[0]:
                x = F.relu(norm(net, x))
            x = x[:, :, :side, :side]
        return torch.sigmoid(x) if mnist else torch.tanh(x)

    def D(net, x):
        for c in (width, 2 * width, 4 * width):
            x = F.leaky_relu(net.conv(x, c, 5, 2, (1, 2) if x.shape[2] % 2 == 0 else 2), 0.2)
        return net.linear(x, 1)

    return wgangp_pair(s, G, D)


def nearest(x):
    """Repeat each pixel: twice the sides."""
    return F.interpolate(x, scale_factor=2, mode="nearest")


def half(x):
    """Half the sides, by means of 2x2 pixels."""
    return F.avg_pool2d(x, 2)


def wgangp_resnet(s, shape):
    """Gulrajani et al. 2017 and their code: residual networks for CIFAR-10, no labels."""
    width = s["width"]

    def G(net, z):
        x = net.linear(z, width * 4 * 4).unflatten(1, (width, 4, 4))
        for _ in range(3):
            y = net.conv(nearest(F.relu(net.norm(x))), width, 3, pad=1)
            y = net.conv(F.relu(net.norm(y)), width, 3, pad=1)
            x = y + net.conv(nearest(x), width, 1)
        return torch.tanh(net.conv(F.relu(net.norm(x)), shape[0], 3, pad=1))

    def D(net, x):
        y = half(net.conv(F.relu(net.conv(x, width, 3, pad=1)), width, 3, pad=1))
        x = y + net.conv(half(x), width, 1)
        for shrinks in (True, False, False):
            y = net.conv(F.relu(x), width, 3, pad=1)
            y = net.conv(F.relu(y), width, 3, pad=1)
            x = half(y) + half(net.conv(x, width, 1)) if shrinks else y + x
        return net.linear(F.relu(x).mean((2, 3)), 1)

    pair = wgangp_pair(s, G, D)
    pair.dequantise, pair.batches_g = s["dequantise"], s["batches_g"]
    return pair


def least_squares(s):
    """Return the losses of D and of G of Mao et al. 2017."""
    def d(real, fake, *_):
        return ((real - s["b"]).square().mean() + (fake - s["a"]).square().mean()) / 2
    return d, lambda _, fake: (fake - s["c"]).square().mean() / 2


class RMSPropOfTensorFlow:
    """RMSProp with a mean square that is 1 at first, and epsilon under the root."""

    def __init__(self, parameters, rate):
        self.rate, self.square = rate, [(p, torch.ones_like(p)) for p in parameters]

    def step(self):
        with torch.no_grad():
            for p, square in self.square:
                square.mul_(0.9).add_(0.1 * p.grad.square())
                p -= self.rate * p.grad / (square + 1e-10).sqrt()


def lsgan(s, shape):
    """Mao et al. 2017 and their code: 112x112 pixels (vgg), the comparison of stability (dcgan), or classes (characters)."""
    channels, height, side = shape
    width, vgg = s["width"], s["form"] == "vgg"
    least = 7 if vgg else 4

    def norm(net, x, player):
        return net.norm(x) if s["norm"] in ("both", player) else x

    def G(net, z):
        if vgg:
            steps = [(4 * width, 2), (4 * width, 1), (4 * width, 2), (4 * width, 1), (2 * width, 2), (width, 2), (channels, 1)]
        else:
            steps = [(4 * width, 2), (2 * width, 2), (width, 2), (channels, 2)]
        first = 4 * width if vgg else 8 * width
        x = F.relu(norm(net, net.linear(z, first * least ** 2).unflatten(1, (first, least, least)), "g"))
        for i, (c, stride) in enumerate(steps):
            x = net.up(x, c, 3, 0 if stride == 2 else 1, stride) if vgg else net.up(x, c, 5, 1)
            x = F.relu(norm(net, x, "g")) if i < len(steps) - 1 else torch.tanh(x)
        return x

    def D(net, x):
        for i in range(4):
            x = net.conv(x, width << i, 5, 2, (1, 2))
            x = F.leaky_relu(norm(net, x, "d") if i > 0 else x, 0.2)
        return net.linear(x, 1)

    def characters_g(net, z, y):
        label = net.linear(F.one_hot(y, 10).to(z.dtype), s["label"])
        x = net.linear(torch.cat([z, label], 1), 2 * width * (height // 4) * (side // 4))
        x = F.relu(norm(net, x, "g")).unflatten(1, (2 * width, height // 4, side // 4))
        x = F.relu(norm(net, net.up(x, 2 * width, 5, 1), "g"))
        return torch.sigmoid(net.up(x, channels, 5, 1))

    def characters_d(net, x, y):
        label = net.linear(F.one_hot(y, 10).to(x.dtype), s["label"])

        def with_label(x):
            return torch.cat([x, label.reshape(*label.shape, *(1 for _ in x.shape[2:])).expand(-1, -1, *x.shape[2:])], 1)

        x = with_label(F.leaky_relu(net.conv(x, channels + s["label"], 5, 2, (1, 2)), 0.2))
        x = F.leaky_relu(norm(net, net.conv(x, width + s["label"], 5, 2, (1, 2)), "d"), 0.2)
        x = F.leaky_relu(norm(net, net.linear(with_label(x.flatten(1)), s["hidden"]), "d"), 0.2)
        return net.linear(with_label(x), 1)

    def rmsprop(parameters):
        return RMSPropOfTensorFlow(parameters, s["learning_rate"])

    characters = s["form"] == "characters"
    if characters:
        G, D = characters_g, characters_d
    return Pair(G, D, uniform(1, s["latent"]), *least_squares(s), rmsprop if s["optimizer"] == "rmsprop" else adam(s),
                conditional=characters)


def lsgan_points(s, shape):
    """Mao et al. 2017 and their code: the ring of Gaussians, with the networks of Metz et al."""
    return Pair(
        tanh_network(s, *shape), tanh_network(s, 1), normal(s["latent"]), *least_squares(s),
        adam(s), plays=plays_of(s))


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


def filtered(x, stride):
    """Double (stride -2) or halve (2) the sides of x with the filter [1, 3, 3, 1], zeros around."""
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0])
    kernel = (taps[:, None] * taps / 64).expand(x.shape[1], 1, 4, 4)
    if stride > 0:
        return F.conv2d(x, kernel, stride=2, padding=1, groups=x.shape[1])
    return F.conv_transpose2d(x, 4 * kernel, stride=2, padding=1, groups=x.shape[1])


def r3gan(s, shape):
    """Huang et al. 2024, Config E, and their code."""
    side, times = shape[1], 0
    while side % 2 == 0 and side >= 8:
        side, times = side // 2, times + 1
    width, labelled = s["width"], s["conditional"] == "yes"
    rounds = round(s["burn_in_kimg"] * 1000 / s["batch"])

    def burn_in(first, last, step):
        """Half a cosine."""
        return last + (first - last) * (1 + math.cos(math.pi * min(step / rounds, 1))) / 2

    def block(net, x):
        y = F.leaky_relu(net.conv(x, 2 * width, 1), 0.2)
        y = F.leaky_relu(net.conv(y, 2 * width, 3, pad=1, groups=2 * width // s["group"]), 0.2)
        return x + net.conv(y, width, 1, bias=False)

    def blocks(net, x):
        for _ in range(s["blocks"]):
            x = block(net, x)
        return x

    def G(net, z, y=None):
        if labelled:
            z = torch.cat([z, net.take(10, s["latent"])[y]], 1)
        x = net.linear(z, width, bias=False)[:, :, None, None] * net.take(1, width, side, side)
        x = blocks(net, x)
        for _ in range(times):
            x = blocks(net, filtered(x, -2))
        return net.conv(x, shape[0], 1, bias=False)

    def D(net, x, y=None):
        x = blocks(net, net.conv(x, width, 1, bias=False))
        for _ in range(times):
            x = blocks(net, filtered(x, 2))
        x = (x * net.take(1, width, side, side)).sum((2, 3))
        x = net.linear(x, width if labelled else 1, bias=False)
        return (x * net.take(10, width)[y]).sum(1, keepdim=True) if labelled else x

    def change(group, step):
        group["lr"] = burn_in(s["learning_rate"], s["final_rate"], step)
        group["betas"] = (s["beta1"], burn_in(s["beta2"], s["final_beta2"], step))

    return Pair(G, D, normal(s["latent"]), relativistic, relativistic_g,
                lambda parameters: Scheduled(adam(s)(parameters), change),
                penalty=zero_centred(lambda step: burn_in(s["gamma"], s["final_gamma"], step)),
                pairs=True, conditional=labelled)


def hinge(real, fake, *_):
    """Miyato et al. 2018, for D."""
    return F.relu(1 - real).mean() + F.relu(1 + fake).mean()


def sngan(s, shape):
    """Miyato et al. 2018, Tables 3 and 4, and their code: spectral normalisation of D. G moves first."""
    width, resnet = s["width"], s["form"] == "resnet"

    def norm(net, x):
        return F.relu(net.norm(x, eps=2e-5))

    def standard_g(net, z):
        x = net.linear(z, 8 * width * 4 * 4).unflatten(1, (8 * width, 4, 4))
        for c in (4 * width, 2 * width, width):
            x = norm(net, net.up(x, c, 4, 1))
        return torch.tanh(net.conv(x, shape[0], 3, pad=1))

    def standard_d(net, x):
        for c in (width, 2 * width, 4 * width):
            x = F.leaky_relu(net.conv(x, c, 3, pad=1, spectral=True), 0.1)
            x = F.leaky_relu(net.conv(x, c, 4, 2, 1, spectral=True), 0.1)
        x = F.leaky_relu(net.conv(x, 8 * width, 3, pad=1, spectral=True), 0.1)
        return net.linear(x, 1, spectral=True)

    def resnet_g(net, z):
        x = net.linear(z, 2 * width * 4 * 4).unflatten(1, (2 * width, 4, 4))
        for _ in range(3):
            y = net.conv(nearest(norm(net, x)), 2 * width, 3, pad=1)
            y = net.conv(norm(net, y), 2 * width, 3, pad=1)
            x = y + net.conv(nearest(x), 2 * width, 1)
        return torch.tanh(net.conv(norm(net, x), shape[0], 3, pad=1))

    def resnet_d(net, x):
        def conv(x, kernel):
            return net.conv(x, width, kernel, pad=kernel // 2, spectral=True)

        y = half(conv(F.relu(conv(x, 3)), 3))
        x = y + conv(half(x), 1)
        for shrinks in (True, False, False):
            y = conv(F.relu(conv(F.relu(x), 3)), 3)
            x = half(y) + half(conv(x, 1)) if shrinks else y + x
        return net.linear(F.relu(x).sum((2, 3)), 1, bias=False, spectral=True)

    pair = Pair(resnet_g if resnet else standard_g, resnet_d if resnet else standard_d, normal(s["latent"]),
                hinge, critic_g, adam(s), plays=[("G",)] + [("D",)] * s["k"])
    pair.dequantise, pair.batches_g = s["dequantise"] / 128, 2 if resnet else 1
    return pair


def loss_sensitive(s, shape):
    """Qi 2017 and the published programs. D is L(x); with classes it is -log of their probability."""
    channels, height, _ = shape
    widths = [s["width"] << i for i in range(int(math.log2(height / 4)))]
    labelled = s["conditional"] == "yes"

    def G(net, z, y=None):
        if labelled:
            z = torch.cat([z, F.one_hot(y, 10).to(z.dtype)], 1)
        x = net.linear(z, widths[-1] * 4 * 4, bias=False).unflatten(1, (widths[-1], 4, 4))
        for c in (*widths[-2::-1], channels):
            x = net.up(F.relu(net.norm(x)), c, 4, 1, bias=False)
        return torch.tanh(x)

    def D(net, x, y=None):
        for c in widths:
            x = net.conv(x, c, 4, 2, 1, bias=False)
            x = F.leaky_relu(net.norm(x) if c != widths[0] else x, 0.2)
            if labelled:
                x = F.leaky_relu(net.norm(net.conv(x, c, 3, pad=1, bias=False)), 0.2)
        if labelled:
            return F.cross_entropy(net.linear(x, 10, bias=False), y, reduction="none")[:, None]
        x = net.linear(x, 1, bias=False)
        return F.relu(x) if s["nonnegative"] else x

    def loss_d(real, fake, x, made):
        missing = s["margin"] * (x - made).abs().flatten(1).sum(1, keepdim=True).detach() + real - fake
        return s["gamma"] * real.mean() + torch.maximum(missing, s["slope"] * missing).mean()

    latent = normal(s["latent"]) if s["noise"] == "normal" else uniform(1, s["latent"])
    pair = Pair(G, D, latent, loss_d, lambda _, fake: fake.mean(), adam(s), adam(s, l2=s["l2"]),
                plays=in_turn(s["k"]), conditional=labelled)
    if s["clip"]:
        pair.after["D"] = lambda parameters: clip(parameters, s["clip"])
    return pair


def strided(s, shape, size):
    """The objective of Huang et al. 2024 on strided convolutions, with a projection of the class.

    shape is that of images or volumes. size is their number of pixels or voxels in units of 32 on each side.
    """
    channels, *sides = shape
    times = int(math.log2(min(sides) / 4))
    least = [math.ceil(n / 2 ** times) for n in sides]
    widths = [min(s["width"] << i, s["most_width"]) for i in range(times)]
    labelled = s["conditional"] == "yes"

    def G(net, z, y=None):
        if labelled:
            z = torch.cat([z, F.one_hot(y, 10).to(z.dtype)], 1)
        x = F.leaky_relu(net.linear(z, widths[-1] * math.prod(least)).unflatten(1, (widths[-1], *least)), 0.2)
        for c in (*widths[-2::-1], channels):
            for _ in range(s.get("blocks", 0)):
                x = bottleneck(net, x)
            x = net.up(x, c, 4, 1)
            x = x if c == channels else F.leaky_relu(x, 0.2)
        return x[(..., *(slice(n) for n in sides))]

    def D(net, x, y=None):
        x = F.pad(x, [p for n, m in zip(sides[::-1], least[::-1]) for p in (0, m * 2 ** times - n)])
        for c in widths:
            x = F.leaky_relu(net.conv(x, c, 4, 2, 1), 0.2)
            for _ in range(s.get("blocks", 0)):
                x = bottleneck(net, x)
        x = x.flatten(1)
        score = net.linear(x, 1)
        if labelled:
            table = net.take(10, x.shape[1])
            score = score + (x * table[y]).sum(1, keepdim=True) / x.shape[1] ** 0.5
        return score

    return Pair(G, D, normal(s["latent"]), relativistic, relativistic_g, adam(s, beta1=0),
                penalty=zero_centred(lambda step: s["gamma"] * size), pairs=True, conditional=labelled)


def images(s, shape):
    return strided(s, shape, math.prod(shape[1:]) / 32 ** 2)


def volumes(s, shape):
    return strided(s, shape, math.prod(shape[1:]) / 32 ** 3)


class AdamInside:
    """Adam with epsilon under the root, as in the code of Salimans et al. 2016."""

    def __init__(self, parameters, s):
        self.s, self.t, self.moments = s, 0, [(p, torch.zeros_like(p), torch.zeros_like(p)) for p in parameters]

    def step(self):
        self.t += 1
        beta1, beta2, rate = self.s["beta1"], self.s["beta2"], rate_of(self.s, self.t - 1)
        with torch.no_grad():
            for p, m, v in self.moments:
                m.mul_(beta1).add_((1 - beta1) * p.grad)
                v.mul_(beta2).add_((1 - beta2) * p.grad.square())
                p -= rate * m / (1 - beta1 ** self.t) / (v / (1 - beta2 ** self.t) + 1e-8).sqrt()


def weight_normalised(net, x, units, from_data=True, learned=True):
    """Apply a linear layer with normalised weights. Its scales are learned or not."""
    w, b = net.take(x.shape[1], units), net.take(units)
    scale = net.take(units, learned=learned)
    if from_data:
        with torch.no_grad():
            net.take(learned=False).fill_(1)  # the initial values of Gander are those after the first pass
    return x @ (w / w.square().sum(0).sqrt()) * scale + b


def class_score(logits):
    return logits.logsumexp(1, keepdim=True)


def classifier_gan(s, shape, norm_eps=1e-6, gain=False):
    """Salimans et al. 2016 and their code: fully connected, feature matching, few labels."""
    def G(net, z):
        for units in s["hidden_g"]:
            z = net.linear(z, units, bias=False)
            scale = net.take(units) if gain else None
            shift, mean, variance = net.take(units), net.take(units, learned=False), net.take(units, learned=False)
            z = F.softplus(F.batch_norm(z, mean, variance, scale, shift, training=True, momentum=0.1, eps=norm_eps))
        return torch.sigmoid(weight_normalised(net, z, math.prod(shape), from_data=False))

    def D(net, x, draws, features=False):
        x, sd = x.flatten(1), s["input_noise"]
        for units in s["hidden"]:
            x = F.relu(weight_normalised(net, x + sd * draws.standard(*x.shape), units, learned=False))
            sd = s["noise"]
        if features:
            net.left = {True: [], False: []}
            return x
        return weight_normalised(net, x + sd * draws.standard(*x.shape), 10)

    def losses(nets, players, inputs, draws, step):
        labelled, y, n = inputs["labelled"], inputs["class"], s["batch"]
        if s["supervised"]:
            return {"D": F.cross_entropy(nets["D"](labelled, draws), y)}
        x, D = inputs["x"], nets["D"]
        if "D" in players:
            logits = D(torch.cat([labelled, x]), draws)
            fake = D(nets["G"](draws.uniform(0, 1, n, s["latent"])), draws)
            unlabelled = cross_entropy(class_score(logits[n:]), class_score(fake)) / 2
            return {"D": F.cross_entropy(logits[:n], y) + s["unlabelled"] * unlabelled}
        made = D(nets["G"](draws.uniform(0, 1, n, s["latent"])), draws, True)
        real = D(x, draws, True)
        return {"G": (made.mean(0) - real.mean(0)).square().mean()}

    networks = {"D": D} if s["supervised"] else {"G": G, "D": D}
    return Game(networks, losses, lambda parameters: AdamInside(parameters, s),
                [("D",)] if s["supervised"] else in_turn(1))


def badgan(s, shape):
    """Dai et al. 2017 and their code: the same networks, and the density of a PixelCNN."""
    game = classifier_gan(s, shape, norm_eps=1e-5, gain=True)
    for p in game.optimizers:
        rate, beta1 = s[f"learning_rate_{p.lower()}"], s[f"beta1_{p.lower()}"]
        game.optimizers[p] = lambda parameters, rate=rate, beta1=beta1: Scheduled(
            adam(s, rate=rate, beta1=beta1)(parameters), lambda group, step, rate=rate: group.update(lr=rate * falls(s, step)))
    game.networks["P"] = lambda net, x: pixelcnn(net, x, s)
    game.optimizers["P"] = adam(s, rate=s["pixelcnn_rate"], beta1=0.95, beta2=0.9995)
    learning, plain = round(1000 * s["pixelcnn_kimg"] / (2 * s["batch"])), game.losses
    game.phase = lambda step: [["P"]] * 2 if step < learning else None

    def losses(nets, players, inputs, draws, step):
        if "P" in players:
            density, threshold = nets["P"](inputs["x"].reshape(-1, *shape) * 2 - 1)
            with torch.no_grad():
                now = density.sort()[0][int(s["pixelcnn_percentile"] * s["batch"])]
                threshold += (now - threshold) * max(1 / (2 * step + 1), 0.01)
            return {"P": -density.mean()}
        found, played = plain(nets, players, inputs, draws, step), step - learning
        if "G" in players and played >= s["pixelcnn_after"] and played % s["pixelcnn_every"] == 0:
            z = draws.uniform(0, 1, s["pixelcnn_samples"], s["latent"])
            density, threshold = nets["P"](nets["G"](z).reshape(-1, *shape) * 2 - 1)
            above = F.relu(density - threshold)
            found["G"] = found["G"] + s["pixelcnn"] * above.sum() / max((above > 0).sum(), 1)
        return found

    game.losses = losses
    return game


def pixelcnn(net, x, s):
    """Salimans et al. 2017, PixelCNN++, with one resolution: log p(x), and the threshold."""
    def conv(x, channels, height, width, above, left):
        """Convolve. The window ends some rows above the pixel, and begins some columns left of it."""
        w, b = net.take(channels, x.shape[1], height, width), net.take(channels)
        rows, columns = x.shape[2:]
        x = F.pad(x, (left, width - 1 - left, height - 1 + above, 0))
        return F.conv2d(x, w)[:, :, :rows, :columns] + b.reshape(1, -1, 1, 1)

    def both(x):
        return F.elu(torch.cat([x, -x], 1))

    def residual(x, height, width):
        y = conv(both(x), x.shape[1], height, width, 0, 1)
        a, gate = conv(both(y), 2 * x.shape[1], height, width, 0, 1).chunk(2, 1)
        return x + a * torch.sigmoid(gate)

    threshold = net.take(learned=False)
    filters, m = s["pixelcnn_filters"], s["pixelcnn_mixtures"]
    y = torch.cat([x, torch.ones_like(x)], 1)
    u = conv(y, filters, 2, 3, 1, 1)
    ul = conv(y, filters, 1, 3, 1, 1) + conv(y, filters, 2, 1, 0, 1)
    for _ in range(s["pixelcnn_blocks"]):
        u = residual(u, 2, 3)
        ul = ul + conv(both(u), filters, 1, 1, 0, 0)
        ul = residual(ul, 2, 2)
    out = conv(F.elu(ul), 3 * m, 1, 1, 0, 0)
    logits, means, log_scales = out[:, :m], out[:, m:2 * m], out[:, 2 * m:].clamp(min=-7)
    upper, lower = ((x + d / 255 - means) * (-log_scales).exp() for d in (1, -1))
    logs = F.logsigmoid(upper) + F.logsigmoid(-lower) + (-torch.expm1(-2 / 255 * (-log_scales).exp())).log()
    logs = torch.where(x > 0.999, -F.softplus(lower), logs)
    logs = torch.where(x < -0.999, upper - F.softplus(upper), logs)
    return (logs + logits.log_softmax(1)).logsumexp(1).flatten(1).sum(1), threshold


def falls(s, step):
    """Return the share of the learning rate that is left after some steps."""
    hold, fall = (1000 * s[name] / s["batch"] for name in ("hold_kimg", "fall_kimg"))
    return min(max((hold + fall - step) / fall, 0), 1) if fall else 1


def rate_of(s, step):
    """Return the learning rate of semi-supervised learning with feature matching after some steps."""
    first = 1000 * s["first_kimg"] / s["batch"]
    return s["first_rate" if step < first else "learning_rate"] * falls(s, step)


def sgan(s, shape):
    """Odena 2016: D has a class for generated images."""
    channels, height, width = shape
    least, widths = (height // 4, width // 4), (s["width"], 2 * s["width"])

    def G(net, z):
        x = net.linear(z, widths[1] * math.prod(least), bias=False).unflatten(1, (widths[1], *least))
        x = net.up(F.relu(net.norm(x)), widths[0], 5, 2, bias=False)
        return torch.tanh(net.up(F.relu(net.norm(x)), channels, 5, 2))

    def D(net, x):
        for c in widths:
            x = F.leaky_relu(net.conv(x, c, 5, 2, 2), s["slope"])
        return net.linear(x, 11)

    def generated(logits):
        """Return log P(generated) and log(1 - P(generated))."""
        p = logits.log_softmax(1)
        return p[:, 10], p[:, :10].logsumexp(1)

    def losses(nets, players, inputs, draws, step):
        D, n = nets["D"], s["batch"]
        fake = generated(D(nets["G"](draws.uniform(-1, 1, n, s["latent"]))))
        if "G" in players:
            return {"G": -fake[1].mean()}
        loss = F.cross_entropy(D(inputs["labelled"]), inputs["class"]) - fake[0].mean()
        if s["unlabelled"]:
            loss = loss - s["unlabelled"] * generated(D(inputs["x"]))[1].mean()
        return {"D": loss}

    return Game({"G": G, "D": D}, losses, adam(s), in_turn(1))


class StackGAN:
    """The recipe stackgan, with the variables of Gander's game."""

    def __init__(self, game, settings):
        self.s = s = settings
        self.image, self.cancelled = game["makes"], {}
        stages = [p[1:] for p in game["networks"] if p.startswith("G")]
        small = self.image[1] // (s["upscale"] if len(stages) == 2 else 1)
        self.sides = dict(zip(stages, (small, self.image[1])))
        if game["rounds"] != [[["D" + k], ["G" + k]] for k in reversed(stages)]:
            raise ValueError(f"the plays of rounds are {game['rounds']} in Gander")
        functions = {"G1": self.G1, "G2": self.G2}
        for k in stages:
            functions["D" + k] = lambda net, *inputs, k=k: self.D(net, s["width_d" if k == "1" else "width_d2"], *inputs)
        self.nets = {p: Net(p, arrays, functions[p], self.cancelled) for p, arrays in game["networks"].items()}
        self.variables = {p: n.variables for p, n in self.nets.items()}
        self.optimizers = {p: adam(s)(n.parameters()) for p, n in self.nets.items()}

    def norm(self, net, x):
        if getattr(net, "frozen", False):
            scale, shift = net.take(x.shape[1]), net.take(x.shape[1])
            mean, variance = net.take(x.shape[1], learned=False), net.take(x.shape[1], learned=False)
            return F.batch_norm(x, mean, variance, scale, shift, training=False)
        return net.norm(x)

    def conv(self, net, x, channels, kernel, stride=1):
        return self.norm(net, net.conv(x, channels, kernel, stride, 1 if kernel > 1 else 0, bias=False))

    def bottleneck(self, net, x, inside, act):
        y = act(self.conv(net, x, max(inside, 1), 1))
        y = act(self.conv(net, y, max(inside, 1), 3))
        return x + self.conv(net, y, x.shape[1], 3)

    def leaky(self, x):
        return F.leaky_relu(x, self.s["slope"])

    def condition(self, net, t, draws):
        """Return the condition of G, its mean and the divergence."""
        s, c = self.s, self.s["condition"]
        h = net.linear(t, 2 * c if s["augmentation"] else c)
        h = F.relu(h) if s["form"] == "pytorch" else self.leaky(h)
        if not s["augmentation"]:
            return h, h, 0
        mu, variance = h[:, :c], (h[:, c:] if s["form"] == "pytorch" else 2 * h[:, c:]).exp()
        divergence = -0.5 * (1 + variance.log() - mu**2 - variance)
        return mu + variance.sqrt() * draws.standard(len(t), c), mu, divergence.mean()

    def G1(self, net, t, draws):
        z = draws.standard(len(t), self.s["latent"])
        c, mu, divergence = self.condition(net, t, draws)
        times = int(math.log2(self.sides["1"])) - 2
        width = self.s["width_g"] * 2**(times - 1)
        x = net.linear(torch.cat([c, z], 1), 16 * width, bias=False)
        x = self.norm(net, x).reshape(len(t), width, 4, 4)
        blocks = self.s["form"] == "tensorflow"
        x = F.relu(self.bottleneck(net, x, width // 4, F.relu) if blocks else x)
        for i in range(times):
            x = F.interpolate(x, scale_factor=2)
            if blocks and i == times - 1:
                break
            x = self.conv(net, x, x.shape[1] // 2, 3)
            x = F.relu(self.bottleneck(net, x, x.shape[1] // 4, F.relu) if blocks and i == 0 else x)
        return torch.tanh(net.conv(x, self.image[0], 3, 1, 1)), mu, divergence

    def G2(self, net, t, draws, x):
        c, mu, divergence = self.condition(net, t, draws)
        width = self.s["width_g2"]
        x = F.relu(net.conv(x, width, 3, 1, 1))
        x = F.relu(self.conv(net, x, 2 * width, 4, 2))
        x = F.relu(self.conv(net, x, 4 * width, 4, 2))
        x = torch.cat([x, c[:, :, None, None].expand(-1, -1, *x.shape[2:])], 1)
        x = F.relu(self.conv(net, x, 4 * width, 3))
        for _ in range(self.s["blocks"]):
            y = F.relu(self.conv(net, x, 4 * width, 3))
            x = F.relu(x + self.conv(net, y, 4 * width, 3))
        while x.shape[2] < self.image[1]:
            x = F.relu(self.conv(net, F.interpolate(x, scale_factor=2), max(x.shape[1] // 2, width // 4), 3))
        return torch.tanh(net.conv(x, self.image[0], 3, 1, 1)), mu, divergence

    def D(self, net, width, x, t, mu):
        times, blocks = int(math.log2(x.shape[2])) - 2, self.s["form"] == "tensorflow"
        channels = [width * 2**i for i in range(1, times)]
        x = self.leaky(net.conv(x, width, 4, 2, 1))
        layers = [(c, 4, 2) for c in channels] + [(c, 1 if blocks else 3, 1) for c in channels[-2:2:-1] + [width * 8] * (times > 4)]
        for i, layer in enumerate(layers):
            x = self.conv(net, x, *layer)
            if blocks and i == len(layers) - 1:
                x = self.bottleneck(net, x, x.shape[1] // 4, self.leaky)
            x = self.leaky(x)
        given = self.leaky(net.linear(t, self.s["projection"])) if blocks else mu.detach()
        last = x.shape[1]
        x = torch.cat([x, given[:, :, None, None].expand(-1, -1, 4, 4)], 1)
        x = self.leaky(self.conv(net, x, last, 1 if blocks else 3))
        return net.conv(x, 1, 4, 4).flatten(1)

    def make(self, k, t, draws):
        """Return images of stage k, the mean of the condition and the divergence."""
        self.nets["G1"].frozen = k == "2"
        if k == "1":
            return self.nets["G1"](t, draws)
        with torch.no_grad():
            small = self.nets["G1"](t, draws)[0]
        return self.nets["G2"](t, draws, small)

    def gradients(self, players, inputs, draws, step):
        """Set the gradients of the player that moves; return its loss."""
        s, (player,) = self.s, players
        k = player[1]
        x, text = inputs["x"], inputs["text"]
        t = text / text.square().mean(1, keepdim=True).sqrt()
        x = F.avg_pool2d(x, x.shape[2] // self.sides[k])
        D = self.nets["D" + k]
        made, mu, divergence = self.make(k, t, draws)

        def judge(*pairs):
            if not s["one_batch"]:
                return [D(*p) for p in pairs]
            return D(*(torch.cat(parts) for parts in zip(*pairs))).split([len(p[0]) for p in pairs])

        pairs = [(x, t, mu), (made, t, mu)]
        if s["wrong"]:
            pairs.append((x, t.roll(-1, 0), mu.roll(-1, 0)))
        real, fake, *wrong = judge(*pairs)
        if player == "D" + k:
            loss = F.softplus(-real).mean() + sum(F.softplus(y).mean() for y in [fake] + wrong) / len([fake] + wrong)
        else:
            loss = F.softplus(-fake).mean() + s["kl"] * divergence
            if s["interpolation"]:
                a, b = t.chunk(2)
                between, mu_between, _ = self.make(k, (a + b) / 2, draws)
                fake = judge((x, t, mu), (between, (a + b) / 2, mu_between))[1]
                loss = loss + s["interpolation"] * F.softplus(-fake).mean()
        parameters = self.nets[player].parameters()
        for p, g in zip(parameters, torch.autograd.grad(loss, parameters)):
            p.grad = g.clone()
        return {player: loss}

    def step(self, player):
        """Take a step of the optimiser of a player."""
        self.optimizers[player].step()


def filled(x, m, made):
    """Return x where the mask is above 1/2, and made elsewhere."""
    return torch.where(m > 0.5, x, made)


def gain(s, shape):
    """Yoon et al. 2018 and their code: imputation, with both hints."""
    def hidden(net, x):
        for _ in range(2):
            x = F.relu(net.linear(x, s["hidden"] or shape[0]))
        return net.linear(x, shape[0])

    def losses(nets, players, inputs, draws, step):
        x, m = inputs["x"], inputs["observed"]
        made = nets["G"](torch.cat([filled(x, m, draws.uniform(0, s["noise"], *x.shape)), m], 1))
        result = filled(x, m, made)
        error = s["alpha"] * (result - made).square().mean() / (m.mean() + 1e-8)
        if not s["adversary"]:
            return {"G": error}
        if s["hint"] == "code":
            hint, judged = m * (draws.standard(*x.shape) < s["hint_rate"]), torch.ones_like(m)
        else:
            judged = F.one_hot((shape[0] * draws.standard(len(x))).long(), shape[0]).to(m)
            hint = judged / 2 + (1 - judged) * m
        score = nets["D"](torch.cat([result, hint], 1))
        entropy = F.binary_cross_entropy_with_logits(score, m, reduction="none")
        return {"D": (judged * entropy).mean(), "G": error + (judged * (1 - m) * F.softplus(-score)).mean()}

    networks = {"G": lambda net, x: torch.sigmoid(hidden(net, x)), "D": hidden}
    if not s["adversary"]:
        del networks["D"]
    return networks, losses, adam(s), in_turn(1) if s["adversary"] else [("G",)]


def masks(kinds, draws, n, h, w):
    """Draw masks of images: 1 where a pixel is observed."""
    def choice(count):
        return (count * draws.standard(n)).long().clamp(max=count - 1)

    def inside(top, bottom, left, right):
        rows, columns = torch.arange(h).reshape(1, h, 1), torch.arange(w).reshape(1, 1, w)
        top, bottom, left, right = (torch.as_tensor(t).reshape(-1, 1, 1) for t in (top, bottom, left, right))
        return (rows >= top) & (rows < bottom) & (columns >= left) & (columns < right)

    def extent(side):
        size = (side * (draws.standard(n) / 2 + 0.25)).floor().clamp(min=1)
        first = (draws.standard(n) * (side + 1 - size)).floor()
        return first, first + size

    def draw(kind):
        centre = inside(h // 4, h - h // 4, w // 4, w - w // 4)
        if kind == "halves":
            side = choice(4)
            return ~inside((side == 0) * (h // 2), h - (side == 1) * (h - h // 2), (side == 2) * (w // 2), w - (side == 3) * (w - w // 2))
        if kind == "centre":
            return ~centre
        if kind == "border":
            return centre
        if kind == "blocks":
            block = inside(*extent(h), *extent(w))
            return block == (draws.standard(n) < 0.5).reshape(n, 1, 1)
        return draws.standard(n, h, w) < draws.standard(n).reshape(n, 1, 1)

    kind = choice(len(kinds))
    mask = torch.zeros(n, h, w, dtype=torch.bool)
    for i, name in enumerate(kinds):
        mask = torch.where((kind == i).reshape(n, 1, 1), draw(name), mask)
    return mask[:, None].to(torch.get_default_dtype())


def inpainting(s, shape):
    """All conditionals of images: an imputer, and a discriminator that also reads other completions."""
    channels, h, w = shape
    times = int(math.log2(min(h, w) / 4))
    height, width = (math.ceil(side / 2**times) * 2**times for side in (h, w))
    maps = [min(s["width"] << i, max(s["most_width"], s["width"])) for i in range(times)]
    gamma = s["gamma"] * h * w / 32**2

    def padded(x):
        return F.pad(x, (0, width - w, 0, height - h))

    def down(net, x, i):
        return F.leaky_relu(net.conv(x, maps[i], 4, 2, 1), 0.2)

    def level(net, x, i, z):
        """Return maps x of level i, and maps of the same size that are made from them."""
        if i == times - 1:
            y = torch.cat([F.leaky_relu(net.linear(x, s["hidden"]), 0.2), z], 1)
            y = F.leaky_relu(net.linear(y, s["hidden"]), 0.2)
            y = F.leaky_relu(net.linear(y, x[0].numel()), 0.2).reshape(x.shape)
        else:
            y = F.leaky_relu(net.up(level(net, down(net, x, i + 1), i + 1, z), maps[i], 4, 1), 0.2)
        return torch.cat([x, y], 1)

    def G(net, x, z):
        return net.up(level(net, down(net, padded(x), 0), 0, z), channels, 4, 1)[:, :, :h, :w]

    def D(net, x):
        x = padded(x)
        for i in range(times):
            x = down(net, x, i)
        return net.linear(F.leaky_relu(net.linear(x, s["hidden"]), 0.2), 1)

    def losses(nets, players, inputs, draws, step):
        n = s["batch"]
        x = inputs["x"].clone().requires_grad_()
        m = masks(s["masks"], draws, n, h, w)

        def made():
            z, noise = draws.standard(n, s["latent"]), s["noise"] * draws.standard(*x.shape)
            return filled(x, m, nets["G"](torch.cat([filled(x, m, noise), m], 1), z))

        one, beside = made(), [m] + [made().detach() for _ in range(s["others"])]
        real, fake = (nets["D"](torch.cat([y, *beside], 1)) for y in (x, one))
        penalty = sum(squares(slopes(scores, y)).mean() for scores, y in ((real, x), (fake, one))) * gamma / 2
        return {"D": relativistic(real, fake) + penalty, "G": relativistic_g(real, fake)}

    area = max(1, h * w / 32**2)
    optimizer = adam(s, s["learning_rate"] / math.sqrt(area), beta1=0)
    return {"G": G, "D": D}, losses, optimizer, TOGETHER if s["simultaneous"] else in_turn(1)


class Conditionals:
    """The recipes of all conditionals, with the variables of Gander's game."""

    def __init__(self, game, settings):
        recipe = {"gain": gain, "inpainting": inpainting}[game["name"]]
        networks, self.losses, optimizer, plays = recipe(settings, game["makes"])
        if game["rounds"] != [[list(p) for p in plays]]:
            raise ValueError(f"the plays of rounds are {game['rounds']} in Gander and {plays} here")
        self.cancelled = {}
        self.nets = {p: Net(p, game["networks"][p], f, self.cancelled) for p, f in networks.items()}
        self.variables = {p: n.variables for p, n in self.nets.items()}
        self.optimizers = {p: optimizer(n.parameters()) for p, n in self.nets.items()}

    def gradients(self, players, inputs, draws, step):
        """Set the gradients of the players that move; return their losses."""
        losses = self.losses(self.nets, players, inputs, draws, step)
        for p in players:
            parameters = self.nets[p].parameters()
            for t, g in zip(parameters, torch.autograd.grad(losses[p], parameters, retain_graph=True)):
                t.grad = g.detach().clone()
        return losses

    def step(self, player):
        """Take a step of the optimiser of a player."""
        self.optimizers[player].step()


TWINS = {"stackgan": StackGAN, "gain": Conditionals, "inpainting": Conditionals}  # recipes that are no pair


def twin(game, settings):
    """Return the twin of a recipe."""
    return TWINS.get(game["name"], Twin)(game, settings)


def gan3d(s, shape):
    """Wu et al. 2016, voxel-dcgan, and other objectives."""
    paper, labelled = s["form"] == "paper", s["conditional"] == "yes"
    times = int(math.log2(shape[1] / (4 if paper else 2)))
    widths = [s["width"] << i for i in range(times)]
    virtual, norm_g = not paper and s["norm"] == "auto", s["norm"] != "none"
    norm_d = s["objective"] == "non-saturating" if s["norm_d"] == "auto" else s["norm_d"] == "batch"

    def G(net, z, y=None):
        if labelled:
            z = torch.cat([z, F.one_hot(y, 10).to(z.dtype)], 1)
        n = s["reference"]
        if virtual:
            z = torch.cat([net.take(n, z.shape[1], learned=False), z])

        def norm(x):
            if virtual:
                return F.relu(net.virtual_norm(x, n))
            return F.relu(net.norm(x) if norm_g else x)

        if paper:
            x = net.whole(z[:, :, None, None, None], widths[-1], 4, bias=not norm_g)
        else:
            x = net.linear(z, widths[-1] * 8, bias=not norm_g).unflatten(1, (widths[-1], 2, 2, 2))
        x = norm(x)
        for c in widths[-2::-1]:
            x = norm(net.up(x, c, 4, 1, bias=not norm_g))
        x = net.up(x, 1, 4, 1, bias=not norm_g)
        if virtual:
            x = x[n:]
        return torch.sigmoid(x) if paper else torch.tanh(x)

    def D(net, x, y=None):
        for c in widths:
            x = net.conv(x, c, 4, 2, 1, bias=not norm_d)
            x = F.leaky_relu(net.norm(x) if norm_d else x, 0.2)
        x = x.flatten(1)
        if s["minibatch"]:
            x = net.minibatch(x, s["minibatch"], 50)
        score = net.linear(x, 1, bias=not norm_d)
        if labelled:
            table = net.take(10, x.shape[1])
            score = score + (x * table[y]).sum(1, keepdim=True) / x.shape[1] ** 0.5
        return score

    def unit(draws, n):
        return draws.standard(n, latent)

    latent = s["latent"] or (200 if paper else 100)
    z = unit if paper else uniform(1, latent)
    adams = adam(s, rate=s["learning_rate_g"]), adam(s, rate=s["learning_rate_d"])
    plays = in_turn(s["k"]) if s["first"] == "D" else [("G",)] + [("D",)] * s["k"]
    loss_d, loss_g, penalty = {
        "non-saturating": (cross_entropy, non_saturating, None),
        "wasserstein": (critic, critic_g, gradient_penalty(s["lambda"])),
    }[s["objective"]]
    return Pair(G, D, z, loss_d, loss_g, *adams, penalty=penalty, plays=plays, conditional=labelled)


def random_bits(draws, *shape):
    """Return bits, which are -1 and 1."""
    return 2 * draws.uniform(-1, 1, *shape).floor() + 1


def wrong_bits(read, message):
    """Return the mean number of wrong bits of a message, and that of each message."""
    wrong = (read - message).abs().sum(1) / 2
    return wrong.mean(), wrong


def perceptron(net, x, hidden, layers, units):
    """Return tanh of a perceptron with hidden layers of ReLU."""
    for _ in range(layers):
        x = F.relu(net.linear(x, hidden))
    return torch.tanh(net.linear(x, units))


def crypto(s, shape):
    """Abadi and Andersen 2016, and their code."""
    n, paper = s["bits"], s["form"] == "paper"

    def conv(net, x, channels, kernel, stride=1):
        w, b, pad = net.take(channels, x.shape[1], kernel), net.take(channels), kernel - stride
        return F.conv1d(F.pad(x, (pad // 2, pad - pad // 2)), w, b, stride)

    def network(net, *given):
        x = net.linear(torch.cat(given, 1), 2 * n).unsqueeze(1)
        if paper:
            x = torch.sigmoid(conv(net, torch.sigmoid(x), 2, 4))
            x = torch.sigmoid(conv(net, torch.sigmoid(conv(net, x, 4, 2, 2)), 4, 1))
        else:
            x = torch.sigmoid(conv(net, torch.sigmoid(conv(net, x, 2, 2, 2)), 2, 1))
        return torch.tanh(conv(net, x, 1, 1)).flatten(1)

    def losses(nets, players, inputs, draws, step):
        message, key = random_bits(draws, s["batch"], n), random_bits(draws, s["batch"], n)
        cipher = nets["Alice"](message, key)
        bob, _ = wrong_bits(nets["Bob"](cipher, key), message)
        eve, each = wrong_bits(nets["Eve"](cipher), message)
        leak = 1 - (eve if paper else each) / (n / 2)
        secret = bob / n + leak.square().mean()
        return {"Alice": secret, "Bob": secret, "Eve": eve}

    def eve(net, x):
        return perceptron(net, x, s["eve_hidden"], s["eve_layers"], n) if s["eve"] == "mlp" else network(net, x)

    def optimizer(parameters):
        betas = (s["beta1"], s["beta2"])
        return torch.optim.Adam(parameters, lr=s["learning_rate"], betas=betas, eps=1e-8 / s["batch"])

    return Game({"Alice": network, "Bob": network, "Eve": eve}, losses, optimizer, [("Alice", "Bob")] + [("Eve",)] * s["eve_steps"])


def cryptonet(s, shape):
    """Coutinho et al. 2018: a bit is an angle, and the sum of angles is XOR."""
    n, chooses = s["bits"], s["attack"] == "chosen-plaintext"

    def angles(bits):
        return math.pi * (bits + 1) / 2

    def matrix(net, *given):
        return torch.cat(given, 1) @ net.take(2 * n, n)

    def losses(nets, players, inputs, draws, step):
        message, key = random_bits(draws, s["batch"], n), random_bits(draws, s["batch"], n)
        sent = nets["Alice"](angles(message), angles(key))
        bob, _ = wrong_bits(-nets["Bob"](folded(sent), angles(key)).cos(), message)
        cipher = -sent.cos()
        if chooses:
            which, other = random_bits(draws, s["batch"], 1), random_bits(draws, s["batch"], n)
            first, second = torch.where(which < 0, message, other), torch.where(which < 0, other, message)
            error, _ = wrong_bits(nets["Eve"](torch.cat([first, second, cipher], 1)), which)
        else:
            error, _ = wrong_bits(nets["Eve"](cipher), message)
            error = error / n
        secret = s["gamma"] * bob / n - error.clamp(max=0.5)
        return {"Alice": secret, "Bob": secret, "Eve": error}

    def folded(a):
        """Return the angles in [0, pi] with the same cosines."""
        return (a - 2 * math.pi * (a / (2 * math.pi)).round()).abs()

    def eve(net, x):
        return perceptron(net, x, s["eve_hidden"], s["eve_layers"], 1 if chooses else n)

    return Game({"Alice": matrix, "Bob": matrix, "Eve": eve}, losses, adam(s, beta1=0.9, beta2=0.999),
                [("Alice", "Bob")] + [("Eve",)] * s["eve_steps"])


def simgan(s, shape):
    """Shrivastava et al. 2017, and the code of Kim."""
    half, places, plays = s["batch"] // 2, 2 * s["history"], s["steps_r"] + s["steps_d"]

    def R(net, x):
        x = F.relu(net.conv(x, s["width"], 3, 1, 1))
        for _ in range(s["blocks"]):
            y = F.relu(net.conv(x, s["width"], 3, 1, 1))
            x = F.relu(x + net.conv(y, s["width"], 3, 1, 1))
        return torch.tanh(net.conv(x, shape[0], 1))

    def swap(stored, count, x, draws):
        """Return examples of the buffer, and store others in places that are still empty."""
        filled, part = min(int(count), places), torch.arange(half)
        old = x
        if filled:
            old = stored[(draws.uniform(0, filled, half).floor().long(), part)].clone()
        elif draws.left:
            draws.uniform(0, 1, half)
        with torch.no_grad():
            stored[int(count)] = x
            count += 1
        return old

    def D(net, x, draws=None):
        width = s["width_d"]
        weights = [net.take(*w) for channels, inputs, k in (
            (3 * width, shape[0], 3), (2 * width, 3 * width, 3), (width, 2 * width, 3), (width, width, 1), (2, width, 1))
            for w in ((channels, inputs, k, k), (channels,))]
        stored, count = net.take(places, half, *shape, learned=False), net.take(learned=False)
        if draws:
            x = torch.cat([x, swap(stored, count, x, draws)])
        for i, (stride, pad) in enumerate(((2, 1), (2, 1), (1, 1), (1, 0), (1, 0))):
            x = F.conv2d(x, weights[2 * i], weights[2 * i + 1], stride=stride, padding=pad)
            x = x if i == 4 else F.relu(x)
            x = F.max_pool2d(x, 3, 1, 1) if i == 1 else x
        return x[:, 1] - x[:, 0]

    def losses(nets, players, inputs, draws, step):
        x = inputs["x"]
        if "R" in players:
            made = nets["R"](x)
            loss = s["lambda"] * (made - x).abs().flatten(1).sum(1).mean()
            if step >= begins[0]:
                loss = loss + F.softplus(-nets["D"](made)).flatten(1).sum(1).mean()
            return {"R": loss}
        truth, fake = nets["D"](inputs["real"]), nets["D"](nets["R"](x[:half]), draws)
        return {"D": F.softplus(-truth).flatten(1).sum(1).mean() + F.softplus(fake).flatten(1).sum(1).mean()}

    begins = [math.ceil(s["pretrain_r"] / plays), math.ceil(s["pretrain_d"] / plays)]
    game = Game({"R": R, "D": D}, losses, adam(s, beta1=0.9, beta2=0.999), [("R",)] * s["steps_r"] + [("D",)] * s["steps_d"])
    game.phase = lambda step: [["R"]] * plays if step < begins[0] else [["D"]] * plays if step < sum(begins) else None
    return game


def of_pairs(weight, draw):
    """Return the losses of bidirectional games. draw draws z, and what E reads after x."""
    def losses(nets, players, inputs, draws, step):
        x = inputs["x"]
        z, noise = draw(draws, len(x))
        code = nets["E"](x if noise is None else torch.cat([x, noise], 1))
        real, fake = nets["D"](x, code), nets["D"](nets["G"](z), z)
        exchanged = weight * cross_entropy(fake, real)
        return {"D": weight * cross_entropy(real, fake), "G": exchanged, "E": exchanged}
    return losses


def bigan(s, shape):
    """Donahue et al. 2017 and their code: permutation-invariant MNIST, and the baselines."""
    hidden, slope, joint = s["hidden"], s["slope"], s["joint"]

    def norm(net, x):
        return net.norm(x, eps=1e-8, affine=False)

    def linear(net, x, units):
        return net.linear(x, units, bias=False)

    def G(net, z):
        h = F.relu(norm(net, linear(net, z, hidden)))
        h = F.relu(norm(net, linear(net, h, hidden) + linear(net, z, hidden)))
        return torch.sigmoid(linear(net, h, math.prod(shape))).unflatten(1, shape)

    def two_layers(net, x, z=None):
        h = linear(net, F.leaky_relu(linear(net, x, hidden), slope), hidden)
        if z is not None:
            h = h + linear(net, z, hidden)
        return F.leaky_relu(norm(net, h), slope)

    def E(net, x):
        return 2 * torch.sigmoid(linear(net, two_layers(net, x), s["latent"])) - 1

    def D(net, x, z=None):
        return linear(net, two_layers(net, x, z), 1)

    def regress(nets, players, inputs, draws, step):
        z = draws.uniform(-1, 1, s["batch"], s["latent"])
        made = nets["G"](z)
        real, fake = nets["D"](inputs["x"]), nets["D"](made)
        error = F.binary_cross_entropy((nets["E"](made) + 1) / 2, (z + 1) / 2)
        losses = {"D": cross_entropy(real, fake) / 2, "G": non_saturating(real, fake), "E": error}
        if s["form"].startswith("joint"):
            losses["E"] = joint * error
            losses["G"] = losses["G"] + losses["E"]
        return losses

    def change(group, step):
        kimg = step * s["batch"] / 1000
        part = min(max((kimg - s["hold_kimg"]) / s["fall_kimg"], 0), 1)
        group["lr"] = s["learning_rate"] * s["fall_to"] ** part

    losses = of_pairs(0.5, lambda draws, n: (draws.uniform(-1, 1, n, s["latent"]), None))
    return Game({"G": G, "E": E, "D": D}, losses if s["form"] == "bigan" else regress,
                lambda parameters: Scheduled(adam(s, l2=s["l2"])(parameters), change), [("D", "G", "E")])


def ali(s, shape):
    """Dumoulin et al. 2017, section 4.5, and their code, whose Adam takes 1 - beta1."""
    def mapping(layers, units):
        def network(net, x):
            for _ in range(layers):
                x = F.relu(net.norm(net.linear(x, s["hidden"], bias=False), eps=1e-4, momentum=0.05))
            return net.linear(x, units)
        return network

    def D(net, x, z):
        return two_maxouts({**s, "layers": 3})(net, torch.cat([x, z], 1))

    beta1 = 1 - s["beta1"] if s["adam"] == "blocks" else s["beta1"]
    return Game({"G": mapping(s["layers_g"], *shape), "E": mapping(s["layers_e"], s["latent"]), "D": D},
                of_pairs(1, lambda draws, n: (draws.standard(n, s["latent"]), draws.standard(n, *shape))),
                adam(s, beta1=beta1), [("D", "G", "E")])


RECIPES = {
    "digits": digits,
    "goodfellow2014": goodfellow2014,
    "goodfellow2014-cifar": goodfellow2014_cifar,
    "goodfellow2014-tfd": goodfellow2014_tfd,
    "mixture": mixture,
    "dcgan": dcgan,
    "cgan": cgan,
    "acgan": acgan,
    "infogan": infogan,
    "unrolled": unrolled,
    "stacked": stacked,
    "wgan": wgan,
    "wgan-gp": wgangp,
    "wgan-gp-points": wgangp_points,
    "wgan-gp-resnet": wgangp_resnet,
    "lsgan": lsgan,
    "lsgan-points": lsgan_points,
    "sngan": sngan,
    "r3gan": r3gan,
    "loss-sensitive": loss_sensitive,
    "images": images,
    "ssl-feature-matching": classifier_gan,
    "badgan": badgan,
    "sgan": sgan,
    "crypto": crypto,
    "cryptonet": cryptonet,
    "simgan": simgan,
    "gan3d": gan3d,
    "volumes": volumes,
    "bigan": bigan,
    "ali": ali,
}
