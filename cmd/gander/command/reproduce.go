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
	Target  string   `arg:"" optional:"" help:"What to reproduce. Without it, gander lists the targets and how long each takes."`
	Out     string   `help:"Folder of the page, its pictures and its runs. Default: results/TARGET." placeholder:"DIR"`
	Data    string   `help:"Other data than the published ones, for targets that take data. table1 and tfd know tfd, the Toronto faces." placeholder:"NAME|PATH"`
	RunName string   `name:"run" help:"Run that the target judges, if it judges one. Default: a new one." placeholder:"RUN"`
	Seeds   []uint64 `help:"Seeds, one for each repetition, as 1,2,3. Default: the target's own." placeholder:"N"`
	Trials  int      `help:"Number of repetitions. Of dcgan-features, transfer-features and transfer-latents: draws of the labels; of transfer-samples: classifiers; of failures: runs of each failure. The page names it. Default: the target's own." placeholder:"N" min:"1" max:"10000"`
	Epochs  float64  `help:"Length of each run in epochs. Default: as published. The page names another length." placeholder:"N" above:"0"`
	Set     []string `help:"Change a setting of the runs. The page names it. May be given more than once." placeholder:"KEY=VALUE" sep:"none"`
	Jobs    int      `help:"Number of runs trained at the same time. Default: 1; for ring8 and grid25 one for each processor." placeholder:"N" min:"1" max:"1024"`
	Threads int      `help:"Number of threads of each run; the results do not depend on it. Default: one for each processor; for ring8 and grid25 1." placeholder:"N" min:"1" max:"1024"`
	Runs    string   `help:"Folder of the run folders, for --run. Default: runs." placeholder:"DIR"`
}

// Help is the text after the first line of the verb's help.
func (*reproduceCmd) Help() string {
	return `Each target writes a page in Markdown, with all numbers, settings and seeds, and pictures as PNG and SVG. Its runs are in the folder runs next to the page. After an interrupt, the same command continues the training.`
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
	var rows [][]string
	for _, t := range reproduce.List() {
		rows = append(rows, []string{t.Name, t.Title, t.Takes})
	}
	return e.writeList(rows)
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
		return s, hint.Add(errors.New("--runs is the folder of --run, and --run is not given"), "leave it out; new runs are in the folder --out")
	}
	if c.RunName != "" {
		folder, err := openRun(cmp.Or(c.Runs, defaultRuns), c.RunName)
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
			if e.interactive { // keep the live line
				fmt.Fprintln(lines)
			}
			fmt.Fprintln(lines, finishing)
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

// follow prints the progress of a run. If several are trained at the same time, each
// line begins with the title of its run.
func follow(e env, lines *lineWriter, title string, session *run.Session, several bool) (ended func()) {
	if several {
		e.stderr, e.interactive = &titled{lines, title + ": "}, false
	}
	p := newProgress(&e, session, false)
	fmt.Fprintf(e.stderr, "training in %s\n", session.Folder.Path())
	p.sayResumed()
	return func() {
		p.end()
		p.sayEnded()
	}
}

// A lineWriter is a writer for several goroutines. Each writes whole lines.
type lineWriter struct {
	mutex sync.Mutex
	w     io.Writer
}

func (l *lineWriter) Write(p []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.w.Write(p)
}

// A titled writer puts a title before everything that is written.
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

// lastingArgs returns the arguments as they are valid on another machine: without
// folders of this one, and with the whole name of the run.
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

// commandLine returns gander with these arguments as a command for a shell.
func commandLine(args []string) string {
	return shell.Join(append([]string{program()}, args...)...)
}
