package recipe

import (
	"math"

	"github.com/gander-ml/gander/optim"
)

// adamOf returns the function from a learning rate to Adam with these betas and the epsilon of its
// paper.
func adamOf(beta1, beta2 float64) func(optim.Schedule) optim.Optimizer {
	return func(rate optim.Schedule) optim.Optimizer {
		return optim.Adam{LearningRate: rate, Beta1: beta1, Beta2: beta2, Epsilon: 1e-8}
	}
}

// stepsOf returns the number of updates in which the given number of thousands of
// examples is shown, if each update reads a batch. It is at most mostRounds.
func stepsOf(kimg float64, batch int) int {
	return int(math.Round(min(kimg*1000/float64(batch), mostRounds)))
}

// mostRounds is more rounds than a run has. A larger float64 could not be converted to an int.
const mostRounds = math.MaxInt32

// holdAndFall returns a learning rate that is constant while holdKimg thousands of examples
// are shown, in updates that read a batch, and then falls to 0 in fallKimg thousands. If
// fallKimg is 0, it does not fall.
func holdAndFall(rate, holdKimg, fallKimg float64, batch int) optim.Schedule {
	if fallKimg == 0 {
		return optim.Constant(rate)
	}
	return optim.LinearRamp(rate, 0, stepsOf(holdKimg, batch), stepsOf(holdKimg+fallKimg, batch), 1)
}

// averageOf returns the moving average of G with a half-life in thousands of examples. At
// first the half-life is shorter: it grows with the number of updates. 0 means no average.
func averageOf(kimg float64, batch int) optim.EMA {
	if kimg == 0 {
		return optim.EMA{}
	}
	half := kimg * 1000 / float64(batch)
	return optim.EMA{Decay: optim.HalfLife(half), RampUp: optim.LinearRamp(0, 1, 0, int(min(20*half, mostRounds)), 1)}
}
