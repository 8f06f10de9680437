package reproduce

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/gander-ml/gander/data/load"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/impute"
)

var gain = Target{
	Name:   "gain",
	Title:  "GAIN: the error of filled tables, next to ridge regression and GAIN without its adversary",
	Source: "Yoon et al. 2018, GAIN: Missing Data Imputation using Generative Adversarial Nets (arXiv 1806.02920), section 5.1, and the authors' code",
	Takes:  "about eight minutes",
	Uses:   []string{"data", "seeds", "set"},
	make:   makeGAIN,
}

// The protocol of the authors' code.
const gainShare = .2 // of the numbers that are hidden

// gainSeeds is the seeds of the protocol.
var gainSeeds = []uint64{1, 2, 3, 4, 5}

// A gainTable is a table of the protocol.
type gainTable struct {
	Name      string
	Path      string // within the folder of datasets
	Published string // GAIN's error in the paper; "" if it has none
	Twin      string // GAIN's error in another implementation of the code's protocol
	twin, sd  float64
}

// The figures of the twin are means and standard deviations over five seeds, of an
// implementation in numpy.
var gainTables = []gainTable{
	{"spam", "uci-spam-letter/spam.csv", ".0513 ± .0016", "", .0537, .0009},
	{"letter", "uci-spam-letter/letter.csv", ".1198 ± .0005", "", .1309, .0029},
	{"white wine", "wine-quality/winequality-white.csv", "", "", .1039, .0008},
	{"housing", "california-housing/housing.csv", "", "", .1518, .010},
}

// gainMethods returns the methods that are compared: those of [impute.Methods], and other
// settings of GAIN.
func gainMethods() []impute.Method {
	return append(impute.Methods(), impute.GAIN("GAIN, the paper's hint", "hint=paper"), impute.GAIN("GAIN, alpha 10", "alpha=10"))
}

// gainFound is the input of the page.
type gainFound struct {
	Seeds  []uint64
	Share  float64
	Rounds int64
	Set    []string
	Tables []gainResult

	Protocol bool // the tables and settings are those of the protocol, so that the conclusions of the page apply
}

// A gainResult is the errors of all methods on one table.
type gainResult struct {
	gainTable
	Rows, Columns int
	LeftOut       int // rows with missing numbers
	Methods       []gainMethod
}

// A gainMethod is the errors of a method on one table.
type gainMethod struct {
	Name    string
	Errors  []float64
	Mean    float64
	SD      float64 // of the seeds; NaN for one
	Seconds float64 // mean of a seed
}

// Text returns the mean and the standard deviation: ".0537 ± .0009".
func (m gainMethod) Text() string {
	if math.IsNaN(m.SD) {
		return fmt.Sprintf("%.4f", m.Mean)
	}
	return fmt.Sprintf("%.4f ± %.4f", m.Mean, m.SD)
}

// Known reports whether the figures of the twin are known.
func (t gainTable) Known() bool { return t.twin > 0 }

// TwinText returns the figures of the twin.
func (t gainTable) TwinText() string { return fmt.Sprintf("%.4f ± %.4f", t.twin, t.sd) }

// Away returns how far GAIN's mean is from that of the twin, in its standard deviations.
func (r gainResult) Away() float64 { return math.Abs(r.Methods[0].Mean-r.twin) / r.sd }

// Best returns the name of the method with the least error.
func (r gainResult) Best() string {
	best := r.Methods[0]
	for _, m := range r.Methods {
		if m.Mean < best.Mean {
			best = m
		}
	}
	return best.Name
}

func makeGAIN(ctx context.Context, j *job) error {
	j.defaultSeeds(gainSeeds...)
	tables, err := j.gainTables()
	if err != nil {
		return err
	}
	device := engine.NewDevice(j.Threads)
	defer device.Close()
	training := impute.Training{Set: j.Set, Rounds: int64(j.rounds(impute.Rounds))}
	found := gainFound{Seeds: j.Seeds, Share: gainShare, Rounds: training.Rounds, Set: j.Set, Protocol: j.Data == "" && len(j.Set) == 0}
	for _, t := range tables {
		whole, leftOut, err := readWhole(t.Path)
		if err != nil {
			return hint.Add(err, "--data FILE.csv with a table of numbers")
		}
		r := gainResult{gainTable: t, Rows: whole.Rows(), Columns: whole.Columns(), LeftOut: leftOut}
		for _, seed := range j.Seeds {
			training.Seed = seed
			results, err := impute.Scoring{Share: gainShare, Methods: gainMethods(), Training: training}.Score(ctx, device, whole)
			if err != nil {
				return err
			}
			j.say("%s, seed %d: %s %.4f, %s %.4f", t.Name, seed, results[0].Method, results[0].RMSE, results[2].Method, results[2].RMSE)
			r.add(results)
		}
		r.finish()
		found.Tables = append(found.Tables, r)
	}
	return j.finish(found)
}

// add adds the results of a seed.
func (r *gainResult) add(results []impute.Result) {
	if r.Methods == nil {
		r.Methods = make([]gainMethod, len(results))
	}
	for i, result := range results {
		m := &r.Methods[i]
		m.Name, m.Errors, m.Seconds = result.Method, append(m.Errors, result.RMSE), m.Seconds+result.Seconds
	}
}

// finish computes the means of all seeds.
func (r *gainResult) finish() {
	for i := range r.Methods {
		m := &r.Methods[i]
		s := meanErrorOf(m.Errors)
		m.Mean, m.SD, m.Seconds = s.Mean, s.Error*math.Sqrt(float64(s.N)), m.Seconds/float64(s.N)
	}
}

// gainTables returns the tables of the protocol with their paths, or the one of --data.
func (j *job) gainTables() ([]gainTable, error) {
	if j.Data != "" {
		for _, t := range gainTables {
			if filepath.Base(j.Data) == filepath.Base(t.Path) {
				t.Path = j.Data
				return []gainTable{t}, nil
			}
		}
		return []gainTable{{Name: strings.TrimSuffix(filepath.Base(j.Data), filepath.Ext(j.Data)), Path: j.Data}}, nil
	}
	root := os.Getenv(load.DirVariable)
	var tables []gainTable
	for _, t := range gainTables {
		t.Path = filepath.Join(root, filepath.FromSlash(t.Path))
		if _, err := os.Stat(t.Path); errors.Is(err, fs.ErrNotExist) || root == "" {
			return nil, hint.Add(fmt.Errorf("the table %s is not here: %s", t.Name, t.Path),
				"put it there, in the folder that $%s names, or give one table by --data FILE.csv", load.DirVariable)
		}
		tables = append(tables, t)
	}
	return tables, nil
}

// readWhole reads a CSV file. Columns of text and rows with missing numbers are left out.
func readWhole(path string) (whole *impute.Table, leftOut int, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, 0, err
	}
	file, err := impute.ParseCSV(path, text, true)
	if err != nil {
		return nil, 0, err
	}
	whole = &impute.Table{Name: path, Field: file.Field}
	d := file.Columns()
	for i := range file.Rows() {
		row := file.Observed[i*d : (i+1)*d]
		complete := true
		for _, o := range row {
			complete = complete && o != 0
		}
		if !complete {
			leftOut++
			continue
		}
		whole.X, whole.Observed = append(whole.X, file.X[i*d:(i+1)*d]...), append(whole.Observed, row...)
	}
	if len(whole.X) == 0 {
		return nil, 0, hint.Add(fmt.Errorf("%s: every row lacks a number, and errors are measured on whole rows", path), "choose another table")
	}
	return whole, leftOut, nil
}
