package format

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// pillowWriter saves a picture of 23x17 with a gradient and sharp edges in many kinds
// of files, and next to each NAME as NAME.rgba what Pillow reads from it: red, green,
// blue and alpha, turned as Exif tells. It prints a line for each: name, height, width,
// and how far values may differ, more than 0 where libraries round in their own ways.
const pillowWriter = `
import sys
import numpy as np
from PIL import Image, ImageOps
dir = sys.argv[1]
h, w = 17, 23
y, x = np.mgrid[0:h, 0:w]
rgb = np.stack([x * 11, y * 15, (x + y) * 6], -1).astype(np.uint8)
rgb[4:9, 5:12] = (250, 20, 60)
alpha = ((x * 9 + y * 3) % 256).astype(np.uint8)
colour = Image.fromarray(rgb)
grey = colour.convert("L")
clear = Image.fromarray(np.dstack([rgb, alpha]))
greyclear = Image.merge("LA", [grey, Image.fromarray(alpha)])
opaque = Image.fromarray(np.dstack([rgb, np.full_like(alpha, 255)]))
greyopaque = Image.merge("LA", [grey, Image.fromarray(np.full_like(alpha, 255))])
palette = colour.quantize(32)
bits = grey.convert("1")
deep = Image.fromarray((rgb[..., 0].astype(np.uint16) * 257 + 3))

def done(name, tolerance, image=None):
    if image is None:
        image = Image.open(dir + "/" + name)
        image.load() # turns TIFF
        image = (image if image.format == "TIFF" else ImageOps.exif_transpose(image)).convert("RGBA")
    open(dir + "/" + name + ".rgba", "wb").write(image.tobytes())
    print(name, image.height, image.width, tolerance)

def save(name, image, tolerance=0, **options):
    image.save(dir + "/" + name, **options)
    done(name, tolerance)

def exif(n):
    e = Image.Exif()
    e[0x0112] = n
    return e.tobytes()

for name, image in dict(rgb=colour, grey=grey, rgba=clear, la=greyclear, rgba_opaque=opaque, la_opaque=greyopaque, palette=palette, bits=bits).items():
    save(name + ".png", image)
save("palette_clear.png", palette, transparency=3)
save("turned.png", colour, exif=exif(6))
deep.save(dir + "/deep.png")
done("deep.png", 0, Image.fromarray(rgb[..., 0]).convert("RGBA"))
for name, image in dict(rgb=colour, grey=grey).items():
    for sub in range(3):
        for progressive in (False, True):
            save("%s_%d_%d.jpg" % (name, sub, progressive), image, 4, quality=92, subsampling=sub, progressive=progressive)
for n in range(1, 9):
    save("turned_%d.jpg" % n, colour, 4, quality=92, subsampling=0, exif=exif(n))
save("cmyk.jpg", colour.convert("CMYK"), 4, quality=95)
save("palette.gif", palette)
save("grey.gif", grey)
save("clear.gif", palette, transparency=3)
save("moving.gif", palette, save_all=True, append_images=[colour.rotate(90).quantize(32)])
for name, image in dict(rgb=colour, grey=grey, palette=palette, bits=bits).items():
    save(name + ".bmp", image)
for compression in (None, "tiff_lzw", "tiff_adobe_deflate", "packbits"):
    for name, image in dict(rgb=colour, grey=grey, rgba=clear, palette=palette).items():
        save("%s_%s.tif" % (name, compression), image, compression=compression)
save("bits.tif", bits)
save("fax.tif", bits, compression="group4")
save("turned.tif", colour, tiffinfo={0x0112: 8})
deep.save(dir + "/deep.tif")
done("deep.tif", 0, Image.fromarray(rgb[..., 0]).convert("RGBA"))
save("lossless.webp", colour, lossless=True)
save("lossless_clear.webp", clear, lossless=True, exact=True)
save("lossy.webp", colour, 3, quality=80)
save("lossy_clear.webp", clear, 3, quality=80, exact=True)
save("turned.webp", colour, lossless=True, exif=exif(5))
save("rgb.ppm", colour)
save("grey.pgm", grey)
save("bits.pbm", bits)
`

// TestPicturesOfPillow reads pictures that Pillow has written and compares with what it
// reads itself.
func TestPicturesOfPillow(t *testing.T) {
	pillow, dir := python(t, "PIL"), t.TempDir()
	out, err := exec.Command(pillow, "-W", "ignore", "-c", pillowWriter, dir).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) < 60 {
		t.Fatalf("%d pictures: %s", len(lines), out)
	}
	for _, line := range lines {
		var name string
		var height, width, tolerance int
		if _, err := fmt.Sscan(line, &name, &height, &width, &tolerance); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		comparePicture(t, filepath.Join(dir, name), height, width, tolerance)
	}
}

// comparePicture compares the file at path with the pixels in path.rgba.
func comparePicture(t *testing.T, path string, height, width, tolerance int) {
	t.Helper()
	name := filepath.Base(path)
	p, err := DecodePicture(bytes.NewReader(readTestFile(t, path)))
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if p.Height != height || p.Width != width {
		t.Errorf("%s is %dx%d, want %dx%d", name, p.Height, p.Width, height, width)
		return
	}
	channels := 3
	switch {
	case strings.HasPrefix(name, "grey"), strings.HasPrefix(name, "bits"), strings.HasPrefix(name, "deep"), strings.HasPrefix(name, "fax"), name == "la_opaque.png":
		channels = 1
	case strings.Contains(name, "clear"), strings.HasPrefix(name, "rgba_") && strings.HasSuffix(name, ".tif"), name == "rgba.png", name == "la.png":
		channels = 4
	}
	if p.Channels != channels {
		t.Errorf("%s has %d channels, want %d", name, p.Channels, channels)
	}
	if moving := strings.HasPrefix(name, "moving"); moving != slices.Contains(p.Warnings, several) {
		t.Errorf("%s: warnings %q", name, p.Warnings)
	}
	want, worst := readTestFile(t, path+".rgba"), 0
	got := Convert(p, 4, 255)
	for i := range height * width {
		if want[4*i+3] == 0 { // its colour is of no account
			want[4*i], want[4*i+1], want[4*i+2] = got.plane(0)[i], got.plane(1)[i], got.plane(2)[i]
		}
		for c := range 4 {
			d := int(got.plane(c)[i]) - int(want[4*i+c])
			worst = max(worst, d, -d)
		}
	}
	if worst > tolerance {
		t.Errorf("%s differs by %d, want at most %d", name, worst, tolerance)
	} else if testing.Verbose() && worst > 0 {
		t.Logf("%s differs by %d", name, worst)
	}
}

func readTestFile(t testing.TB, path string) []byte {
	t.Helper()
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return file
}
