package mesh

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden file anew")

// TestGoldenOBJ compares a file of two boxes and an empty object with the golden file.
func TestGoldenOBJ(t *testing.T) {
	box, err := Surface([]float32{1, 1}, [3]int{2, 1, 1}, .5, 0)
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	o := NewOBJ(&file, "two boxes")
	for i, m := range []*Mesh{box, {}, box} {
		if err := o.Write(fmt.Sprintf("sample-%04d", i), m); err != nil {
			t.Fatal(err)
		}
		box.Move(0, 2, 0)
	}
	if err := o.Flush(); err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "boxes.obj")
	if *update {
		if err := errors.Join(os.MkdirAll("testdata", 0o777), os.WriteFile(golden, file.Bytes(), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(file.Bytes(), want) {
		t.Errorf("the file is\n%s\nwant\n%s", file.Bytes(), want)
	}
}

// TestReadOBJ reads a written file as another program would, and compares the mesh.
func TestReadOBJ(t *testing.T) {
	shape := [3]int{12, 12, 12}
	m := surface(t, field(shape, func(x, y, z float64) float64 {
		return 4.5 - math.Sqrt((x-6)*(x-6)+(y-6)*(y-6)+2*(z-6)*(z-6))
	}), shape, 0, -9)
	var file bytes.Buffer
	o := NewOBJ(&file)
	for _, name := range []string{"first", "second"} {
		if err := o.Write(name, m); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.Flush(); err != nil {
		t.Fatal(err)
	}
	read := &Mesh{}
	for lines := bufio.NewScanner(&file); lines.Scan(); {
		var p [3]float32
		var f [3]int32
		text := lines.Text()
		switch {
		case strings.HasPrefix(text, "v "):
			if _, err := fmt.Sscanf(text, "v %g %g %g", &p[0], &p[1], &p[2]); err != nil {
				t.Fatal(err)
			}
			read.Points = append(read.Points, p)
		case strings.HasPrefix(text, "f "):
			if _, err := fmt.Sscanf(text, "f %d %d %d", &f[0], &f[1], &f[2]); err != nil {
				t.Fatal(err)
			}
			read.Triangles = append(read.Triangles, [3]int32{f[0] - 1, f[1] - 1, f[2] - 1})
		}
	}
	if !read.IsClosed() || read.Euler() != 4 {
		t.Errorf("two balls have the Euler characteristic %d", read.Euler())
	}
	wantNear(t, "the volume of both", read.Volume(), 2*m.Volume(), 1e-4)
	for _, p := range read.Points {
		if height := math.Abs(float64(p[1]) - 6); height > 4.5/math.Sqrt2 {
			t.Fatalf("the point %v is not on the flat ball: y is not upwards", p)
		}
	}
}
