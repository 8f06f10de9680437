package board

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"image"
	"io"
	"io/fs"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"golang.org/x/image/draw"

	"github.com/gander-ml/gander/picture"
	"github.com/gander-ml/gander/run"
)

// A runPage is what the page of a run shows besides its curves.
type runPage struct {
	Row         row          `json:"row"`
	Source      string       `json:"source"`
	Examples    string       `json:"examples"` // of the main dataset: "60000 of 1x28x28"
	Settings    []settingRow `json:"settings"`
	Outputs     []outputRow  `json:"outputs"` // that have pictures
	Reals       bool         `json:"reals"`   // there is a picture of real examples
	Checkpoints []int64      `json:"checkpoints"`
	Files       []fileRow    `json:"files"`
	Command     string       `json:"command"` // the command that resumes it
	Problem     string       `json:"problem,omitempty"`
}

// A settingRow is a setting and its default.
type settingRow struct {
	Key     string `json:"key"`
	Value   string `json:"value"`
	Default string `json:"default"`
	Doc     string `json:"doc"`
}

// An outputRow is the pictures of an output.
type outputRow struct {
	Folder string  `json:"folder"` // "" for the first output
	Frames []frame `json:"frames"`
}

// A fileRow is a file that can be downloaded.
type fileRow struct {
	Name string `json:"name"`
	What string `json:"what"`
	Size int64  `json:"size"`
}

// serveRun answers with a runPage.
func (b *Board) serveRun(w http.ResponseWriter, r *http.Request) error {
	e, err := b.runOf(r)
	if err != nil {
		return err
	}
	p := runPage{Settings: []settingRow{}, Outputs: []outputRow{}, Checkpoints: []int64{}, Files: []fileRow{}}
	b.scanning.Lock()
	p.Row = e.row
	b.scanning.Unlock()
	p.Row.Ours = b.trainers.owns(p.Row.PID)
	if c, err := readConfig(b.root, e.file("config.toml")); err != nil {
		p.Problem = withHint(err)
	} else {
		p.settings(c)
	}
	var problem error
	if p.Outputs, problem = b.outputsOf(e); problem != nil && p.Problem == "" {
		p.Problem = withHint(problem)
	}
	_, err = b.root.Lstat(e.file("samples", "reals.png"))
	p.Reals = err == nil
	kept, err := e.folder.Checkpoints().List()
	for _, k := range kept {
		p.Checkpoints = append(p.Checkpoints, k.Step)
	}
	p.Files = b.filesOf(e, kept)
	if err != nil && p.Problem == "" {
		p.Problem = withHint(err)
	}
	return writeJSON(w, p)
}

// settings fills in what the settings of a run say.
func (p *runPage) settings(c *run.Config) {
	p.Source = c.Recipe.Source
	if c.Data.Examples > 0 {
		p.Examples = fmt.Sprintf("%d of %v", c.Data.Examples, c.Data.Info().First())
	}
	usual := map[string]string{}
	for _, r := range run.NewConfig(c.Recipe).Table() {
		usual[r.Key] = r.Value
	}
	for _, r := range c.Table() {
		p.Settings = append(p.Settings, settingRow{r.Key, r.Value, usual[r.Key], r.Doc})
	}
}

// outputsOf lists the pictures of a run.
func (b *Board) outputsOf(e *entry) ([]outputRow, error) {
	folders := []string{""}
	entries, err := fs.ReadDir(b.root.FS(), e.file("samples"))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	for _, entry := range entries {
		if entry.IsDir() && isOutput(entry.Name()) {
			folders = append(folders, entry.Name())
		}
	}
	all := []outputRow{}
	for _, folder := range folders {
		frames, readErr := listFrames(b.root, e.file("samples", folder))
		err = errors.Join(err, readErr)
		err = errors.Join(err, b.caches.use(e.id, func(h *history) {
			for i, f := range frames {
				frames[i].Kimg = number(h.kimgOf(f.Step))
				if f.Name == "init" {
					frames[i].Kimg = 0
				}
			}
		}))
		if frames == nil {
			frames = []frame{}
		}
		all = append(all, outputRow{folder, frames})
	}
	return all, err
}

// downloads are the files of a run that can be downloaded, besides checkpoints.
var downloads = []fileRow{
	{Name: "report.html", What: "the report of the run, one file"},
	{Name: "config.toml", What: "all settings"},
	{Name: "journal.jsonl", What: "the journal: a line of JSON for each tick"},
}

func (b *Board) filesOf(e *entry, kept []run.CheckpointFile) []fileRow {
	all := []fileRow{}
	for _, f := range downloads {
		if info, err := b.root.Lstat(e.file(f.Name)); err == nil && info.Mode().IsRegular() {
			f.Size = info.Size()
			all = append(all, f)
		}
	}
	for _, k := range kept {
		name := filepath.Base(k.Path)
		if info, err := b.root.Lstat(e.file("checkpoints", name)); err == nil && info.Mode().IsRegular() {
			all = append(all, fileRow{name, fmt.Sprintf("checkpoint of step %d", k.Step), info.Size()})
		}
	}
	return all
}

// serveHistory answers with the charts of a run.
func (b *Board) serveHistory(w http.ResponseWriter, r *http.Request) error {
	e, err := b.runOf(r)
	if err != nil {
		return err
	}
	v := view{axis: r.URL.Query().Get("x"), from: math.Inf(-1), to: math.Inf(1)}
	if v.axis == "" {
		v.axis = "kimg"
	}
	if !slices.Contains([]string{"kimg", "step", "seconds"}, v.axis) {
		return badRequest(errors.New("x is kimg, step or seconds"))
	}
	for name, bound := range map[string]*float64{"from": &v.from, "to": &v.to} {
		if text := r.URL.Query().Get(name); text != "" {
			if *bound, err = strconv.ParseFloat(text, 64); err != nil || math.IsNaN(*bound) {
				return badRequest(errors.New(name + " is not a number"))
			}
		}
	}
	points, err := integer(r, "points", 600, 8, 4000)
	if err != nil {
		return err
	}
	v.points = int(points)
	answer := map[string]any{}
	err = b.caches.use(e.id, func(h *history) {
		answer["charts"] = h.charts(v)
		answer["first"], answer["last"] = h.extent(v.axis)
		answer["ticks"] = len(h.step)
		answer["notes"] = h.journal.notes()
		answer["findings"] = append([]finding{}, h.findings...)
	})
	if err != nil {
		return err
	}
	return writeJSON(w, answer)
}

// serveTable answers with the journal as CSV: a row for each tick, a column for each curve.
func (b *Board) serveTable(w http.ResponseWriter, r *http.Request) error {
	e, err := b.runOf(r)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	var failed error
	err = b.caches.use(e.id, func(h *history) { failed = h.writeCSV(&text) })
	if err = errors.Join(err, failed); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	attach(w, e.folder.Name()+".csv")
	text.WriteTo(w) // a client that is gone reads nothing
	return nil
}

// writeCSV writes all curves.
func (h *history) writeCSV(w io.Writer) error {
	names := h.names()
	out := csv.NewWriter(w)
	head := []string{"step", "kimg", "seconds"}
	for _, n := range names {
		head = append(head, n.chart+"/"+n.name)
	}
	if err := out.Write(head); err != nil {
		return err
	}
	at := make([]int, len(names)) // the next value of each curve
	for tick := range h.step {
		line := []string{strconv.FormatInt(h.step[tick], 10), formatNumber(h.kimg[tick]), formatNumber(h.seconds[tick])}
		for k, n := range names {
			c, cell := h.curves[n], ""
			for at[k] < len(c.at) && int(c.at[at[k]]) <= tick {
				cell = formatNumber(float64(c.y[at[k]]))
				at[k]++
			}
			line = append(line, cell)
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func formatNumber(v float64) string { return strconv.FormatFloat(v, 'g', 7, 64) }

// attach makes a browser store the answer as a file.
func attach(w http.ResponseWriter, name string) {
	w.Header().Set("Content-Disposition", "attachment; filename*=UTF-8''"+escapeName(name))
}

// escapeName encodes the name of a file for a header.
func escapeName(name string) string {
	var text []byte
	for i := range len(name) {
		c := name[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_' {
			text = append(text, c)
		} else {
			text = fmt.Appendf(text, "%%%02X", c)
		}
	}
	return string(text)
}

// servePicture answers with a picture of samples as it is in the folder.
func (b *Board) servePicture(w http.ResponseWriter, r *http.Request) error {
	e, err := b.runOf(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	file, err := openPicture(b.root, e.id, q.Get("output"), q.Get("name"))
	if err != nil {
		return badOrAbsent(err)
	}
	defer file.Close()
	if q.Has("download") {
		attach(w, e.folder.Name()+"-"+q.Get("name")+".png")
	}
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Cache-Control", "private, no-cache")
	info, err := file.Stat()
	if err != nil {
		return err
	}
	http.ServeContent(w, r, "", info.ModTime(), file)
	return nil
}

// badOrAbsent returns the error of a file that a request names.
func badOrAbsent(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("this file is not there any more: %w", fs.ErrNotExist)
	}
	return badRequest(err)
}

// thumbSide is the greatest side of a small picture in pixels.
const thumbSide = 160

// serveThumb answers with the newest picture of samples, made small.
func (b *Board) serveThumb(w http.ResponseWriter, r *http.Request) error {
	e, err := b.runOf(r)
	if err != nil {
		return err
	}
	b.scanning.Lock()
	name, version, images := e.thumb, e.row.Thumb, e.settings.images
	b.scanning.Unlock()
	if name == "" {
		return fmt.Errorf("run %s has no samples yet: %w", e.folder.Name(), fs.ErrNotExist)
	}
	file, err := openPicture(b.root, e.id, "", name)
	if err != nil {
		return badOrAbsent(err)
	}
	defer file.Close()
	m, err := decodePicture(file)
	if err != nil {
		return err
	}
	if r.URL.Query().Get("v") == version { // this address always means this picture
		w.Header().Set("Cache-Control", "private, max-age=86400, immutable")
	}
	if images {
		m = corner(m)
	}
	return writePicture(w, shrink(m, thumbSide))
}

// corner returns the upper left quarter of a grid: fewer samples that can be recognised.
func corner(m image.Image) image.Image {
	b := m.Bounds()
	part, ok := m.(interface {
		SubImage(image.Rectangle) image.Image
	})
	if !ok || min(b.Dx(), b.Dy()) < 2*thumbSide {
		return m
	}
	side := min(b.Dx(), b.Dy()) / 2
	return part.SubImage(image.Rect(b.Min.X, b.Min.Y, b.Min.X+side, b.Min.Y+side))
}

// shrink returns the picture with sides of at most side pixels.
func shrink(m image.Image, side int) image.Image {
	size := m.Bounds().Size()
	most := max(size.X, size.Y)
	if most <= side {
		return m
	}
	small := image.NewNRGBA(image.Rect(0, 0, max(1, size.X*side/most), max(1, size.Y*side/most)))
	draw.CatmullRom.Scale(small, small.Bounds(), m, m.Bounds(), draw.Src, nil)
	return small
}

// writePicture answers with a picture as PNG.
func writePicture(w http.ResponseWriter, m image.Image) error {
	var text bytes.Buffer
	if err := picture.EncodePNG(&text, m, nil); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "image/png")
	text.WriteTo(w) // a client that is gone reads nothing
	return nil
}

// serveFile answers with a file of the run as a download. It is never shown in the
// browser, because a page in the folder of a run may come from anyone.
func (b *Board) serveFile(w http.ResponseWriter, r *http.Request) error {
	e, err := b.runOf(r)
	if err != nil {
		return err
	}
	kept, err := e.folder.Checkpoints().List()
	if err != nil {
		return err
	}
	name := r.URL.Query().Get("name")
	files := b.filesOf(e, kept)
	i := slices.IndexFunc(files, func(f fileRow) bool { return f.Name == name })
	if i < 0 {
		return fmt.Errorf("run %s has no file %q: %w", e.folder.Name(), name, fs.ErrNotExist)
	}
	path := e.file(name)
	if i >= len(files)-len(kept) && filepath.Ext(name) == ".safetensors" {
		path = e.file("checkpoints", name)
	}
	file, err := b.root.Open(path)
	if err != nil {
		return badOrAbsent(err)
	}
	defer file.Close()
	w.Header().Set("Content-Type", "application/octet-stream")
	attach(w, e.folder.Name()+"-"+name)
	return copyWithin(w, file)
}

// copyWithin copies a file to an answer.
func copyWithin(w http.ResponseWriter, file *os.File) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Length", strconv.FormatInt(info.Size(), 10))
	w.Header().Set("Last-Modified", info.ModTime().UTC().Format(time.RFC1123))
	io.Copy(w, io.LimitReader(file, info.Size())) // a client that is gone reads nothing
	return nil
}
