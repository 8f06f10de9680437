package report

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"

	"github.com/gander-ml/gander/run"
)

// Limits of the pictures of samples on a page.
const (
	mostFrames  = 60
	mostBytes   = 8 << 20 // of the files of all frames
	mostPicture = 4 << 20 // of the file of one picture
)

// A timeline is the samples of a run over time.
type timeline struct {
	Frames  []embedded
	Thinned string // the numbers of pictures shown and of all; "": all are shown
	Reals   *embedded
	Unread  []string // errors of the pictures that are not shown
}

// LastIndex returns the position of the newest frame.
func (t timeline) LastIndex() int { return len(t.Frames) - 1 }

// LastLabel returns the label of the newest frame.
func (t timeline) LastLabel() string { return t.Frames[t.LastIndex()].Label }

// A sampleFile is a picture of samples in the run's folder.
type sampleFile struct {
	step  int64
	path  string
	bytes int64
}

var stepPicture = regexp.MustCompile(`^step-([0-9]{8,})\.png$`)

// readTimeline reads the pictures of a run. The records give the kimg of each step.
func readTimeline(f run.Folder, records []run.Record) (timeline, error) {
	files, err := listSamples(f.SampleFolder())
	if err != nil {
		return timeline{}, err
	}
	kimg := map[int64]float64{0: 0}
	for _, r := range records {
		kimg[r.Step] = r.Kimg
	}
	var t timeline
	few := thin(files)
	if len(few) < len(files) {
		t.Thinned = fmt.Sprintf("%d of %d pictures are shown, at equal distances.", len(few), len(files))
	}
	for _, m := range few {
		label := fmt.Sprintf("step %d", m.step)
		if k, ok := kimg[m.step]; ok {
			label += fmt.Sprintf(", %s kimg", number(k))
		}
		e, err := embedFile(m.path, label)
		if err != nil {
			t.Unread = append(t.Unread, err.Error())
			continue
		}
		t.Frames = append(t.Frames, e)
	}
	if len(t.Frames) > 0 {
		t.Frames[t.LastIndex()].Last = true
	}
	switch reals, err := embedFile(filepath.Join(f.SampleFolder(), "reals.png"), "real examples"); {
	case err == nil:
		t.Reals = &reals
	case !errors.Is(err, fs.ErrNotExist):
		t.Unread = append(t.Unread, err.Error())
	}
	return t, nil
}

// listSamples returns the pictures of samples in order of their steps.
func listSamples(folder string) ([]sampleFile, error) {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var files []sampleFile
	for _, e := range entries {
		m := sampleFile{path: filepath.Join(folder, e.Name())}
		if parts := stepPicture.FindStringSubmatch(e.Name()); parts != nil {
			if m.step, err = strconv.ParseInt(parts[1], 10, 64); err != nil {
				continue // not a step
			}
		} else if e.Name() != "init.png" {
			continue
		}
		info, err := e.Info()
		if err != nil {
			return nil, err
		}
		m.bytes = info.Size()
		files = append(files, m)
	}
	slices.SortStableFunc(files, func(a, b sampleFile) int { return int(min(max(a.step-b.step, -1), 1)) })
	return files, nil
}

// thin returns the pictures for a page, at equal distances and with the first and the last.
func thin(files []sampleFile) []sampleFile {
	for most := min(len(files), mostFrames); most > 1; most = most * 9 / 10 {
		var few []sampleFile
		bytes := int64(0)
		for i := range most {
			m := files[i*(len(files)-1)/(most-1)]
			few = append(few, m)
			bytes += min(m.bytes, mostPicture)
		}
		if bytes <= mostBytes {
			return few
		}
	}
	return files[max(0, len(files)-1):]
}
