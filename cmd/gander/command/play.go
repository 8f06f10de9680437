package command

import "github.com/gander-ml/gander/playground"

type playCmd struct {
	serving
}

// Help is the text after the first line of the command's help.
func (*playCmd) Help() string {
	return `The page has GANs of points in the plane, with all objectives and penalties, phase by phase or at full speed, the Dirac-GAN, and twelve lessons. It needs nothing from elsewhere and keeps nothing. gander board has it, too.`
}

func (c *playCmd) Run(e *env) error { return c.serve(e, "the playground", playground.Handler("")) }
