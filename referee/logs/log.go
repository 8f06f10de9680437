package logs

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/internal/words"
	"github.com/gander-ml/gander/referee"
)

// Options tell what a reader cannot know or guesses wrongly. The zero value leaves
// everything to be guessed.
type Options struct {
	Columns map[string]string // the meaning of a column by its name; see [Meanings]
	Family  referee.Family
	Heads   referee.Heads
}

// A Log is what a file contains.
type Log struct {
	Format  string // "CSV", "JSON lines", "JSON", "printed lines", "TensorBoard events"
	Columns []Column
	Rows    int // in the file; History has fewer of a long one
	Notes   []string
	History *referee.History
}

// Read reads the log at path. The format is recognised from the content. path can be a folder
// with event files of TensorBoard, or with one log of another format. Errors name the file, and
// its line or byte. If ctx ends, also while a pipe gives nothing, the error is that of ctx.
func Read(ctx context.Context, path string, o Options) (*Log, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return readFolder(ctx, path, o)
	}
	return readFile(ctx, path, o)
}

// readFile reads the log in a file.
func readFile(ctx context.Context, path string, o Options) (*Log, error) {
	file, err := open(ctx, path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	l, err := Parse(ctx, file, o)
	return l, within(path, err)
}

// within adds a path to an error that has none.
func within(path string, err error) error {
	var e *os.PathError
	if err == nil || errors.As(err, &e) {
		return err
	}
	return fmt.Errorf("%s: %w", path, err)
}

// What a user can give.
const (
	wanted  = "a log with a loss of D and of G in each row"
	formats = "a CSV or JSON file, the printed lines of a program, or event files of TensorBoard"
)

// Parse reads a log. The format is recognised from its first bytes. A log that is compressed with
// gzip, or a text in UTF-16 with a byte order mark, is read too. If ctx ends, the error is that of
// ctx; a Read of r that does not return then goes on, and its result is lost.
func Parse(ctx context.Context, r io.Reader, o Options) (*Log, error) {
	buffered, head, err := decoded(&contextReader{ctx: ctx, r: r})
	if err != nil {
		return nil, err
	}
	switch text := bytes.TrimSpace(head); {
	case len(text) == 0:
		return nil, hint.Add(errors.New("it is empty"), "give %s", wanted)
	case isEvents(head):
		return parseEvents([]*eventReader{{r: buffered}}, o)
	case isWhole(text) && !bytes.HasPrefix(text, []byte("{'")):
		return parseWhole(ctx, buffered, o)
	case text[0] == '{' && !bytes.HasPrefix(text, []byte("{'")): // {' begins what Python prints of a dict
		return parseLines(buffered, o)
	case isPrinted(text, o):
		return parsePrinted(buffered, o)
	}
	return parseCSV(buffered, o)
}

// A builder makes a history from rows of numbers.
type builder struct {
	log     *Log
	rows    thinner
	options Options

	last       position
	unsorted   int
	repeated   int
	unplaced   int  // rows without a usable epoch, batch or step
	epochs     bool // there is an epoch column
	batches    bool // there is a batch column
	steps      bool // there is a step column
	mostBatch  int64
	resets     bool     // batch numbers begin again
	asBatch    bool     // the step column counts within an epoch, or the epoch column adds nothing to it
	passes     int64    // without an epoch column: how often the batch numbers have begun again
	start      position // of the first row of this training
	trainings  int      // in the file, one after the other
	before     int      // rows of the trainings before the last
	wassers    bool
	ofAverages bool
}

// fewRows is the number of rows in order after which a row at the beginning again is another
// training, and no disorder.
const fewRows = 10

// A position is a place in the training.
type position struct{ epoch, batch, step int64 }

func newBuilder(format string, names []string, o Options) (*builder, error) {
	columns, err := columnsOf(names, o.Columns)
	if err != nil {
		return nil, err
	}
	b := &builder{log: &Log{Format: format, Columns: columns}, options: o, last: position{-1 << 62, -1 << 62, -1 << 62}}
	for _, c := range columns {
		switch c.Meaning {
		case epochColumn:
			b.epochs = true
		case batchColumn:
			b.batches = true
		case stepColumn:
			b.steps = true
		case referee.LossD, referee.LossG:
			b.wassers = b.wassers || namesWasserstein(c.Name)
			b.ofAverages = b.ofAverages || averaged(c.Name)
		}
	}
	b.asBatch = b.steps && b.epochs && !b.batches
	if b.asBatch { // joinBatches finds whether it begins again in each epoch
		b.steps, b.batches = false, true
	}
	return b, nil
}

// add adds a row. values has the numbers of the columns that have one, by meaning.
func (b *builder) add(values map[string]float64) {
	p, placed := b.place(values)
	if len(values) == 0 {
		return // a row without numbers, as of another part of the program
	}
	if b.log.Rows == 0 {
		b.start, b.trainings = p, 1
	} else if placed && b.beginsAgain(p) {
		b.restart(p)
	}
	if !placed {
		b.unplaced++
	} else if b.log.Rows > b.before {
		b.compare(p)
	}
	b.last = p
	b.mostBatch = max(b.mostBatch, p.batch)
	r := referee.Row{Step: int64(b.log.Rows), Values: values}
	switch {
	case b.steps:
		r.Step = p.step
	case b.epochs && b.batches: // joined when the number of batches is known
		r.Step, r.Label = p.epoch<<32|p.batch, "epoch "+strconv.FormatInt(p.epoch, 10)+", batch "+strconv.FormatInt(p.batch, 10)
	case b.batches:
		r.Step = p.epoch<<32 | p.batch
	case b.epochs:
		r.Step, r.Label = p.epoch, "epoch "+strconv.FormatInt(p.epoch, 10)
	default:
		r.Label = "row " + strconv.Itoa(b.log.Rows+1)
	}
	b.log.Rows++
	b.rows.add(r)
}

// place removes the position of a row from its values and returns it. A part that is missing,
// not finite, beyond 1e15, or beyond 32 bits within an epoch is that of the row before, and then
// placed is false.
func (b *builder) place(values map[string]float64) (p position, placed bool) {
	if b.log.Rows > 0 {
		p = b.last
	}
	placed = true
	for _, part := range []struct {
		exists bool
		name   string
		value  *int64
	}{{b.epochs, epochColumn, &p.epoch}, {b.batches, batchColumn, &p.batch}, {b.steps, stepColumn, &p.step}} {
		v, ok := values[part.name]
		delete(values, part.name)
		if part.name == batchColumn && b.asBatch {
			v, ok = values[stepColumn]
			delete(values, stepColumn)
		}
		switch {
		case !part.exists:
			*part.value = 0
		case !ok || !(math.Abs(v) <= 1e15) || part.name == batchColumn && b.epochs && !(v >= 0 && v < 1<<32):
			placed = false
		default:
			*part.value = int64(v)
		}
	}
	if b.batches && !b.epochs && !b.steps {
		if placed && b.log.Rows > 0 && p.batch < b.last.batch {
			b.passes++
		}
		p.epoch = b.passes
	}
	return p, placed
}

// beginsAgain reports whether a row is the first of another training: programs append to the
// log of the one before.
func (b *builder) beginsAgain(p position) bool {
	rows := b.log.Rows - b.before
	if !b.steps && !b.epochs || rows < fewRows || b.unsorted*fewRows > rows {
		return false
	}
	firstEpoch := b.epochs && p.epoch <= b.start.epoch && b.last.epoch > b.start.epoch+1
	return b.order(p, b.last) < 0 && (firstEpoch || b.order(p, b.start) <= 0)
}

// restart forgets the rows of the trainings before.
func (b *builder) restart(p position) {
	b.trainings++
	b.before, b.start, b.rows = b.log.Rows, p, thinner{}
	b.repeated, b.unplaced, b.unsorted, b.mostBatch, b.resets = 0, 0, 0, 0, false
}

// order compares two places.
func (b *builder) order(p, q position) int {
	if b.steps {
		return cmp.Compare(p.step, q.step)
	}
	return cmp.Or(cmp.Compare(p.epoch, q.epoch), cmp.Compare(p.batch, q.batch))
}

// compare counts rows that are not after the row before.
func (b *builder) compare(p position) {
	b.resets = b.resets || p.batch < b.last.batch
	order := b.order(p, b.last)
	switch {
	case !b.steps && !b.epochs && !b.batches:
	case order == 0:
		b.repeated++
	case order < 0:
		b.unsorted++
	}
}

// finish returns the log.
func (b *builder) finish() (*Log, error) {
	l := b.log
	if l.Rows == 0 {
		return nil, hint.Add(errors.New("it has no row with a number"), "give %s", wanted)
	}
	h := &referee.History{Rows: b.rows.rows(), Family: b.options.Family, Heads: b.options.Heads, Steps: b.steps || b.batches}
	h.Averaged = b.ofAverages || b.epochs && !b.batches && !b.steps
	if h.Family == "" && b.wassers {
		h.Family = referee.Wasserstein
		l.Notes = append(l.Notes, "the name of a column says critic or Wasserstein, so the losses are read as those of a Wasserstein GAN")
	}
	if b.batches && !b.steps {
		b.joinBatches(h)
	}
	if b.trainings > 1 {
		l.Notes = append(l.Notes, fmt.Sprintf("the file has %d trainings one after the other: the last is read, from row %d on", b.trainings, b.before+1))
	}
	if n := l.Rows - b.before; len(h.Rows) < n {
		l.Notes = append(l.Notes, fmt.Sprintf("of %d rows, %d are read closely: the first, the last, and some between", n, len(h.Rows)))
	}
	if b.repeated > 0 {
		l.Notes = append(l.Notes, words.Count(b.repeated, "row has", "rows have")+" the step of the row before")
	}
	if b.unplaced > 0 {
		l.Notes = append(l.Notes, words.Count(b.unplaced, "row has", "rows have")+" no finite step, epoch or batch, so that of the row before is used")
	}
	if b.unsorted > 0 {
		l.Notes = append(l.Notes, words.Count(b.unsorted, "row is", "rows are")+" earlier than the row above, so the rows are sorted by step")
		slices.SortStableFunc(h.Rows, func(a, c referee.Row) int { return cmp.Compare(a.Step, c.Step) })
	}
	l.History = h
	return l, nil
}

// joinBatches computes the steps of rows with an epoch and a batch. If the batches begin again
// in each epoch, their number follows from the largest one.
func (b *builder) joinBatches(h *referee.History) {
	perEpoch := b.mostBatch + 1
	for i := range h.Rows {
		r := &h.Rows[i]
		epoch, batch := r.Step>>32, r.Step&(1<<32-1)
		if r.Step = batch; b.resets {
			r.Step = epoch*perEpoch + batch
		} else if b.asBatch { // the steps of the whole training
			r.Label = ""
		}
	}
}
