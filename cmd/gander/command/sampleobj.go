package command

import (
	"context"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/gander-ml/gander/mesh"
	"github.com/gander-ml/gander/run"
)

// writeSurfaces writes the surfaces of volumes, each as an object, next to each other in
// about a square.
func writeSurfaces(ctx context.Context, w io.Writer, s *run.Samples, text map[string]string) error {
	var comments []string
	for _, key := range slices.Sorted(maps.Keys(text)) {
		comments = append(comments, key+" "+text[key])
	}
	shape, size := [3]int(s.Field.Shape[1:]), s.Field.Size()
	columns := int(math.Ceil(math.Sqrt(float64(s.N))))
	digits := max(4, len(strconv.Itoa(s.N-1)))
	file := mesh.NewOBJ(w, comments...)
	for i := range s.N {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		surface, err := mesh.Surface(s.Values[i*size:(i+1)*size], shape, s.Level(), float32(s.Scale.Lo))
		if err != nil {
			return fmt.Errorf("the surface of sample %d: %w", i, err)
		}
		apart := func(sides, at int) float32 { return 1.25 * float32(sides*at) }
		surface.Move(apart(shape[0], i%columns), apart(shape[1], i/columns), 0)
		if err := file.Write(fmt.Sprintf("sample-%0*d", digits, i), surface); err != nil {
			return err
		}
	}
	return file.Flush()
}
