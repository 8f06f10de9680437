package board

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/gander-ml/gander/run"
)

// An entry is what the board knows of a run. It is updated by [entry.refresh], which reads
// only what has changed.
type entry struct {
	id     string
	root   *os.Root // of the folder of the board
	folder run.Folder

	settings   settled
	settingsAt stamp
	journal    tail
	journalAt  stamp
	last       run.Record // the newest
	sparks     map[string]*spark
	newest     *bestFigure // the first figure of the newest measurement
	search     *run.BestSearch
	word       *word

	lockAt      stamp
	holder      run.Holder
	held        bool
	checksAt    stamp
	diverged    int64 // the step of the newest diverged state, -1: none
	picturesAt  stamp
	thumb       string
	tagsAt      stamp
	tags        tags
	errs        map[string]error // by what cannot be read
	beganMillis int64

	stale bool // something has changed since row was made
	row   row
	text  []byte // row as JSON
}

// A settled is what the table shows of the settings of a run.
type settled struct {
	recipe, title, data string
	images              bool // the pictures of samples are grids of images
	seed                uint64
	kimg                float64
	steps               int64
	patience            int
}

func newEntry(root *os.Root, id string) (*entry, error) {
	folder, err := run.OpenFolder(filepath.Join(root.Name(), filepath.FromSlash(id)))
	if err != nil {
		return nil, err
	}
	e := &entry{id: id, root: root, folder: folder, diverged: -1, errs: map[string]error{}}
	e.forget()
	return e, nil
}

// file returns the path of a file of the run within the folder of the board.
func (e *entry) file(name ...string) string { return path.Join(append([]string{e.id}, name...)...) }

// forget resets what was found in the journal.
func (e *entry) forget() {
	e.last, e.sparks, e.newest, e.word = run.Record{}, map[string]*spark{}, nil, nil
	if e.search != nil {
		e.search = run.NewBestSearch(e.search.Figure())
	}
}

// changed reports whether a file has another stamp than before, and stores the stamp.
func (e *entry) changed(s *stamp, elements ...string) bool {
	now := stampOf(filepath.Join(append([]string{e.folder.Path()}, elements...)...))
	if now == *s {
		return false
	}
	*s, e.stale = now, true
	return true
}

// refresh reads what has changed since the last call, and reports whether the row has.
func (e *entry) refresh() (changed bool) {
	if e.changed(&e.settingsAt, "config.toml") {
		e.errs["settings"] = e.readSettings()
	}
	if e.changed(&e.journalAt, "journal.jsonl") {
		e.errs["journal"] = e.journal.read(e.root, e.file("journal.jsonl"), e.forget, e.addLine)
	}
	if e.changed(&e.lockAt, "lock") || e.held {
		e.stale = true
		e.holder, e.held, e.errs["lock"] = e.folder.Holder()
	}
	if e.changed(&e.checksAt, "checkpoints") {
		e.errs["checkpoints"] = e.readCheckpoints()
	}
	if e.changed(&e.picturesAt, "samples") {
		e.errs["samples"] = e.findThumb()
	}
	if e.changed(&e.tagsAt, tagsFile) {
		e.tags, e.errs["tags"] = readTags(e.root, e.file(tagsFile))
	}
	if !e.stale && e.text != nil {
		return false
	}
	e.stale = false
	e.judge()
	e.row = e.newRow()
	text, err := json.Marshal(e.row)
	if err != nil {
		e.row = row{ID: e.id, Name: e.folder.Name(), State: Unreadable, Errors: []string{err.Error()}, Tags: []string{}}
		text, _ = json.Marshal(e.row) // it contains only texts
	}
	changed = string(text) != string(e.text)
	e.text = text
	return changed
}

// judge replaces the newest failure of a run that does not train by the verdict of the referee about
// its end. If that is no failure, the newest one is over.
func (e *entry) judge() {
	if e.word == nil || e.held || e.errs["journal"] != nil || e.errs["settings"] != nil {
		return
	}
	v, err := e.folder.Verdict()
	switch {
	case err != nil: // broken lines, which are counted elsewhere
	case v.Now[0].Failure.Bad():
		e.word = newWord(v.Now[0])
	default:
		e.word.Over = true
	}
}

// maxSettings is the greatest size of a config.toml that is read.
const maxSettings = 1 << 20

// readConfig reads the settings of a run. It never reads a file outside the folder of the
// board, as a symbolic link could name.
func readConfig(root *os.Root, name string) (*run.Config, error) {
	text, err := readFile(root, name, maxSettings)
	if err != nil {
		return nil, err
	}
	return run.ParseConfig(text, name)
}

func (e *entry) readSettings() error {
	c, err := readConfig(e.root, e.file("config.toml"))
	if err != nil {
		return err
	}
	e.settings = settled{c.Recipe.Name, c.Recipe.Title, c.Data.Name, c.Data.Info().First().IsImage(), c.Train.Seed, c.Train.Kimg, c.Train.Steps, c.Train.Patience}
	if e.beganMillis == 0 {
		e.beganMillis = e.settingsAt.time / int64(time.Millisecond)
	}
	if figure := c.Train.Best; figure == "" {
		e.search = nil
	} else if e.search == nil || e.search.Figure() != figure {
		e.search = run.NewBestSearch(figure)
		e.journal, e.journalAt = tail{}, stamp{} // read it again for the other figure
		e.forget()
	}
	return nil
}

// addLine reads a line of the journal.
func (e *entry) addLine(line []byte) error {
	r, ticks, err := parseRecord(line)
	if err != nil {
		return err
	}
	for _, f := range r.Findings {
		e.word = newWord(f)
	}
	if !ticks {
		return nil
	}
	e.last = *r
	e.last.Measures, e.last.Findings, e.last.Covered = nil, nil, "" // the table does not show them
	for player, loss := range r.Losses {
		s := e.sparks[player]
		if s == nil {
			if len(e.sparks) == maxSparks {
				continue
			}
			s = &spark{}
			e.sparks[player] = s
		}
		s.add(loss)
	}
	if len(r.Measures) > 0 && r.Measures[0] != nil && len(r.Measures[0].Values) > 0 {
		v := r.Measures[0].Values[0]
		e.newest = &bestFigure{Figure: r.Measures[0].Measure + ": " + v.Name, Value: number(v.Value), Step: e.last.Step}
		if v.Baseline != nil {
			baseline := number(*v.Baseline)
			e.newest.Baseline = &baseline
		}
	}
	if e.search != nil {
		return e.search.Add(e.last.Step, r.Measures)
	}
	return nil
}

// maxSparks is the largest number of players with a curve in the table.
const maxSparks = 6

var divergedName = regexp.MustCompile(`^diverged-step-([0-9]{8,18})\.safetensors$`)

func (e *entry) readCheckpoints() error {
	e.diverged = -1
	names, err := readNames(e.root, e.file("checkpoints"))
	for _, name := range names {
		if parts := divergedName.FindStringSubmatch(name); parts != nil {
			if step, err := strconv.ParseInt(parts[1], 10, 64); err == nil {
				e.diverged = max(e.diverged, step)
			}
		}
	}
	return err
}

// findThumb finds the newest picture of samples.
func (e *entry) findThumb() error {
	frames, err := listFrames(e.root, e.file("samples"))
	e.thumb = ""
	if len(frames) > 0 {
		e.thumb = frames[len(frames)-1].Name
	}
	return err
}

func (e *entry) newRow() row {
	s := e.settings
	r := row{
		ID: e.id, Name: e.folder.Name(), State: e.state(), Recipe: s.recipe, Title: s.title, Data: s.data, Images: s.images, Seed: s.seed,
		Step: e.last.Step, Kimg: number(e.last.Kimg), TotalKimg: number(s.kimg), TotalSteps: s.steps, Seconds: number(e.last.Seconds),
		Speed: number(e.last.SamplesPerS), Left: number(math.NaN()), Ticks: e.journal.lines,
		Best: e.newest, Spark: map[string][]number{}, Tags: e.tags.Tags, Word: e.word, Begun: e.beganMillis,
	}
	if r.Tags == nil {
		r.Tags = []string{}
	}
	if folder := path.Dir(e.id); folder != "." {
		r.Folder = folder
	}
	if s.steps > 0 {
		r.TotalKimg = 0
	}
	if e.held {
		r.PID, r.Host, r.Since = e.holder.PID, e.holder.Host, e.holder.Since.Format(time.RFC3339)
		r.Left = number(left(e.last, s.kimg, s.steps))
	}
	if e.thumb != "" {
		r.Thumb = fmt.Sprintf("%s.%d", e.thumb, e.picturesAt.time)
	}
	if e.search != nil && e.search.Best.Step >= 0 {
		best := e.search.Best
		r.Best = &bestFigure{Figure: e.search.Figure(), Value: number(best.Figure.Value), Step: best.Step, Chosen: true}
		if best.Figure.Baseline != nil {
			baseline := number(*best.Figure.Baseline)
			r.Best.Baseline = &baseline
		}
	}
	for player, s := range e.sparks {
		r.Spark[player] = s.values()
	}
	for _, what := range []string{"settings", "journal", "lock", "checkpoints", "samples", "tags"} {
		if err := e.errs[what]; err != nil {
			r.Errors = append(r.Errors, withHint(err))
		}
	}
	r.Errors = append(r.Errors, e.journal.notes()...)
	return r
}

// state returns the state of the run.
func (e *entry) state() State {
	s, last := e.settings, e.last
	done := s.steps > 0 && last.Step >= s.steps || s.steps == 0 && s.kimg > 0 && last.Kimg >= s.kimg ||
		s.patience > 0 && e.search != nil && e.search.Best.Since >= s.patience
	switch {
	case e.held:
		return Training
	case e.errs["settings"] != nil:
		return Unreadable
	case e.diverged >= last.Step && e.diverged >= 0:
		return Diverged
	case done:
		return Finished
	case e.holder.PID != 0:
		return Crashed
	}
	return Interrupted
}

// readFile reads a file of at most limit bytes within root.
func readFile(root *os.Root, name string, limit int64) ([]byte, error) {
	file, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a file", name)
	case info.Size() > limit:
		return nil, fmt.Errorf("%s has %d bytes, want at most %d", name, info.Size(), limit)
	}
	text := make([]byte, info.Size())
	n, err := file.ReadAt(text, 0)
	if n == len(text) {
		err = nil
	}
	return text[:n], ignoreEnd(err) // a file that became shorter is read up to its end
}

// readNames returns the sorted names in a folder within root. There are none if it does
// not exist.
func readNames(root *os.Root, name string) ([]string, error) {
	folder, err := root.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	names, err := folder.Readdirnames(-1)
	slices.Sort(names)
	return names, err
}
