package board

import (
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"unicode/utf8"
)

// A frame is a picture of samples of a run.
type frame struct {
	Name string `json:"name"` // within the folder of its output: "step-00012000"
	Step int64  `json:"step"`
	Kimg number `json:"kimg"` // null: not in the journal
}

// pictureName matches the names of pictures that the page may ask for.
var pictureName = regexp.MustCompile(`^(reals|init|step-[0-9]{8,18})$`)

// outputName matches a folder name with the characters of the names of outputs. A limit such as
// {1,60} would make it many times as large.
var outputName = regexp.MustCompile(`^[\p{L}\p{N}_-][\p{L}\p{N}._-]*$`)

// isOutput reports whether a folder can be that of the pictures of an output.
func isOutput(name string) bool {
	return utf8.RuneCountInString(name) <= 60 && outputName.MatchString(name)
}

// listFrames returns the pictures of samples in a folder within root, in order of steps.
func listFrames(root *os.Root, folder string) ([]frame, error) {
	names, err := readNames(root, folder)
	if err != nil {
		return nil, err
	}
	var frames []frame
	for _, file := range names {
		name, ok := cutPNG(file)
		if !ok || !pictureName.MatchString(name) || name == "reals" {
			continue
		}
		f := frame{Name: name}
		if name != "init" {
			if f.Step, err = strconv.ParseInt(name[len("step-"):], 10, 64); err != nil {
				continue // not a step
			}
		}
		frames = append(frames, f)
	}
	slices.SortStableFunc(frames, func(a, b frame) int { return int(min(max(a.Step-b.Step, -1), 1)) })
	return frames, nil
}

func cutPNG(file string) (name string, ok bool) {
	if path.Ext(file) != ".png" {
		return "", false
	}
	return file[:len(file)-len(".png")], true
}

// Limits of a picture that is decoded.
const (
	maxPicture = 64 << 20 // bytes
	maxPixels  = 1 << 26
)

// openPicture opens a picture of samples within root. output is the folder of an output;
// "" is the first one.
func openPicture(root *os.Root, run, output, name string) (*os.File, error) {
	if !pictureName.MatchString(name) || output != "" && !isOutput(output) {
		of := ""
		if output != "" {
			of = fmt.Sprintf(" of output %q", output)
		}
		return nil, fmt.Errorf("there is no picture %q%s", name, of)
	}
	file, err := root.Open(path.Join(run, "samples", output, name+".png"))
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	switch {
	case err == nil && !info.Mode().IsRegular():
		err = fmt.Errorf("picture %s is not a file", name)
	case err == nil && info.Size() > maxPicture:
		err = fmt.Errorf("picture %s has %d bytes, want at most %d", name, info.Size(), maxPicture)
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

// decodePicture decodes a PNG file, if it has not too many pixels.
func decodePicture(file io.ReadSeeker) (image.Image, error) {
	config, err := png.DecodeConfig(file)
	if err != nil {
		return nil, fmt.Errorf("the picture is not whole: %w", err)
	}
	if config.Width > maxPixels/max(config.Height, 1) {
		return nil, errors.New("the picture is too large")
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	m, err := png.Decode(file)
	if err != nil {
		return nil, fmt.Errorf("the picture is not whole: %w", err)
	}
	return m, nil
}
