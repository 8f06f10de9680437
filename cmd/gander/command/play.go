package command

import "github.com/gander-ml/gander/playground"

type playCmd struct {
	serving
}

// Help is the text after the first line of the command's help.
func (*playCmd) Help() string {
	return `The page has GANs of points in the plane, with all objectives and penalties, phase by phase or at full speed, the Dirac-GAN, and twelve lessons. It fetches nothing from elsewhere and stores nothing. gander board has the same page.`
}

func (c *playCmd) Run(e *env) error { return c.serve(e, "the playground", playground.Handler("")) }
