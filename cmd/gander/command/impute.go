package command

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/impute"
	"github.com/gander-ml/gander/internal/atomicfile"
	"github.com/gander-ml/gander/internal/words"
)

type imputeCmd struct {
	File     string   `arg:"" help:"CSV file. A missing number is an empty field, or ?, -, NA, N/A, NaN, null or none."`
	RunName  string   `arg:"" optional:"" name:"run" help:"Run of the recipe gain on a table with the same columns: its folder, name or number, or latest. Default: gain is trained on the file, in half a minute for 57 columns."`
	To       string   `short:"o" help:"The file with its missing numbers filled. All other bytes are unchanged." placeholder:"OUT.csv" xor:"what"`
	Draws    int      `help:"Number of files, OUT-1.csv, OUT-2.csv and so on, each filled with other noise. Default: one file, OUT.csv." placeholder:"N" min:"1" max:"1000"`
	Score    bool     `help:"Do not fill. Hide a fifth of the numbers and compare the errors of gain, gain without its adversary, ridge regression and the means of the columns." xor:"what"`
	KeepText bool     `help:"Keep columns of text as they are. Otherwise they are an error."`
	Rounds   int64    `help:"Length of the training. Default: 10000." placeholder:"N" min:"1" max:"4294967295"`
	Set      []string `help:"Change a setting of the recipe gain, as alpha=10. May be given more than once." placeholder:"KEY=VALUE" sep:"none"`
	Seed     uint64   `help:"Seed of the training and of the noise. Default: 0." placeholder:"N"`
	Threads  int      `help:"Number of threads. Default: one for each processor." placeholder:"N" min:"1" max:"1024"`
	Runs     string   `help:"Folder of the run folders. Default: runs." default:"runs" placeholder:"DIR"`
}

// Help is the text after the first line of the verb's help.
func (*imputeCmd) Help() string {
	return `A number that is filled in has as many decimals as its column has at most, so in a column of whole numbers it is whole. Generators of gain are nearly deterministic: several draws differ little, and their spread is not the uncertainty of the numbers.`
}

func (c *imputeCmd) Run(e *env) error {
	if err := c.check(); err != nil {
		return err
	}
	file, err := c.read()
	if err != nil {
		return err
	}
	for _, note := range file.Notes {
		fmt.Fprintf(e.stderr, "note: %s\n", note)
	}
	device := engine.NewDevice(c.Threads)
	defer device.Close()
	if c.Score {
		return c.score(e, device, file.Table)
	}
	if file.Missing() == 0 {
		return hint.Add(fmt.Errorf("%s: no number is missing", c.File), "a missing number is an empty field, NA or ?; --score hides some and measures")
	}
	model, err := c.model(e, device, file.Table)
	if err != nil {
		return err
	}
	for i := range max(c.Draws, 1) {
		seed, path := c.Seed+uint64(i), c.path(i)
		filled, err := model.Fill(e.ctx, file.Table, seed)
		if err != nil {
			return err
		}
		if err := atomicfile.Write(path, 0o666, func(w io.Writer) error { return file.Write(w, filled) }); err != nil {
			return err
		}
		fmt.Fprintf(e.stderr, "wrote %s: %s filled, seed %d\n", path, words.Count(file.Missing(), "number", "numbers"), seed)
	}
	return nil
}

// check returns an error for flags that do not fit together, and for a place where the
// result cannot be written. It is called before the training.
func (c *imputeCmd) check() error {
	switch {
	case c.To == "" && !c.Score:
		return hint.Add(errors.New("there is no -o, the file for the result"), "-o OUT.csv, or --score to measure without filling")
	case c.Score && c.RunName != "":
		return hint.Add(errors.New("--score trains anew, and a run is given"), "leave one of them out")
	case c.Score && c.Draws > 0:
		return hint.Add(errors.New("--draws is the number of files, and --score writes none"), "leave one of them out")
	case c.RunName != "" && (len(c.Set) > 0 || c.Rounds > 0):
		return hint.Add(errors.New("--set and --rounds are for a training, and a trained run is given"), "leave them out")
	case c.Score:
		return nil
	}
	folder := filepath.Dir(c.To)
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return hint.Add(fmt.Errorf("-o %s: there is no folder %s", c.To, folder), "make it, or name another place")
	}
	in, errIn := os.Stat(c.File)
	for i := range max(c.Draws, 1) {
		out, errOut := os.Stat(c.path(i))
		if errIn == nil && errOut == nil && os.SameFile(in, out) {
			return hint.Add(fmt.Errorf("-o %s is the file that is read", c.path(i)), "give another name")
		}
	}
	return nil
}

// path returns the path of draw i, from 0.
func (c *imputeCmd) path(i int) string {
	if c.Draws == 0 {
		return c.To
	}
	ext := filepath.Ext(c.To)
	return fmt.Sprintf("%s-%d%s", strings.TrimSuffix(c.To, ext), i+1, ext)
}

// read reads the file, which may be gzipped.
func (c *imputeCmd) read() (*impute.CSV, error) {
	packed, err := os.ReadFile(c.File)
	if err != nil {
		return nil, err
	}
	r, err := format.Gunzip(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.File, err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.File, err)
	}
	return impute.ParseCSV(c.File, text, c.KeepText)
}

// model trains on the table, or opens the run that is given.
func (c *imputeCmd) model(e *env, device *engine.Device, t *impute.Table) (*impute.Model, error) {
	if c.RunName == "" {
		l := newLoading(e)
		defer l.end()
		return c.training(l).Train(e.ctx, device, t)
	}
	folder, err := openRun(c.Runs, c.RunName)
	if err != nil {
		return nil, err
	}
	g, err := openGenerator(e, device, folder, false)
	if err != nil {
		return nil, err
	}
	return impute.ModelOf(g)
}

// training returns the training of the flags, which shows its progress.
func (c *imputeCmd) training(l *loading) impute.Training {
	return impute.Training{Set: c.Set, Rounds: c.Rounds, Seed: c.Seed, Progress: func(done, total int64) {
		l.tell("rounds of training", int(done), int(total))
	}}
}

// scoreShare is the share of the numbers that --score hides, that of Yoon et al. 2018.
const scoreShare = .2

// score prints the errors of all methods.
func (c *imputeCmd) score(e *env, device *engine.Device, t *impute.Table) error {
	l := newLoading(e)
	results, err := impute.Scoring{Share: scoreShare, Training: c.training(l)}.Score(e.ctx, device, t)
	l.end()
	if err != nil {
		return err
	}
	table := newTable(e.stdout)
	fmt.Fprintln(table, "method\tRMSE\ttime")
	for _, r := range results {
		fmt.Fprintf(table, "%s\t%.4f\t%s\n", r.Method, r.RMSE, words.Duration(r.Seconds))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(e.stderr, "%s; %d%% of the numbers were hidden at random, all rows are learned and scored, each column is scaled to [0, 1]; seed %d, %s rounds\n",
		c.File, int(100*scoreShare), c.Seed, fmt.Sprint(cmp.Or(c.Rounds, impute.Rounds)))
	return nil
}
