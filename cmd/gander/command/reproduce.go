package command

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/shell"
	"github.com/gander-ml/gander/reproduce"
	"github.com/gander-ml/gander/run"
)

type reproduceCmd struct {
	Target  string   `arg:"" optional:"" help:"What to reproduce. Without it: a list, with how long each takes."`
	Out     string   `help:"Folder of the page, its pictures and what is trained for it. Default: results/TARGET." placeholder:"DIR"`
	Data    string   `help:"Dataset of table1, figure2 and figure3, name or path; for table1 also tfd, the Toronto faces. Default: mnist." placeholder:"NAME|PATH"`
	RunName string   `name:"run" help:"The trained run that figure2 and figure3 show. Default: one that is trained for it." placeholder:"RUN"`
	Seeds   []uint64 `help:"Seeds, one for each repetition, as 1,2,3. Default: the target's own." placeholder:"N"`
	Trials  int      `help:"Repetitions of ring8 and grid25, of the seeds 1, 2, 3... Default: 3." placeholder:"N" min:"1" max:"10000"`
	Epochs  float64  `help:"Length of a run. Default: as published; another length is named on the page." placeholder:"N" above:"0"`
	Set     []string `help:"Change a setting of what is trained, which is named on the page. May be given more than once." placeholder:"KEY=VALUE" sep:"none"`
	Jobs    int      `help:"Runs trained at a time. Default: 1; for ring8 and grid25 one for each processor." placeholder:"N" min:"1" max:"1024"`
	Threads int      `help:"Threads of each; results do not depend on it. Default: one for each processor; for ring8 and grid25 1." placeholder:"N" min:"1" max:"1024"`
	Runs    string   `help:"Folder of the run folders, for --run. Default: runs." placeholder:"DIR"`
}

// Help follows the first line of the verb's help.
func (*reproduceCmd) Help() string {
	return `Each target writes a page in Markdown, with every number, setting and seed, and pictures as PNG and SVG. What it trains is kept in the folder runs next to the page. After an interrupt, the same command continues the training.`
}

func (c *reproduceCmd) Run(e *env) error {
	if c.Target == "" {
		return listTargets(e)
	}
	t, err := reproduce.Find(c.Target)
	if err != nil {
		return err
	}
	s, err := c.settings(e, t)
	if err != nil {
		return err
	}
	if err := t.Make(e.ctx, s); err != nil {
		return err
	}
	fmt.Fprintf(e.stderr, "wrote %s\n", filepath.Join(s.Out, t.Page()))
	return nil
}

func listTargets(e *env) error {
	table := newTable(e.stdout)
	for _, t := range reproduce.List() {
		fmt.Fprintf(table, "%s\t%s\t%s\n", t.Name, t.Title, t.Takes)
	}
	return table.Flush()
}

// settings turns the flags into settings.
func (c *reproduceCmd) settings(e *env, t reproduce.Target) (reproduce.Settings, error) {
	s := reproduce.Settings{
		Out: c.Out, Command: commandLine(lastingArgs(os.Args[1:], "")), Again: commandLine(os.Args[1:]), Seeds: c.Seeds, Trials: c.Trials,
		Epochs: c.Epochs, Set: c.Set, Jobs: c.Jobs, Threads: c.Threads,
	}
	if s.Out == "" {
		s.Out = filepath.Join("results", t.Name)
	}
	if c.Data != "" {
		name, err := lasting(c.Data)
		if err != nil {
			return s, err
		}
		s.Data = name
	}
	if c.Runs != "" && c.RunName == "" {
		return s, hint.Add(errors.New("--runs says where --run looks, and there is no --run"), "leave it out; --out says where runs are kept that are trained")
	}
	if c.RunName != "" {
		folder, err := openRun(cmp.Or(c.Runs, "runs"), c.RunName)
		if err != nil {
			return s, err
		}
		s.Run = folder.Path()
		s.Command = commandLine(lastingArgs(os.Args[1:], folder.Name()))
	}
	lines := &lineWriter{w: e.stderr}
	var once sync.Once
	interrupted := func() {
		once.Do(func() {
			if e.interactive { // leave the line that is being rewritten
				fmt.Fprintln(lines)
			}
			fmt.Fprintln(lines, "finishing the step and saving; Ctrl-C again stops at once")
		})
	}
	s.Stderr = lines
	s.Watch = func(title string, session *run.Session, several bool) func() {
		stop := context.AfterFunc(e.ctx, interrupted)
		ended := follow(*e, lines, title, session, several)
		return func() { stop(); ended() }
	}
	return s, nil
}

// follow tells how a run goes. One of several at a time says so in lines of its
// own, which begin with its title.
func follow(e env, lines *lineWriter, title string, session *run.Session, several bool) (ended func()) {
	if several {
		e.stderr, e.interactive = &titled{lines, title + ": "}, false
	}
	p := newProgress(&e, session, false)
	fmt.Fprintf(e.stderr, "training in %s\n", session.Folder.Path())
	if step := session.Step(); step > 0 {
		fmt.Fprintf(e.stderr, "going on from step %d of %d\n", step, session.Rounds())
	}
	return func() {
		p.end()
		if why := session.Ended(); why != "" {
			fmt.Fprintf(e.stderr, "ended early: %s\n", why)
		}
	}
}

// A lineWriter lets several write whole lines at a time.
type lineWriter struct {
	mutex sync.Mutex
	w     io.Writer
}

func (l *lineWriter) Write(p []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.w.Write(p)
}

// A titled writer begins everything it writes with a title.
type titled struct {
	w     io.Writer
	title string
}

func (t *titled) Write(p []byte) (int, error) {
	if _, err := t.w.Write(bytes.Join([][]byte{[]byte(t.title), p}, nil)); err != nil {
		return 0, err
	}
	return len(p), nil
}

// lastingArgs returns the arguments that mean the same elsewhere: without the
// folders of this machine, and with the whole name of the run.
func lastingArgs(args []string, run string) []string {
	var kept []string
	for i := 0; i < len(args); i++ {
		flag, _, joined := strings.Cut(args[i], "=")
		here := flag == "--out" || flag == "--runs" || flag == "--run"
		if !here {
			kept = append(kept, args[i])
			continue
		}
		if !joined && i+1 < len(args) {
			i++
		}
		if flag == "--run" {
			kept = append(kept, flag, run)
		}
	}
	return kept
}

// commandLine writes gander with these arguments as a shell would take it again.
func commandLine(args []string) string {
	return shell.Join(append([]string{program()}, args...)...)
}
