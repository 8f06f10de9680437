package load

import (
	"fmt"
	"image"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/gander-ml/gander/data"
)

// BenchmarkReadPictures reads 5000 JPEG pictures of 32x32 from a folder, one and
// two at a time.
func BenchmarkReadPictures(b *testing.B) {
	dir := b.TempDir()
	const n = 5000
	for i := range n {
		img := image.NewRGBA(image.Rect(0, 0, 32, 32))
		for p := range img.Pix {
			img.Pix[p] = byte(p*i>>6 + rand.IntN(30))
		}
		putPicture(b, img, filepath.Join(dir, fmt.Sprintf("%d/%04d.jpg", i%10, i)))
	}
	for _, threads := range []int{1, 2} {
		b.Run(fmt.Sprintf("threads=%d", threads), func(b *testing.B) {
			for b.Loop() {
				if _, err := New(dir, 1, Options{Threads: threads}).Open(b.Context(), data.Train); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "pictures/s")
		})
	}
}
