package board_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	stdpng "image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/format"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/run"
)

// A system is what the tests read of the description of a system.
type system struct {
	Step    int64
	Outputs []struct {
		Name, Folder, Kind, Note string
		Latents                  []struct {
			Name          string
			Size          int
			Low, High, SD float64
		}
		Given []struct {
			Name, Kind string
			Classes    int
		}
		Samples, Columns, Rows int
	}
}

// makes asks for samples and wants a picture of a size.
func (s *site) makes(body string, width, height int) {
	s.Helper()
	w := s.ask("/api/make", body)
	if w.Code != 200 {
		s.Fatalf("%s: status %d: %s", body, w.Code, w.Body)
	}
	m, err := stdpng.Decode(w.Body)
	if err != nil {
		s.Fatal(err)
	}
	if size := m.Bounds().Size(); size.X != width || size.Y != height {
		s.Errorf("%s: %v, want %d x %d", body, size, width, height)
	}
}

// TestSampling explores a run of images.
func TestSampling(t *testing.T) {
	dir := t.TempDir()
	folder := trained(t, dir, "digits", "hidden=8", "latent=4")
	s := newSite(t, dir)
	id := folder.Name()
	var sys system
	s.read("/api/system?id="+id, "", 200, &sys)
	if len(sys.Outputs) != 1 {
		t.Fatalf("outputs %+v", sys.Outputs)
	}
	o := sys.Outputs[0]
	if sys.Step != 4 || o.Kind != "image" || o.Samples != 20 || o.Columns != 5 || o.Rows != 4 || o.Note != "" {
		t.Errorf("step %d, output %+v", sys.Step, o)
	}
	if z := o.Latents[0]; z.Name != "z" || z.Size != 4 || z.SD < .8 || z.SD > 1.2 || z.Low > -2 || z.High < 2 {
		t.Errorf("latent %+v", z)
	}
	var in struct{ Latents map[string][]float64 }
	s.read("/api/inputs?index=3&id="+id, "", 200, &in)
	if len(in.Latents["z"]) != 4 {
		t.Fatalf("latents %v", in.Latents)
	}
	s.makes(fmt.Sprintf(`{"id":%q,"step":2,"rows":[{"index":3}],"columns":1,"plain":true}`, id), 28, 28)
	s.makes(fmt.Sprintf(`{"id":%q,"step":-1,"rows":[{"index":3,"latents":{"z":[0,0.5,-1,2]}},{"index":0,"seed":7}],"columns":2,"plain":true}`, id), 56, 28)

	// The same latent gives the sample of the picture, also when it is sent by the page.
	text, err := json.Marshal(in.Latents)
	if err != nil {
		t.Fatal(err)
	}
	a := s.ask("/api/make", fmt.Sprintf(`{"id":%q,"rows":[{"index":3}],"plain":true}`, id)).Body.Bytes()
	b := s.ask("/api/make", fmt.Sprintf(`{"id":%q,"rows":[{"index":0,"latents":%s}],"plain":true}`, id, text)).Body.Bytes()
	other := s.ask("/api/make", fmt.Sprintf(`{"id":%q,"rows":[{"index":4}],"plain":true}`, id)).Body.Bytes()
	if len(a) == 0 || !bytes.Equal(a, b) || bytes.Equal(a, other) {
		t.Errorf("pictures of %d, %d and %d bytes", len(a), len(b), len(other))
	}

	w := s.ask("/api/nearest?index=3&k=4&picture=step-00000004&id="+id, "")
	var near []run.Neighbour
	if err := json.Unmarshal([]byte(w.Header().Get("Gander-Neighbours")), &near); err != nil || w.Code != 200 || len(near) != 4 || near[0].Distance > near[3].Distance {
		t.Errorf("status %d, neighbours %v, error %v", w.Code, near, err)
	}
	for _, c := range []struct{ body, words string }{
		{`"rows":[]`, "want 1 to 256"},
		{`"rows":[{"index":20}]`, "sample 20 of a picture of 20"},
		{`"rows":[{"index":-1}]`, "sample -1"},
		{`"rows":[{"index":0,"latents":{"z":[1]}}]`, `1 numbers for latent "z", want 4`},
		{`"rows":[{"index":0,"latents":{"y":[1]}}]`, `latent "y"`},
		{`"rows":[{"index":0,"given":{"class":3}}]`, `no condition "class"`},
		{`"rows":[{"index":0}],"output":"F"`, `no output "F"`},
	} {
		s.refuses("/api/make", fmt.Sprintf(`{"id":%q,%s}`, id, c.body), 400, c.words)
	}
	s.refuses("/api/make", fmt.Sprintf(`{"id":%q,"step":3,"rows":[{"index":0}]}`, id), 400, "no checkpoint of step 3")
	s.refuses("/api/nearest?index=99&picture=step-00000004&id="+id, "", 400, "sample 99 of a picture of 20")
	s.refuses("/api/nearest?index=1&picture=step-00000003&id="+id, "", 400, "step-00000003")
}

// arrayFile writes an array of bytes, in which every seventh is 255, and returns its path.
func arrayFile(t *testing.T, shape ...int) string {
	t.Helper()
	values := make([]byte, data.Field{Shape: shape}.Size())
	for i := 0; i < len(values); i += 7 {
		values[i] = 255
	}
	var file bytes.Buffer
	if err := format.EncodeNPY(&file, shape, values); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "a.npy")
	if err := os.WriteFile(path, file.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestVolumes makes the pictures of volumes: three views of one, and one view of each in a plane.
func TestVolumes(t *testing.T) {
	dir := t.TempDir()
	id := trained(t, dir, "volumes", "data.name="+arrayFile(t, 20, 8, 8, 8), "width=2").Name()
	s := newSite(t, dir)
	s.makes(fmt.Sprintf(`{"id":%q,"rows":[{"index":3}],"columns":1,"plain":true}`, id), 3*192+4, 192+4)
	s.makes(fmt.Sprintf(`{"id":%q,"rows":[{"index":3},{"index":1},{"index":2},{"index":0}],"columns":2,"plain":true}`, id), 128, 128)
	w := s.ask("/api/samples?n=2&format=npy&id="+id, "")
	array, err := format.DecodeNPY(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range array.Data.([]float32) {
		if v < 0 || v > 1 {
			t.Fatalf("a voxel is %g", v)
		}
	}
}

// TestDownloads compares downloads with what the run has and draws.
func TestDownloads(t *testing.T) {
	dir := t.TempDir()
	folder := trained(t, dir, "digits", "hidden=8", "latent=4")
	s := newSite(t, dir)
	id := folder.Name()
	w := s.ask("/api/samples?n=3&seed=5&format=npy&id="+id, "")
	if w.Code != 200 || !strings.Contains(w.Header().Get("Content-Disposition"), id+"-step-4-seed-5.npy") {
		t.Fatalf("status %d, %v", w.Code, w.Header())
	}
	device := engine.NewDevice(1)
	defer device.Close()
	g, _, err := run.OpenGenerator(device, folder)
	if err != nil {
		t.Fatal(err)
	}
	samples, err := g.Draw(t.Context(), "", 3, 5, nil)
	if err != nil {
		t.Fatal(err)
	}
	var want bytes.Buffer
	if err := samples.EncodeNPY(&want); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want.Bytes(), w.Body.Bytes()) {
		t.Error("the array differs from that of the same seed")
	}
	if w := s.ask("/api/samples?n=3&format=png&id="+id, ""); w.Code != 200 {
		t.Errorf("picture: status %d", w.Code)
	}
	s.refuses("/api/samples?n=3&format=exe&id="+id, "", 400, "format is npy")
	s.refuses("/api/samples?n=0&format=npy&id="+id, "", 400, "n is not a whole number")

	var page struct {
		Files       []struct{ Name string }
		Checkpoints []int64
		Outputs     []struct{ Frames []struct{ Name string } }
		Reals       bool
	}
	s.read("/api/run?id="+id, "", 200, &page)
	if len(page.Checkpoints) != 3 || len(page.Outputs) != 1 || len(page.Outputs[0].Frames) != 3 || !page.Reals {
		t.Errorf("page %+v", page)
	}
	for _, f := range page.Files {
		path := filepath.Join(folder.Path(), f.Name)
		if strings.HasSuffix(f.Name, ".safetensors") {
			path = filepath.Join(string(folder.Checkpoints()), f.Name)
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if w := s.ask("/api/file?name="+f.Name+"&id="+id, ""); w.Code != 200 || !bytes.Equal(w.Body.Bytes(), want) || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") {
			t.Errorf("%s: status %d", f.Name, w.Code)
		}
	}
	s.refuses("/api/file?name=lock&id="+id, "", 404, "no file")
}

// TestOtherOutputs explores classes and points.
func TestOtherOutputs(t *testing.T) {
	dir := t.TempDir()
	classes := trained(t, dir, "cgan", "data.name=digits", "hidden_z=8", "hidden_y=8", "hidden=8", "maxout_x=8", "maxout_y=8", "maxout=8").Name()
	points := trained(t, dir, "mixture", "hidden=8", "maxout=4", "pieces=2").Name()
	s := newSite(t, dir)
	var sys system
	s.read("/api/system?id="+classes, "", 200, &sys)
	o := sys.Outputs[0]
	if len(o.Given) != 1 || o.Given[0].Kind != "class" || o.Given[0].Classes != 10 || o.Columns != 2 || o.Rows != 10 {
		t.Errorf("output %+v", o)
	}
	made := func(given string) string {
		return s.ask("/api/make", fmt.Sprintf(`{"id":%q,"rows":[{"index":0,"given":%s}],"plain":true}`, classes, given)).Body.String()
	}
	if made(`{"class":0}`) != made(`{}`) {
		t.Error("class 0 differs from that of sample 0")
	}
	var in struct{ Given map[string][]int }
	if s.read("/api/inputs?index=7&id="+classes, "", 200, &in); len(in.Given["class"]) != 1 || in.Given["class"][0] != 3 {
		t.Errorf("the class of sample 7 is %v, want 3: there are two columns", in.Given)
	}
	s.refuses("/api/make", fmt.Sprintf(`{"id":%q,"rows":[{"index":0,"given":{"class":10}}]}`, classes), 400, "class")
	s.refuses("/api/make", fmt.Sprintf(`{"id":%q,"rows":[{"index":0,"given":{"class":1.5}}]}`, classes), 400, "1.5 is not a whole number")
	s.refuses("/api/make", fmt.Sprintf(`{"id":%q,"rows":[{"index":0,"given":{"class":null}}]}`, classes), 400, "want a number")

	s.read("/api/system?id="+points, "", 200, &sys)
	if o := sys.Outputs[0]; o.Kind != "points" || o.Columns != 0 || o.Samples != 20 {
		t.Errorf("output %+v", o)
	}
	s.makes(fmt.Sprintf(`{"id":%q,"rows":[{"index":0},{"index":1}]}`, points), 640, 640)
	s.refuses("/api/nearest?index=0&picture=step-00000004&id="+points, "", 400, "only images")
}
