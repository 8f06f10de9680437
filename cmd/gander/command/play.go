package command

import (
	"fmt"

	"github.com/gander-ml/gander/playground"
	"github.com/gander-ml/gander/web"
)

type playCmd struct {
	Port int    `help:"Port of the page; 0: any free one." default:"8090" min:"0" max:"65535" placeholder:"N"`
	Host string `help:"Address of the page. Others than 127.0.0.1 need --token." default:"127.0.0.1" placeholder:"ADDRESS"`

	Token string `help:"Secret that the page asks for. Needed if others can reach the address." placeholder:"SECRET"`
	Cert  string `help:"Certificate for TLS, in PEM." placeholder:"FILE"`
	Key   string `help:"Key of the certificate, in PEM." placeholder:"FILE"`
}

// Help is the text after the first line of the verb's help.
func (*playCmd) Help() string {
	return `The page has GANs of points in the plane, with all objectives and penalties, phase by phase or at full speed, the Dirac-GAN, and twelve lessons. It needs nothing from elsewhere and keeps nothing. Open the address that the command prints. Ctrl-C ends it.`
}

func (c *playCmd) Run(e *env) error {
	address := web.Address{Host: c.Host, Port: c.Port, Token: c.Token, Cert: c.Cert, Key: c.Key}
	listener, err := address.Listen()
	if err != nil {
		return err
	}
	fmt.Fprintln(e.stdout, address.URL(listener))
	return address.Serve(e.ctx, listener, playground.Handler())
}
