package run

import (
	"fmt"

	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/nn"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/tensor"
)

// prepareStatistics compiles the passes that compute new batch statistics for the
// networks of the outputs before each tick. It does nothing if train.batch_statistics
// is 0.
func (s *Session) prepareStatistics(device *engine.Device) error {
	c := s.Config
	if c.Train.BatchStatistics == 0 {
		return nil
	}
	collected := map[*nn.Network]bool{}
	for _, output := range s.system.Outputs {
		if output.Classifies() {
			continue // it reads data, which cannot be drawn
		}
		fresh := false
		for _, n := range output.Networks {
			fresh = fresh || !collected[n]
			collected[n] = true
		}
		if !fresh {
			continue
		}
		for _, condition := range output.Given {
			if condition.Draw == nil && condition.DType() != tensor.Int32 {
				return hint.Add(fmt.Errorf("train.batch_statistics = %d: output %s is made from %s, and only classes, tokens and conditions with a Draw can be drawn for it",
					c.Train.BatchStatistics, output.Name, condition.Name), "--set train.batch_statistics=0")
			}
		}
		collector, err := s.trainer.NewBatchStatistics(device, c.Train.Seed, func(c *nn.Context) {
			output.Make(c, drawInputs(c, output, s.system.Game.Batch))
		})
		if err != nil {
			return fmt.Errorf("recipe %s: %w", c.Recipe.Name, err)
		}
		s.statistics = append(s.statistics, collector)
	}
	return nil
}

// drawInputs traces n random latents and conditions of an output.
func drawInputs(c *nn.Context, output recipe.Output, n int) recipe.Inputs {
	in := recipe.Inputs{}
	for _, l := range output.Latents {
		in[l.Name] = l.Draw(c, n)
	}
	for _, condition := range output.Given {
		if condition.Draw != nil {
			in[condition.Name] = condition.Draw(c, n)
			continue
		}
		shape := append([]int{n}, condition.Shape...)
		in[condition.Name] = c.Uniform(0, float64(condition.Classes), shape...).Floor().Convert(tensor.Int32)
	}
	return in
}

// collectStatistics computes new running statistics of batch normalisation. They
// belong to the parameters from which samples are drawn.
func (s *Session) collectStatistics() {
	for _, collector := range s.statistics {
		collector.Collect(s.Config.Train.BatchStatistics)
	}
}
