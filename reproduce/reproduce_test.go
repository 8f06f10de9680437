package reproduce

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/settings"
	"github.com/gander-ml/gander/recipe"
	"github.com/gander-ml/gander/run"
)

func TestTargetsSayAllOfThemselves(t *testing.T) {
	for _, target := range List() {
		if target.Title == "" || target.Source == "" || target.Takes == "" || target.make == nil {
			t.Errorf("%+v does not say all of itself", target)
		}
		if templates().Lookup(target.Page()) == nil {
			t.Errorf("%s has no page", target.Name)
		}
	}
	if _, err := Find("tabel1"); err == nil || !strings.Contains(hint.Text(err), "did you mean table1?") {
		t.Errorf("a misspelt target gives %v", err)
	}
}

func TestMisuseIsRefused(t *testing.T) {
	for want, c := range map[string]struct {
		target Target
		s      Settings
	}{
		"theory takes no --trials":           {theory, Settings{Trials: 3}},
		"--trials -1 is out of range":        {ring8, Settings{Trials: -1}},
		"--epochs -1 is out of range":        {ring8, Settings{Epochs: -1}},
		"--epochs NaN is out of range":       {ring8, Settings{Epochs: math.NaN()}},
		"--jobs -2 is out of range":          {grid25, Settings{Jobs: -2}},
		"--seeds 9223372036854775808 is out": {table1, Settings{Seeds: []uint64{1 << 63}}},
		"names 2 twice":                      {table1, Settings{Seeds: []uint64{2, 1, 2}}},
		"figure1 takes one seed, and --seeds has 2: 2, 1 (hint: give one, as in --seeds 2)": {figure1, Settings{Seeds: []uint64{2, 1}}},
		"--run names an existing run":                                  {figure2, Settings{Run: "x", Epochs: 3}},
		"unknown setting \"hiden\"":                                    {ring8, Settings{Set: []string{"hiden=3"}}},
		"the Toronto faces are not here":                               {table1, Settings{Data: "tfd=" + t.TempDir()}},
		"tfd trains on the Toronto faces":                              {tfd, Settings{Data: "mnist"}},
		"unknown dataset":                                              {table1, Settings{Data: "nist"}},
		"--epochs +Inf is out of range":                                {table1, Settings{Epochs: math.Inf(1)}},
		"--set train.seed = 9: ring8 does not allow":                   {ring8, Settings{Set: []string{"seed=9"}}},
		"--set data.name = \"ring8\": grid25":                          {grid25, Settings{Set: []string{"data.name=ring8"}}},
		"--set train.measure = []: grid25":                             {grid25, Settings{Set: []string{"measure="}}},
		"--set data.size = \"20\": infogan reads its data as they are": {infoGAN, Settings{Data: "digits", Set: []string{"data.size=20"}}},
		"rounds of 100 examples, want at most":                         {grid25, Settings{Epochs: 1e200}},
	} {
		there := t.TempDir()
		c.s.Out = filepath.Join(there, "deep", "out")
		err := c.target.Make(t.Context(), c.s)
		if left, _ := os.ReadDir(there); len(left) > 0 {
			t.Errorf("%q leaves %v", want, left)
		}
		if err == nil || !strings.Contains(hint.Text(err), want) || !strings.Contains(hint.Text(err), "(hint: ") {
			t.Errorf("want %q and a hint, got %v", want, err)
		}
	}
}

// read returns a page.
func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// wantPage makes a target and checks its page. It must have the lines and no NaN, and its
// pictures must exist.
func wantPage(t *testing.T, target Target, s Settings, lines ...string) string {
	t.Helper()
	if err := target.Make(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	text := read(t, filepath.Join(s.Out, target.Page()))
	for _, line := range lines {
		if !regexp.MustCompile(`(?m)` + line).MatchString(text) {
			t.Errorf("the page has no line %q:\n%s", line, text)
		}
	}
	if strings.Contains(text, "NaN") || strings.Contains(text, "%!") || strings.Contains(text, "\n\n\n\n") {
		t.Errorf("the page is badly written:\n%s", text)
	}
	for _, link := range regexp.MustCompile(`\]\(([a-z0-9-]+\.[a-z]+)\)`).FindAllStringSubmatch(text, -1) {
		if info, err := os.Stat(filepath.Join(s.Out, link[1])); err != nil || info.Size() == 0 {
			t.Errorf("the page shows %s, which is not there", link[1])
		}
	}
	return text
}

func TestTheoryPage(t *testing.T) {
	s := Settings{Out: t.TempDir(), Command: "gander reproduce theory", Seeds: []uint64{4, 5}, Threads: 2, hurry: 100}
	wantPage(t, theory, s, `^# The theory`, `^    gander reproduce theory$`, `^\| one dimension \| 4 \| 32 \| 3000 `, `^\| two dimensions \| 5 \|`, `^\| 5 \| -`)
}

// TestTheoryLeavesNoHalf interrupts the target after its first messages. It must leave no
// picture.
func TestTheoryLeavesNoHalf(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	s := Settings{Out: filepath.Join(t.TempDir(), "theory"), Again: "again", Seeds: []uint64{4}, Threads: 2, hurry: 100}
	s.Stderr = writerFunc(func(said []byte) {
		if strings.HasPrefix(string(said), "game in one dimension") {
			stop()
		}
	})
	if err := theory.Make(ctx, s); !errors.Is(err, run.ErrInterrupted) || hint.Of(err) != "again" {
		t.Errorf("error %v, want that it was interrupted, with the command that continues", hint.Text(err))
	}
	if _, err := os.Stat(s.Out); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it left %s: %v", s.Out, err)
	}
}

type writerFunc func([]byte)

func (f writerFunc) Write(p []byte) (int, error) { f(p); return len(p), nil }

func TestFigure1Page(t *testing.T) {
	s := Settings{Out: t.TempDir(), Command: "gander reproduce figure1", Threads: 2, hurry: 200}
	wantPage(t, figure1, s, `^# Figure 1`, `Seed 1\.$`, `^\| \(a\) \|`, `^\| \(d\) \| converged \| 5000 \|`)
}

// tinyMixture is settings for a very short trial.
var tinyMixture = []string{"hidden=8", "maxout=4", "pieces=2", "batch=20", "train.steps=60", "train.tick_kimg=0.4", "train.grid=16"}

func TestMixturePage(t *testing.T) {
	s := Settings{Out: t.TempDir(), Command: "gander reproduce ring8 --trials 2", Trials: 2, Set: tinyMixture}
	text := wantPage(t, ring8, s, `^\| GAN \(paper\) \| 10 \| 6.3 \| 98.2 \| 0.45 \|$`, `^\| \*\*GAN \(Gander, recipe mixture\)\*\* \| 2 \|`,
		`^\| the same number of real points \| \| 8 \| 9[89]\.`, `^- 2 trials and not 10$`, "^- `model.hidden = 8` instead of 400$", `^\| 2 \| 2 \| 0.012 \|`)
	if !strings.Contains(text, "train.steps = 60") {
		t.Error("the page does not say that the runs were shorter")
	}
	s.Set = append([]string{"hidden=9"}, tinyMixture[1:]...)
	if err := ring8.Make(t.Context(), s); err == nil || !strings.Contains(hint.Text(err), "was trained with model.hidden = 8, want 9") {
		t.Errorf("other settings in the same folder give %v", err)
	}
	folders, err := run.List(filepath.Join(s.Out, "runs"))
	if err != nil || len(folders) != 2 {
		t.Fatalf("%d runs, %v", len(folders), err)
	}
	shown := Settings{Out: t.TempDir(), Run: folders[0].Path()}
	if err := figure2.Make(t.Context(), shown); err == nil || !strings.Contains(hint.Text(err), "makes no images, and this figure shows images (hint: --run with") {
		t.Errorf("a figure of images of a run of points gives %v", err)
	}
}

// TestMeaningOfZero prints what 0 means where the explanation of a setting has it.
func TestMeaningOfZero(t *testing.T) {
	for want, row := range map[string]settings.Row{
		"0 (none)":                             {Value: "0", Doc: "decay of the average; 0, as published: none (0 to 0.99999)"},
		"0.0 (that of sgd)":                    {Value: "0.0", Doc: "of both players; 0: that of sgd (at least 0)"},
		"0 (it stays)":                         {Value: "0", Doc: "thousands of examples; 0: it stays. The published one: 3 (at least 0)"},
		"0 (as He et al. 2015, by the inputs)": {Value: "0", Doc: "in U(-w, w); 0: as He et al. 2015, by the inputs"},
		"0":                                    {Value: "0", Doc: "weight of the penalty (2017: 10) (at least 0)"},
		"3":                                    {Value: "3", Doc: "depth; 0: none"},
	} {
		if got := withMeaning(row); got != want {
			t.Errorf("%+v: %q, want %q", row, got, want)
		}
	}
	for _, r := range recipe.List() { // no part of the range, and no other sentence
		for _, row := range run.NewConfig(r).Table() {
			if row.Value = "0"; strings.ContainsAny(strings.TrimPrefix(withMeaning(row), "0 ("), ";") || strings.Contains(withMeaning(row), "at least") {
				t.Errorf("%s %s: %q of %q", r.Name, row.Key, withMeaning(row), row.Doc)
			}
		}
	}
}

// TestTrialsGoOn interrupts the trials during the second. The next call must end with the
// same page as a call without an interrupt.
func TestTrialsGoOn(t *testing.T) {
	calm := Settings{Out: t.TempDir(), Command: "gander", Again: "again", Trials: 2, Jobs: 1, Set: tinyMixture}
	want := wantPage(t, grid25, calm)
	stopped := calm
	stopped.Out = t.TempDir()
	ctx, stop := context.WithCancel(t.Context())
	stopped.Watch = func(title string, s *run.Session, several bool) func() {
		if several {
			t.Error("one run at a time is called several")
		}
		s.Watch(watcherFunc(func(e run.Event) {
			if tick, ok := e.(*run.Tick); ok && title == "seed 2" && tick.Record.Step < s.Rounds() {
				stop()
			}
		}))
		return func() {}
	}
	err := grid25.Make(ctx, stopped)
	if !errors.Is(err, run.ErrInterrupted) || !strings.Contains(hint.Text(err), "(hint: again)") {
		t.Fatalf("stopped, it says %v", err)
	}
	begun := 0
	stopped.Watch = func(title string, s *run.Session, _ bool) func() {
		begun++
		if title != "seed 2" || s.Step() == 0 {
			t.Errorf("%s begins at step %d", title, s.Step())
		}
		return func() {}
	}
	got := wantPage(t, grid25, stopped, `took [0-9.]+s\. It used, or continued, 2 runs of earlier commands, with [0-9.]+s of training before this call\.$`)
	if untimed(got) != untimed(want) || strings.Contains(want, "earlier commands") {
		t.Errorf("gone on it gives\n%s\nundisturbed\n%s", got, want)
	}
	if begun != 1 {
		t.Errorf("%d runs were gone on with, want one", begun)
	}
	damageLast(t, stopped.Out, 2)
	if got := wantPage(t, grid25, stopped); untimed(got) != untimed(want) || begun != 2 {
		t.Errorf("with the last checkpoint damaged it gives, after %d runs more,\n%s\nundisturbed\n%s", begun-1, got, want)
	}
}

type watcherFunc func(run.Event)

func (f watcherFunc) Watch(e run.Event) { f(e) }

// damageLast truncates the newest checkpoint of the run with this number.
func damageLast(t *testing.T, out string, number int) {
	t.Helper()
	folders, err := run.List(filepath.Join(out, "runs"))
	if err != nil {
		t.Fatal(err)
	}
	kept, err := folders[number-1].Checkpoints().List()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(kept[len(kept)-1].Path, 100); err != nil {
		t.Fatal(err)
	}
}

// untimed removes the times from a page, and what earlier calls have trained.
func untimed(text string) string {
	text = regexp.MustCompile(`(?m) It used, or continued, .*$`).ReplaceAllString(text, "")
	return regexp.MustCompile(`\b([0-9]+m[0-9]+|[0-9.]+)s\b`).ReplaceAllString(text, "T")
}

// writeIDX writes n images of side x side pixels with a smooth pattern.
func writeIDX(t *testing.T, path string, n, side int) {
	t.Helper()
	var file bytes.Buffer
	for _, v := range []uint32{2051, uint32(n), uint32(side), uint32(side)} {
		file.Write(binary.BigEndian.AppendUint32(nil, v))
	}
	file.Write(pattern(n, side))
	if err := os.WriteFile(path, file.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
}

// pattern returns images with a bright spot, in another place in each image.
func pattern(n, side int) []byte {
	var pixels []byte
	for i := range n {
		for p := range side * side {
			pixels = append(pixels, byte(128+100*math.Sin(float64(i*(1+p%side)+p/side))))
		}
	}
	return pixels
}

// tinyAdversarial is settings for a very short run of goodfellow2014.
var tinyAdversarial = []string{"hidden=8", "maxout=4", "pieces=2", "batch=30", "latent=4", "objective=minimax", "train.grid=4"}

func TestTable1Page(t *testing.T) {
	set := filepath.Join(t.TempDir(), "it's a set")
	if err := os.Mkdir(set, 0o777); err != nil {
		t.Fatal(err)
	}
	writeIDX(t, filepath.Join(set, "train-images-idx3-ubyte"), 120, 4)
	writeIDX(t, filepath.Join(set, "t10k-images-idx3-ubyte"), 30, 4)
	s := Settings{Out: t.TempDir(), Command: "gander reproduce table1", Data: set, Seeds: []uint64{3, 8}, Epochs: 2, Set: tinyAdversarial, Threads: 2}
	text := wantPage(t, table1, s, `^\| .*it's a set \| log-likelihood \|$`, `^The paper has no figure of these data\.`, `^\| \*\*Gander, goodfellow2014, seed 8\*\* \| \*\*-?[0-9.]+ ± [0-9.]+\*\* \|$`,
		`mean and standard error over 2 seeds`, `for at most 2 epochs and not the 300`, `^\| 3 \| 2.1 \| no \| [12](\.[0-9])? \|`)
	for _, of := range []string{"(paper)", "225 ±", "instead of samples", "row of real images"} { // of MNIST, or of more examples
		if strings.Contains(text, of) {
			t.Errorf("the page of other data has %q:\n%s", of, text)
		}
	}

	shorter := s
	shorter.Epochs = 1
	err := table1.Make(t.Context(), shorter)
	if err == nil || !strings.Contains(hint.Text(err), "was trained for 7 rounds, want 4 (hint: set --epochs to 2.1 or more") {
		t.Errorf("fewer epochs than were trained give %v", err)
	}
	folders, err := run.List(filepath.Join(s.Out, "runs"))
	if err != nil || len(folders) != 2 {
		t.Fatalf("%d runs, %v", len(folders), err)
	}
	shown := Settings{Out: t.TempDir(), Run: folders[0].Path(), Seeds: []uint64{5}}
	wantPage(t, figure2, shown, `^# Figure 2`, `of seed 5, in order`, `the best by parzen`, `^\| 8 \| number [0-9]+ \| [0-9.]+ \|$`)
	wantPage(t, figure3, shown, `^# Figure 3`, `pairs of seed 5`, `^    gander train goodfellow2014 --data '.*/it'\\''s a set' --seed 3 --steps [0-9]+ --set model.batch=30 --set .* --set model.objective=minimax$`)
}

// TestTrainCommandNamesAllData tests recipes with several datasets and with none.
func TestTrainCommandNamesAllData(t *testing.T) {
	r := recipe.Recipe{Name: "refine", Data: "digits", Others: []recipe.Role{{Name: "real", Data: "digits"}}, Settings: func() any { return &struct{}{} }}
	c := run.NewConfig(r)
	c.Sets["real"].Name = "mnist"
	if got, want := trainCommand(c, 7), "gander train refine --data digits --seed 0 --steps 7 --set data_real.name=mnist"; got != want {
		t.Errorf("of two sets: %s, want %s", got, want)
	}
	r.Data, r.Others = "", nil
	if got, want := trainCommand(run.NewConfig(r), 7), "gander train refine --seed 0 --steps 7"; got != want {
		t.Errorf("of no data: %s, want %s", got, want)
	}
}

// TestTable1PageOfMNIST checks the comparison with the figures of the paper.
func TestTable1PageOfMNIST(t *testing.T) {
	real := 241.2
	for want, mean := range map[string]float64{
		"The paper's 225 ± 2 is reached.": 224, "The paper's 225 is not reached: 58.7 nats are missing.": 166.3, "The paper's 225 is exceeded by 20.1 nats.": 245.1,
	} {
		j := newJob(Settings{Out: t.TempDir(), Command: "gander reproduce table1"}, table1)
		found := table1Found{Dataset: "mnist", Epochs: table1Epochs, Samples: table1Samples, Mean: meanErrorOf([]float64{mean}), Real: &real, RealSigma: .1668, Protocol: "a protocol."}
		if err := j.finish(found); err != nil {
			t.Fatal(err)
		}
		text := read(t, j.path(table1.Page()))
		for _, line := range []string{"\n| MNIST | log-likelihood |\n", "\n| Adversarial nets (paper) | 225 ± 2 |\n| 10000 training images instead of samples, drawn at random | 241.2 |\n\n", want, "Sigma of the row of real images: 0.1668."} {
			if !strings.Contains(text, line) {
				t.Errorf("the page has no %q:\n%s", line, text)
			}
		}
	}
}

// writeFaces writes a small dataset in the format of the Toronto faces, and returns its
// folder. It has 50 unlabelled images and 2 folds.
func writeFaces(t *testing.T) string {
	t.Helper()
	const n, side, folds = 90, 4, 2
	dir := t.TempDir()
	which := make([]uint8, n*folds)
	for i := range n {
		for k := range folds {
			if i >= 50 {
				which[i*folds+k] = uint8(1 + (i+k)%3)
			}
		}
	}
	for name, a := range map[string]struct {
		shape []int
		data  []uint8
	}{facesImages: {[]int{n, side, side}, pattern(n, side)}, facesFolds: {[]int{n, folds}, which}} {
		var file bytes.Buffer
		if err := format.EncodeNPY(&file, a.shape, a.data); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), file.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestFaces scores a small dataset in the format of the Toronto faces.
func TestFaces(t *testing.T) {
	dir := writeFaces(t)
	s := Settings{Out: t.TempDir(), Command: "gander reproduce table1 --data tfd", Data: "tfd=" + dir, Epochs: 2, Set: append([]string{"patience=0"}, tinyAdversarial...)}
	text := wantPage(t, table1, s, `^\| Adversarial nets \(paper\) \| 2057 ± 26 \|$`, `seed 1\*\* \| \*\*-?[0-9]+ ± [0-9]+\*\*`, `^\| 1 \| 2 \| 1[34] \| 1[34] \|`,
		`^50 unlabelled images`, `^\| 1 \| 2.25 \| no \|`, `^- .train.patience = 0. instead of 50$`)
	if strings.Contains(text, "and a run ends when") {
		t.Errorf("a run without patience is said to end early:\n%s", text)
	}
}

// tinyFaces is settings for a very short run of goodfellow2014-tfd.
var tinyFaces = []string{"hidden=8", "maxout=4", "pieces=2", "batch=10", "latent=4", "sparse=3", "train.grid=4", "train.keep=9"}

// TestTFD trains both stages. The second must begin with the G of the first, also if it was
// interrupted before.
func TestTFD(t *testing.T) {
	s := Settings{Out: t.TempDir(), Command: "gander reproduce tfd", Data: "tfd=" + writeFaces(t), Epochs: 1, Set: tinyFaces}
	text := wantPage(t, tfd, s, `^\| Adversarial nets \(paper\) \| 2057 ± 26 \|$`, `goodfellow2014-tfd, seed 1\*\* \| \*\*-?[0-9]+ ± [0-9]+\*\*`,
		`^\| 1 \| 2 \| 1[34] \| 1[34] \|`, `^\| pretrain \| 1 \|$`, `^\| train \| 1 \|$`, `published stages have 50 and 22 epochs`, `^50 unlabelled images`)
	first, second := onlyRun(t, s.Out, "pretrain"), onlyRun(t, s.Out, "train")
	trained, _, err := first.Checkpoints().Newest()
	if err != nil {
		t.Fatal(err)
	}
	begun, err := run.LoadCheckpoint(second.Checkpoints().Path(0))
	if err != nil {
		t.Fatal(err)
	}
	want, equal := map[string][]byte{}, 0
	for _, v := range trained.Tensors {
		want[v.Name] = v.Data
	}
	for _, v := range begun.Tensors {
		if strings.HasPrefix(v.Name, "G.1.") {
			equal++
			if !bytes.Equal(v.Data, want[v.Name]) {
				t.Errorf("%s is not as in the first stage", v.Name)
			}
		}
	}
	if equal != 6 {
		t.Errorf("the second stage takes %d parameters from the first, want 6", equal)
	}
	before, _, err := second.Checkpoints().Newest()
	if err != nil || before.Step == 0 {
		t.Fatalf("the second stage ended at %+v, %v", before, err)
	}
	if again := wantPage(t, tfd, s); untimed(again) != untimed(text) {
		t.Errorf("made again the page is\n%s\nbefore\n%s", again, text)
	}
}

// onlyRun returns the run of a method.
func onlyRun(t *testing.T, out, method string) run.Folder {
	t.Helper()
	folders, err := run.List(filepath.Join(out, "runs", method))
	if err != nil || len(folders) != 1 {
		t.Fatalf("runs of %s: %v, %v", method, folders, err)
	}
	return folders[0]
}

// TestCIFAR shows a small set of colour images.
func TestCIFAR(t *testing.T) {
	const n, side = 60, 32
	set := filepath.Join(t.TempDir(), "some-JPEG.npy")
	var file bytes.Buffer
	if err := format.EncodeNPY(&file, []int{n, side, side, 3}, pattern(3*n, side)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(set, file.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	s := Settings{Out: t.TempDir(), Command: "gander reproduce cifar2014", Data: set, Epochs: 1, Seeds: []uint64{4},
		Set: []string{"hidden=8", "maps=2", "filters=2", "maxout=4", "batch=20", "latent=4", "train.grid=4"}}
	wantPage(t, cifar2014, s, `the dense form has 1\.25 epochs \(3 steps\)`, `the convolutional form has`, `and not the files of CIFAR-10\. As the name shows`,
		`^## Figure 2 c, dense$`, `^## Figure 2 d, convolutional$`, `^\| 4 \| number [0-9]+ \| [0-9.]+ \|$`, `first of seed 4`, `over the 48 training images`)
}

func TestSpread(t *testing.T) {
	s := meanErrorOf([]float64{1, 2, 6})
	if s.Mean != 3 || !near(s.Error, math.Sqrt(7./3), 1e-12) {
		t.Errorf("mean %g ± %g, want 3 ± %g", s.Mean, s.Error, math.Sqrt(7./3))
	}
	if got := meanErrorOf([]float64{4}).Text(1); got != "4.0" {
		t.Errorf("one number is written %q", got)
	}
}

func TestBrief(t *testing.T) {
	for v, want := range map[float64]string{2000: "2000", -12345.6: "-12346", 999.4: "999", 999.6: "1000", 12.8: "12.8", .1234: "0.123", 0: "0", 1e-7: "1e-07", math.Inf(1): "+Inf"} {
		if got := brief(v); got != want {
			t.Errorf("brief(%g) = %s, want %s", v, got, want)
		}
	}
}

// TestMeanOfLast gives the same mean if an interrupt divided the last tick but one.
func TestMeanOfLast(t *testing.T) {
	whole := meanOfLast([]float64{100, 200, 300, 350}, []float64{9, 1, 2, 6}, 2)
	divided := meanOfLast([]float64{100, 200, 217, 300, 350}, []float64{9, 1, 12, -4. / 83, 6}, 2)
	if want := (50*1 + 100*2 + 50*6) / 200.; math.Abs(whole-want) > 1e-12 || math.Abs(divided-want) > 1e-12 {
		t.Errorf("means %g and %g, want %g", whole, divided, want)
	}
	if got := meanOfLast([]float64{2}, []float64{3}, 5); got != 3 {
		t.Errorf("one value has the mean %g, want 3", got)
	}
}
