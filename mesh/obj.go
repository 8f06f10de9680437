package mesh

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// An OBJ writes meshes to a Wavefront OBJ file, each as an object with a name. The y axis
// of the format is upwards, that of a [Mesh] is the z axis: the point (x, y, z) is written
// as (x, z, -y). Call Flush at the end.
type OBJ struct {
	w       *bufio.Writer
	written int // points
}

// NewOBJ returns an OBJ that writes to w. The file begins with the comments, a line each.
func NewOBJ(w io.Writer, comments ...string) *OBJ {
	o := &OBJ{w: bufio.NewWriter(w)}
	for _, c := range comments {
		fmt.Fprintf(o.w, "# %s\n", strings.ReplaceAll(c, "\n", " "))
	}
	return o
}

// Write writes a mesh. The name must not contain blanks.
func (o *OBJ) Write(name string, m *Mesh) error {
	fmt.Fprintf(o.w, "o %s\n", name)
	line := make([]byte, 0, 64)
	for _, p := range m.Points {
		line = append(line[:0], 'v')
		for _, v := range [3]float32{p[0], p[2], -p[1]} {
			line = strconv.AppendFloat(append(line, ' '), float64(v+0), 'g', -1, 32) // v+0 is 0 if v is -0
		}
		o.w.Write(append(line, '\n'))
	}
	for _, t := range m.Triangles {
		line = append(line[:0], 'f')
		for _, i := range t {
			line = strconv.AppendInt(append(line, ' '), int64(o.written)+int64(i)+1, 10)
		}
		if _, err := o.w.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	o.written += len(m.Points)
	return nil
}

// Flush writes the buffered lines. It returns the first error of all writes.
func (o *OBJ) Flush() error { return o.w.Flush() }
