package format

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

func TestDecodeNetpbm(t *testing.T) {
	pam := func(depth, maxval, pixels string) string {
		return "P7\n# made by hand\nWIDTH 2\nHEIGHT 1\nDEPTH " + depth + "\nMAXVAL " + maxval + "\nTUPLTYPE X\nENDHDR\n" + pixels
	}
	for name, c := range map[string]struct {
		file     string
		channels int
		planes   []byte // of 1x2 pixels
	}{
		"plain bits":                {"P1\n# black is 1\n2 1\n01\n", 1, []byte{255, 0}},
		"plain grey":                {"P2 2 1 15\n0 5\n", 1, []byte{0, 85}},
		"plain colours":             {"P3\n2 1\n255\n1 2 3\n4 5 # and\n6\n", 3, []byte{1, 4, 2, 5, 3, 6}},
		"bits":                      {"P4 2 1 \x40", 1, []byte{255, 0}},
		"grey":                      {"P5 2 1 255 \x07\x08", 1, []byte{7, 8}},
		"grey of 16 bits":           {"P5 2 1 65535 \x80\xff\x00\x7f", 1, []byte{128, 0}},
		"grey of 12 bits":           {"P5 2 1 4095 \x0f\xff\x08\x00", 1, []byte{255, 128}},
		"a value above the highest": {"P5 2 1 100 \xc8\x32", 1, []byte{255, 128}},
		"colours":                   {"P6\n2 1\n255\n\x01\x02\x03\x04\x05\x06", 3, []byte{1, 4, 2, 5, 3, 6}},
		"PAM, bits":                 {pam("1", "1", "\x00\x01"), 1, []byte{0, 255}},
		"PAM, grey and alpha":       {pam("2", "255", "\x01\xff\x02\x80"), 4, []byte{1, 2, 1, 2, 1, 2, 255, 128}},
		"PAM, opaque grey":          {pam("2", "255", "\x01\xff\x02\xff"), 1, []byte{1, 2}},
		"PAM, colours and alpha":    {pam("4", "255", "\x01\x02\x03\x00\x04\x05\x06\xff"), 4, []byte{1, 4, 2, 5, 3, 6, 0, 255}},
	} {
		p, err := DecodePicture(strings.NewReader(c.file))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want := &Picture{Channels: c.channels, Height: 1, Width: 2, Planes: c.planes, HasAlpha: strings.Contains(name, "alpha") || strings.Contains(name, "opaque")}
		if diff := cmp.Diff(want, p); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestNetpbmWarns(t *testing.T) {
	for file, want := range map[string]string{
		"P5 1 1 65535 \x0f\xff":       tooDark,
		"P5 1 1 255 aP5 1 1 255 b":    several,
		"P4 8 1 aP4 8 1 b":            several,
		"P6 1 1 65535 \x0f\xff234567": "",
	} {
		p, err := DecodePicture(strings.NewReader(file))
		if err != nil || slices.Contains(p.Warnings, want) != (want != "") {
			t.Errorf("%q: %+v, %v", file, p, err)
		}
	}
}

func TestBadNetpbm(t *testing.T) {
	for file, want := range map[string]string{
		"P5 ":                           "netpbm: it ends before the end of the picture (hint: download it again",
		"P5 2 1 255 a":                  "it ends before the end of the picture",
		"P4 9 1 a":                      "it ends before the end of the picture",
		"P2 2 1 255 7":                  "it ends before the end of the picture",
		"P1 3 1 1 0":                    "it ends before the end of the picture",
		"P1 2 1 17":                     `found '7', want 0 or 1`,
		"P5 two 1 255 a":                `found "two", want a number`,
		"P5 1 1 65536 a":                "the largest value is 65536, want 1 to 65535",
		"P5 1000000 1000000 255 a":      "1000000x1000000 pixels, want 1 to 268435456 in all",
		"P5 0 1 255 a":                  "0x1 pixels",
		"P7\nWIDTH 1\nCOLOUR 2\nENDHDR": `"COLOUR" in the header of a PAM file`,
		"P7\nWIDTH 1\nHEIGHT 1\nDEPTH 5\nMAXVAL 1\nENDHDR\n12345": "5 channels, want 1 to 4",
	} {
		if _, err := DecodePicture(strings.NewReader(file)); !errors.Is(err, data.ErrFormat) || !strings.Contains(hint.Text(err), want) {
			t.Errorf("%q: error %v, want %q", file, err, want)
		}
	}
}
