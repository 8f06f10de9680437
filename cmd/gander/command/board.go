package command

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"

	"github.com/gander-ml/gander/board"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/shell"
	"github.com/gander-ml/gander/playground"
	"github.com/gander-ml/gander/web"
)

// A serving has the flags of a command that serves a page.
type serving struct {
	Host  string `help:"Address at which the page is served. An address that is not loopback needs --token. Default: 127.0.0.1." default:"127.0.0.1" placeholder:"ADDRESS"`
	Port  int    `help:"Port; 0 is any free one. Default: 8765." default:"8765" placeholder:"N" min:"0" max:"65535"`
	Token string `help:"Secret that every browser needs. The printed address contains it." placeholder:"SECRET" env:"GANDER_TOKEN"`
	Cert  string `help:"Certificate for https, a PEM file. Without it, put a server with TLS in front of an address that others can reach." placeholder:"FILE"`
	Key   string `help:"Key of the certificate, a PEM file." placeholder:"FILE"`
}

// serve prints the address of the page and serves it until e is interrupted.
func (s serving) serve(e *env, what string, handler http.Handler) error {
	address := web.Address{Host: s.Host, Port: s.Port, Token: s.Token, Cert: s.Cert, Key: s.Key}
	listener, err := address.Listen()
	if err != nil {
		return err
	}
	fmt.Fprintln(e.stdout, address.URL(listener))
	if !address.IsLoopback() && s.Cert == "" {
		fmt.Fprintln(e.stderr, "without TLS, others in the network can read the token: put a server with TLS in front, or give --cert and --key")
	}
	fmt.Fprintf(e.stderr, "serving %s; Ctrl-C ends it\n", what)
	return address.Serve(e.ctx, listener, handler)
}

// defaultRuns is the folder in which gander train makes run folders.
const defaultRuns = "runs"

type boardCmd struct {
	Dir           string `arg:"" optional:"" help:"Folder of the run folders. Default: runs, which is made if it does not exist."`
	AllowTraining bool   `help:"Let the page start, stop and continue training."`
	Threads       int    `help:"Number of threads that make samples. Default: one for each processor." placeholder:"N" min:"1" max:"1024"`

	serving
}

// Help is the text after the first line of the command's help.
func (*boardCmd) Help() string {
	return `The page shows all runs below the folder, also those that other processes train: curves, samples over time, the latent space, settings, comparisons. It follows training live and needs no network. With --allow-training it starts, stops and continues training, in separate processes; when the board ends, they save and end.`
}

func (c *boardCmd) Run(e *env) error {
	dir, first := c.Dir, []string{"gander", "train"}
	if dir == "" {
		dir = defaultRuns
	} else {
		info, err := os.Stat(dir)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return hint.Add(fmt.Errorf("there is no folder %s", dir), "this command makes it: %s", shell.Join("gander", "train", "--out", dir))
		case err != nil:
			return err
		case !info.IsDir():
			return hint.Add(fmt.Errorf("%s is not a folder", dir), "name the folder of the run folders, such as runs")
		}
		if filepath.Clean(dir) != defaultRuns {
			first = append(first, "--out", dir)
		}
	}
	options := board.Options{Dir: dir, First: shell.Join(first...), Threads: c.Threads, Play: playground.Handler("../")}
	if c.AllowTraining {
		self, err := os.Executable()
		if err != nil {
			return err
		}
		options.Train = []string{self, "train"}
	}
	b, err := board.New(options)
	if err != nil {
		return err
	}
	go b.Watch(e.ctx)
	err = c.serve(e, "the runs in "+dir, b.Handler())
	if closed := b.Close(); err == nil {
		err = closed
	}
	return err
}
