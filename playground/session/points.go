package session

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/gander-ml/gander/hint"
)

// The number of own points. More than the greatest number would be slow to draw.
const (
	minPoints = 2
	maxPoints = 5000
)

// ReadPoints reads points of the plane from CSV text: two numbers in each line, separated
// by commas, semicolons or tabs. The first line may be a header, which has no number. The points are moved and
// scaled, equally along both axes, so that they fill the view. Fewer than 2 and more than
// 5000 points are errors, and so are lines with other contents.
func ReadPoints(text string) ([][2]float64, error) {
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	r.Comma, r.TrimLeadingSpace, r.FieldsPerRecord = separator(text), true, -1
	var points [][2]float64
	for first := true; ; first = false {
		record, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, hint.Add(fmt.Errorf("the points: %w", err), "give two numbers in each line, as 0.5,-0.25")
		}
		line, _ := r.FieldPos(0)
		p, err := pointOf(record)
		if err != nil && !(first && isHeader(record)) {
			return nil, hint.Add(fmt.Errorf("line %d of the points: %w", line, err), "give two numbers in each line, as 0.5,-0.25")
		}
		if err == nil {
			points = append(points, p)
		}
		if len(points) > maxPoints {
			return nil, hint.Add(fmt.Errorf("more than %d points", maxPoints), "give a part of them")
		}
	}
	if err := checkPoints(points); err != nil {
		return nil, err
	}
	return fit(points), nil
}

// separator returns the separator of the first line.
func separator(text string) rune {
	line, _, _ := strings.Cut(strings.TrimLeft(text, "\r\n"), "\n")
	for _, c := range ",;\t" {
		if strings.ContainsRune(line, c) {
			return c
		}
	}
	return ','
}

// isHeader reports whether a line has text and no number. NaN is a number.
func isHeader(record []string) bool {
	return !slices.ContainsFunc(record, func(field string) bool {
		_, err := strconv.ParseFloat(strings.TrimSpace(field), 64)
		return err == nil || errors.Is(err, strconv.ErrRange)
	})
}

// finite32 reports whether v is a finite number of float32, in which sessions compute.
func finite32(v float64) bool { return math.Abs(v) <= math.MaxFloat32 }

func pointOf(record []string) (p [2]float64, err error) {
	if len(record) != 2 {
		return p, fmt.Errorf("%d columns, want 2", len(record))
	}
	for k, field := range record {
		if p[k], err = strconv.ParseFloat(strings.TrimSpace(field), 64); err != nil || !finite32(p[k]) {
			return p, fmt.Errorf("%q is not a finite number", field)
		}
	}
	return p, nil
}

// checkPoints returns an error unless points can be the data of a session.
func checkPoints(points [][2]float64) error {
	if n := len(points); n < minPoints || n > maxPoints {
		return hint.Add(fmt.Errorf("%d points of your own, want %d to %d", n, minPoints, maxPoints), "draw in the plane, or give a CSV file")
	}
	for i, p := range points {
		if !finite32(p[0]) || !finite32(p[1]) {
			return hint.Add(fmt.Errorf("point %d of your own is not finite in float32", i+1), "remove it")
		}
	}
	return nil
}

// fit moves the middle of the points to the origin and scales their larger extent to [-1, 1].
func fit(points [][2]float64) [][2]float64 {
	lo, hi := points[0], points[0]
	for _, p := range points {
		for k, v := range p {
			lo[k], hi[k] = min(lo[k], v), max(hi[k], v)
		}
	}
	half := max(hi[0]-lo[0], hi[1]-lo[1]) / 2
	if half == 0 {
		half = 1
	}
	fitted := make([][2]float64, len(points))
	for i, p := range points {
		for k, v := range p {
			fitted[i][k] = (v - (lo[k]+hi[k])/2) / half
		}
	}
	return fitted
}
