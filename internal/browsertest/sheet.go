package browsertest

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
)

const (
	blockSide = 16 // pixels of the page that become one pixel of a small picture
	sheetGap  = 2  // pixels between the small pictures of a sheet

	// tolerance is how much the grey of a block may differ from the greys of the same block
	// and its eight neighbours in the other picture. Other words and other fonts differ
	// less; a surface or a picture at another place differs more.
	tolerance = 24
)

// MostShare is the largest share of the blocks of a picture that may differ.
const MostShare = .03

// A Sheet is the small grey pictures of a view at all widths, in the light theme and then in
// the dark.
type Sheet []Small

// A Small is a picture of a page in which each pixel is the mean grey of 16 x 16 pixels.
type Small struct {
	Name string // such as table-360-dark
	*image.Gray
}

// shrink makes a small picture.
func shrink(name string, page image.Image) Small {
	b := page.Bounds()
	grey := image.NewGray(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(grey, grey.Rect, page, b.Min, draw.Src)
	small := image.NewGray(image.Rect(0, 0, (b.Dx()+blockSide-1)/blockSide, (b.Dy()+blockSide-1)/blockSide))
	for y := range small.Rect.Dy() {
		for x := range small.Rect.Dx() {
			block := image.Rect(x*blockSide, y*blockSide, (x+1)*blockSide, (y+1)*blockSide).Intersect(grey.Rect)
			sum := 0
			for row := block.Min.Y; row < block.Max.Y; row++ {
				for _, v := range grey.Pix[grey.PixOffset(block.Min.X, row):grey.PixOffset(block.Max.X, row)] {
					sum += int(v)
				}
			}
			small.SetGray(x, y, color.Gray{Y: uint8(sum / (block.Dx() * block.Dy()))})
		}
	}
	return Small{name, small}
}

// Differs returns the share of blocks that differ between two small pictures of one size. A
// block differs if its grey is further than the tolerance from all greys of the block and its
// neighbours in the other picture, so that parts may move by 16 pixels. The result is 1 if
// the sizes differ.
func (s Small) Differs(other Small) float64 {
	if s.Rect.Size() != other.Rect.Size() {
		return 1
	}
	n := 0
	for y := range s.Rect.Dy() {
		for x := range s.Rect.Dx() {
			if s.away(other, x, y) > tolerance || other.away(s, x, y) > tolerance {
				n++
			}
		}
	}
	return float64(n) / float64(s.Rect.Dx()*s.Rect.Dy())
}

// away returns the distance of the grey at (x, y) from the greys around this place in other.
func (s Small) away(other Small, x, y int) int {
	low, high := 255, 0
	around := image.Rect(x-1, y-1, x+2, y+2).Intersect(other.Rect)
	for row := around.Min.Y; row < around.Max.Y; row++ {
		for _, v := range other.Pix[other.PixOffset(around.Min.X, row):other.PixOffset(around.Max.X, row)] {
			low, high = min(low, int(v)), max(high, int(v))
		}
	}
	v := int(s.GrayAt(x, y).Y)
	return max(low-v, v-high, 0)
}

// Compare returns for each picture of a sheet its difference from the one in the file of a
// view, testdata/looks/VIEW.png.
func (s Sheet) Compare(view string) ([]float64, error) {
	want, err := s.read(lookFile(view))
	if err != nil {
		return nil, err
	}
	shares := make([]float64, len(s))
	for i, small := range s {
		shares[i] = small.Differs(want[i])
	}
	return shares, nil
}

// textWidth returns the width of a line of text in the font of the page. In another font lines
// break at other words, and so the parts of a narrow page have other places.
const textWidth = `(() => {
	const c = new OffscreenCanvas(1, 1).getContext("2d");
	c.font = "16px " + getComputedStyle(document.body).fontFamily;
	return Math.round(c.measureText("Gander trains, measures and shows generative adversarial networks").width);
})()`

// lookWidth is this width in DejaVu Sans, the font of the files in testdata/looks.
const lookWidth = "552"

func lookFile(view string) string { return filepath.Join("testdata", "looks", view+".png") }

// compare fails the test if the pictures of a view differ too much from those of the file. It
// compares nothing if the machine has not the font of the file, and notes this in the log.
func (p *Tab) compare(view string, sheet Sheet) {
	p.Helper()
	if width := p.JS(textWidth); width != lookWidth {
		p.Logf("%s: the looks are not compared: the text of a page has another font than in testdata/looks, which is DejaVu Sans. A line of text is %s pixels wide, want %s.", view, width, lookWidth)
		return
	}
	if *update {
		if err := sheet.write(lookFile(view)); err != nil {
			p.Fatal(err)
		}
		return
	}
	shares, err := sheet.Compare(view)
	if err != nil {
		p.Fatal(err)
	}
	for i, share := range shares {
		if share > MostShare {
			p.Errorf("%s: %.1f%% of the page looks other than in %s, want at most %.0f%%.\n"+
				"Look at it with the flag -shots DIR. If it is as it should be, write the file again with -update.", sheet[i].Name, 100*share, lookFile(view), 100*MostShare)
		}
	}
}

// places returns where the small pictures are in the picture of the sheet, and its size.
func (s Sheet) places() (places []image.Rectangle, size image.Point) {
	x, y := 0, 0
	for i, small := range s {
		if i == len(s)/2 {
			x, y = 0, size.Y+sheetGap
		}
		place := image.Rectangle{Max: small.Rect.Size()}.Add(image.Pt(x, y))
		places = append(places, place)
		size = image.Pt(max(size.X, place.Max.X), max(size.Y, place.Max.Y))
		x = place.Max.X + sheetGap
	}
	return places, size
}

func (s Sheet) write(path string) error {
	places, size := s.places()
	whole := image.NewGray(image.Rectangle{Max: size})
	for i, place := range places {
		draw.Draw(whole, place, s[i], image.Point{}, draw.Src)
	}
	var file bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&file, whole); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	return os.WriteFile(path, file.Bytes(), 0o666)
}

// read returns the pictures of a file that has the arrangement of s.
func (s Sheet) read(path string) (Sheet, error) {
	file, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%w; the flag -update writes it", err)
	}
	whole, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	places, size := s.places()
	if whole.Bounds().Size() != size {
		return nil, fmt.Errorf("%s: %v pixels, want %v; the flag -update writes it again", path, whole.Bounds().Size(), size)
	}
	var all Sheet
	for i, place := range places {
		small := image.NewGray(s[i].Rect)
		draw.Draw(small, small.Rect, whole, place.Min, draw.Src)
		all = append(all, Small{s[i].Name, small})
	}
	return all, nil
}
