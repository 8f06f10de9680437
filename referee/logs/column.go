package logs

import (
	"regexp"
	"slices"
	"strings"

	"github.com/gander-ml/gander/referee"
)

// Meanings of a column, in addition to the names of values in [referee.Row].
const (
	stepColumn  = "step"
	epochColumn = "epoch"
	batchColumn = "batch" // within an epoch, or since the beginning
	ignored     = "ignored"
)

// Meanings returns all that a column can mean.
func Meanings() []string {
	return []string{
		stepColumn, epochColumn, batchColumn,
		referee.LossD, referee.LossG, referee.LossReal, referee.LossFake, referee.Penalty, referee.ClassLoss,
		referee.DReal, referee.DFake, referee.ScoreReal, referee.ScoreFake, referee.FID, referee.GoodScore, ignored,
	}
}

// splitName splits a name into lower-case words at characters that are neither letters nor
// digits, and before a capital letter after a small one.
func splitName(name string) []string {
	name = capital.ReplaceAllString(chinese.Replace(name), "${1} ${2}")
	return strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r > 127)
	})
}

// chinese has the Chinese words for the players and their losses.
var chinese = strings.NewReplacer("生成器", " generator ", "判别器", " discriminator ", "鉴别器", " discriminator ", "损失", " loss ", "真实", " real ", "虚假", " fake ")

var capital = regexp.MustCompile(`([a-z0-9])([A-Z])`)

// vocabulary is the words of names.
var (
	wordsOfD      = []string{"d", "d1", "d2", "dis", "disc", "discriminator", "critic", "netd", "errd", "lossd", "dloss", "discloss", "c", "adv", "discrim", "descriminator", "derr"}
	wordsOfG      = []string{"g", "gen", "generator", "netg", "errg", "lossg", "gloss", "genloss", "gerr"}
	wordsOfLoss   = []string{"loss", "losses", "error", "err", "cost", "errd", "errg", "lossd", "lossg", "dloss", "gloss", "discloss", "genloss", "derr", "gerr", "bce"}
	wordsOfReal   = []string{"real", "true", "d1", "reals"}
	wordsOfFake   = []string{"fake", "generated", "d2", "fakes", "synthetic"}
	wordsOfRate   = []string{"acc", "accuracy", "a", "a1", "a2", "lr", "rate", "norm", "grad", "gradnorm", "time", "wall", "seconds", "memory"}
	wordsOfGP     = []string{"gp", "penalty", "gradpen"}
	wordsOfClass  = []string{"class", "cls", "aux", "auxiliary", "label", "classification", "supervised"}
	wordsOfStep   = []string{"step", "steps", "iter", "iters", "iteration", "iterations", "global", "trainer", "it", "nimg"}
	wordsOfEpoch  = []string{"epoch", "epochs"}
	wordsOfBatch  = []string{"batch", "batches", "minibatch"}
	wordsOfScore  = []string{"score", "logit", "logits", "output", "out"}
	wordsOfValid  = []string{"val", "valid", "validation", "test", "min", "max", "std", "sign", "signs"}
	wordsOfFID    = []string{"fid", "kid", "swd", "mmd"}
	wordsOfGood   = []string{"inception", "is"}
	wordsOfSetup  = []string{"size", "dim", "dims", "conv", "per", "total", "num", "seed", "norm2d", "layers", "params", "parameters"}
	wordsOfMetric = []string{"wasserstein", "emd", "distance", "gap", "wdist", "w"}
)

// saysLoss reports whether a name has a word for a loss.
func saysLoss(name string) bool {
	return slices.ContainsFunc(splitName(afterRun(name)), func(w string) bool { return slices.Contains(wordsOfLoss, w) })
}

// meaningOf guesses the meaning of a column from its name. It is ignored if the name shows
// nothing. Names with the words of two meanings get the more special one.
func meaningOf(name string) string {
	w := splitName(afterRun(name))
	has := func(list []string) bool {
		return slices.ContainsFunc(w, func(s string) bool { return slices.Contains(list, s) })
	}
	d, g := has(wordsOfD), has(wordsOfG)
	loss, real, fake := has(wordsOfLoss), has(wordsOfReal), has(wordsOfFake)
	switch {
	case len(w) == 0 || has(wordsOfValid) || strings.HasSuffix(name, "__MIN") || strings.HasSuffix(name, "__MAX"):
		return ignored
	case probability.MatchString(compact(name)):
		return referee.DReal
	case probabilityOfFake.MatchString(compact(name)):
		return referee.DFake
	case has(wordsOfFID):
		return referee.FID
	case has(wordsOfGood) && !loss:
		return referee.GoodScore
	case has(wordsOfGP) || has([]string{"gradient"}) && has([]string{"penalty"}):
		return referee.Penalty
	case !loss && has(wordsOfSetup): // batch_size, d_steps_per_iter
		return ignored
	case !d && !g && !loss && has(wordsOfEpoch):
		return epochColumn
	case !d && !g && !loss && has(wordsOfBatch):
		return batchColumn
	case !d && !g && !loss && has(wordsOfStep):
		return stepColumn
	case has(wordsOfRate):
		return ignored
	case has(wordsOfClass) && loss:
		return referee.ClassLoss
	case real && fake: // a loss of both
		return meaningOfLoss(d, g, false, false)
	case !loss && !g && (real || fake) && has(wordsOfScore):
		return pick(real, referee.ScoreReal, referee.ScoreFake)
	}
	return meaningOfLoss(d || !g && loss && (real || fake) || has(wordsOfMetric) && !g, g, real, fake)
}

// meaningOfLoss returns the meaning of a loss of D or of G.
func meaningOfLoss(d, g, real, fake bool) string {
	switch {
	case g && !d:
		return referee.LossG
	case d && real:
		return referee.LossReal
	case d && fake:
		return referee.LossFake
	case d && !g:
		return referee.LossD
	}
	return ignored
}

func pick(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

// Names such as D(x) and D(G(z))_before, without the characters between their letters.
var (
	probability       = regexp.MustCompile(`^(train)?(d(ofx|x)|prob(d)?real|dprobreal|realprob)$`)
	probabilityOfFake = regexp.MustCompile(`^(train)?(dgz1?(before)?|d(of)?gofz|prob(d)?fake|dprobfake|fakeprob)$`)
)

// compact returns the letters and digits of a name in lower case.
func compact(name string) string { return strings.Join(splitName(name), "") }

// afterRun removes the name of the run that Weights & Biases puts before a column, as in
// "daring-sun-3 - d_loss", and the folders of a tag, as in "train/d_loss".
func afterRun(name string) string {
	if _, after, ok := strings.Cut(name, " - "); ok {
		name = after
	}
	if i := strings.LastIndexByte(name, '/'); i >= 0 && i+1 < len(name) {
		if rest := splitName(name[i+1:]); len(rest) > 0 && !onlyGeneral(rest) {
			name = name[i+1:]
		}
	}
	return name
}

// onlyGeneral reports whether words name no player, as in "loss/train" or "D/loss".
func onlyGeneral(list []string) bool {
	for _, w := range list {
		if slices.Contains(wordsOfD, w) || slices.Contains(wordsOfG, w) {
			return false
		}
	}
	return true
}

// averaged reports whether a name means that the column has means of many steps.
func averaged(name string) bool {
	return slices.ContainsFunc(splitName(name), func(w string) bool { return slices.Contains([]string{"avg", "mean", "average", "epoch"}, w) })
}

// namesWasserstein reports whether a name belongs to a Wasserstein loss.
func namesWasserstein(name string) bool {
	return slices.ContainsFunc(splitName(name), func(w string) bool {
		return slices.Contains([]string{"critic", "wgan", "wasserstein", "emd", "wdist"}, w)
	})
}
