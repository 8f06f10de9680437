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

// Bounds of what a page holds of the pictures of samples.
const (
	mostFrames  = 60
	mostBytes   = 8 << 20 // of all frames' files
	mostPicture = 4 << 20 // of the file of one picture
)

// A timeline is the samples of a run from its beginning on.
type timeline struct {
	Frames  []embedded
	Thinned string // says how many of how many are shown, if not all
	Reals   *embedded
	Unread  []string // what is wrong with pictures that are not shown
}

// LastIndex returns the position of the newest frame.
func (t timeline) LastIndex() int { return len(t.Frames) - 1 }

// LastLabel says what the newest frame shows.
func (t timeline) LastLabel() string { return t.Frames[t.LastIndex()].Label }

// A moment is a picture of samples in the run's folder.
type moment struct {
	step  int64
	path  string
	bytes int64
}

var stepPicture = regexp.MustCompile(`^step-([0-9]{8,})\.png$`)

// readTimeline reads the pictures of a run; records say when they were made.
func readTimeline(f run.Folder, records []run.Record) (timeline, error) {
	moments, err := listMoments(f.SampleFolder())
	if err != nil {
		return timeline{}, err
	}
	kimg := map[int64]float64{0: 0}
	for _, r := range records {
		kimg[r.Step] = r.Kimg
	}
	var t timeline
	few := thin(moments)
	if len(few) < len(moments) {
		t.Thinned = fmt.Sprintf("Shown are %d of %d pictures, evenly spread.", len(few), len(moments))
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

// listMoments returns the pictures of samples in order of their steps.
func listMoments(folder string) ([]moment, error) {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var moments []moment
	for _, e := range entries {
		m := moment{path: filepath.Join(folder, e.Name())}
		if parts := stepPicture.FindStringSubmatch(e.Name()); parts != nil {
			if m.step, err = strconv.ParseInt(parts[1], 10, 64); err != nil {
				continue // no step has such a number
			}
		} else if e.Name() != "init.png" {
			continue
		}
		info, err := e.Info()
		if err != nil {
			return nil, err
		}
		m.bytes = info.Size()
		moments = append(moments, m)
	}
	slices.SortStableFunc(moments, func(a, b moment) int { return int(min(max(a.step-b.step, -1), 1)) })
	return moments, nil
}

// thin returns as many moments as a page may hold, the first and the last among
// them, at equal distances.
func thin(moments []moment) []moment {
	for most := min(len(moments), mostFrames); most > 1; most = most * 9 / 10 {
		var few []moment
		bytes := int64(0)
		for i := range most {
			m := moments[i*(len(moments)-1)/(most-1)]
			few = append(few, m)
			bytes += min(m.bytes, mostPicture)
		}
		if bytes <= mostBytes {
			return few
		}
	}
	return moments[max(0, len(moments)-1):]
}
