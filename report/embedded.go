package report

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html/template"
	"image"
	_ "image/png" // samples are PNG
	"os"

	"github.com/gander-ml/gander/picture"
)

// An embedded is a picture inside the page.
type embedded struct {
	Source        template.URL // a data: URL
	Width, Height int          // pixels
	Label         string
	Last          bool // of the timeline
}

// embed returns a PNG file as a picture inside the page.
func embed(file []byte, label string) (embedded, error) {
	config, kind, err := image.DecodeConfig(bytes.NewReader(file))
	if err != nil || kind != "png" {
		return embedded{}, fmt.Errorf("not a PNG file (%v)", err)
	}
	return embedded{
		Source: template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(file)),
		Width:  config.Width, Height: config.Height, Label: label,
	}, nil
}

// embedFile is embed for the PNG file at path.
func embedFile(path, label string) (embedded, error) {
	info, err := os.Stat(path)
	if err != nil {
		return embedded{}, err
	}
	if info.Size() > mostPicture {
		return embedded{}, fmt.Errorf("%s has %d bytes, too many for a page, want at most %d", path, info.Size(), mostPicture)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		return embedded{}, err
	}
	e, err := embed(file, label)
	if err != nil {
		err = fmt.Errorf("%s: %w", path, err)
	}
	return e, err
}

// embedImage is embed for an image.
func embedImage(m image.Image, label string) (embedded, error) {
	var file bytes.Buffer
	if err := picture.EncodePNG(&file, m, nil); err != nil {
		return embedded{}, err
	}
	return embed(file.Bytes(), label)
}
