package run_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/run"
)

// trained trains a tiny run and returns its folder.
func trained(t *testing.T, settings ...string) run.Folder {
	t.Helper()
	s := begin(t, t.TempDir(), tiny(t, settings...))
	end(t, s)
	return s.Folder
}

// tensorsAt returns the tensors of a checkpoint by name.
func tensorsAt(t *testing.T, f run.Folder, step int64) map[string][]byte {
	t.Helper()
	c, err := run.LoadCheckpoint(f.Checkpoints().Path(step))
	if err != nil {
		t.Fatal(err)
	}
	list := map[string][]byte{}
	for _, v := range c.Tensors {
		list[v.Name] = v.Data
	}
	return list
}

// from returns tiny settings of a run that begins with networks of another.
func from(t *testing.T, f run.Folder, settings ...string) *run.Config {
	t.Helper()
	return tiny(t, append([]string{"from.run=" + f.Path(), "seed=5"}, settings...)...)
}

// TestFrom begins with both networks, with one, and with an older checkpoint.
func TestFrom(t *testing.T) {
	source := trained(t)
	there := tensorsAt(t, source, 6)
	for name, c := range map[string]struct {
		settings, taken []string
		step            int64
		equal           []string
	}{
		"both":    {nil, []string{"G: 6 of 6 arrays", "D: 6 of 6 arrays"}, 6, []string{"G.", "D."}},
		"D alone": {[]string{"from.networks=D"}, []string{"D: 6 of 6 arrays"}, 6, []string{"D."}},
		"a step":  {[]string{"from.step=4", "from.networks=D,G"}, []string{"G: 6 of 6 arrays", "D: 6 of 6 arrays"}, 4, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := begin(t, t.TempDir(), from(t, source, c.settings...))
			if diff := cmp.Diff(c.taken, s.Config.From.Taken); diff != "" {
				t.Error(diff)
			}
			if s.Config.From.Step != c.step || !filepath.IsAbs(s.Config.From.Run) {
				t.Errorf("recorded as %+v", s.Config.From)
			}
			for name, have := range tensorsAt(t, s.Folder, 0) {
				taken := slices.ContainsFunc(c.equal, func(prefix string) bool { return strings.HasPrefix(strings.TrimPrefix(name, "average/"), prefix) })
				if equal := bytes.Equal(have, there[name]); taken && !equal || equal && strings.HasSuffix(name, ".weight") && len(c.equal) > 0 && !taken {
					t.Errorf("%s: taken %v, equal %v", name, taken, equal)
				}
			}
			end(t, s)
			again, err := s.Folder.Config()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(s.Config.From, again.From); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestFromTakesWhatFits begins with a run of other settings.
func TestFromTakesWhatFits(t *testing.T) {
	source := trained(t)
	s := begin(t, t.TempDir(), from(t, source, "latent=5"))
	want := []string{"G: 5 of 6 arrays", "not G.0.weight: its shape is [5 8], and [4 8] in that run", "D: 6 of 6 arrays"}
	if diff := cmp.Diff(want, s.Config.From.Taken); diff != "" {
		t.Error(diff)
	}
}

// TestFromAverages takes the moving averages as parameters, and begins averages that the
// other run does not have with its parameters.
func TestFromAverages(t *testing.T) {
	source := trained(t, "average=.9")
	there := tensorsAt(t, source, 6)
	plain := tensorsAt(t, begin(t, t.TempDir(), from(t, source, "average=.9")).Folder, 0)
	averaged := tensorsAt(t, begin(t, t.TempDir(), from(t, source, "average=.9", "from.averages=true")).Folder, 0)
	const name = "G.0.weight"
	if bytes.Equal(there[name], there["average/"+name]) {
		t.Fatal("the average is the parameter")
	}
	for of, want := range map[string]string{name: name, "average/" + name: "average/" + name} {
		if !bytes.Equal(plain[of], there[want]) {
			t.Errorf("%s is not %s", of, want)
		}
		if !bytes.Equal(averaged[of], there["average/"+name]) {
			t.Errorf("with averages %s is not the average", of)
		}
	}
	source = trained(t, "average=0")
	begun := tensorsAt(t, begin(t, t.TempDir(), from(t, source, "average=.9")).Folder, 0)
	if want := tensorsAt(t, source, 6)[name]; !bytes.Equal(begun["average/"+name], want) {
		t.Error("an average that the other run does not have does not begin as the parameter")
	}
}

// TestFromResumes compares a run that was killed before its first checkpoint with one that
// was not, after the other run was trained further.
func TestFromResumes(t *testing.T) {
	source, parent := trained(t), t.TempDir()
	whole, killed := begin(t, parent, from(t, source)), begin(t, parent, from(t, source))
	if err := errors.Join(killed.Close(), os.Remove(killed.Folder.Checkpoints().Path(0))); err != nil {
		t.Fatal(err)
	}
	end(t, goOn(t, source, 8))
	end(t, whole)
	end(t, goOn(t, killed.Folder, 6))
	want := tensorsAt(t, whole.Folder, 6)
	for name, have := range tensorsAt(t, killed.Folder, 6) {
		if !bytes.Equal(have, want[name]) {
			t.Errorf("%s differs", name)
		}
	}
	_, _, err := run.Resume(device(t), whole.Folder, func(c *run.Config) error { return c.Change("from.run=") })
	if err == nil || !strings.HasPrefix(err.Error(), "a resumed run keeps from.run") {
		t.Errorf("changing the run gives %v", err)
	}
}

func TestFromRefuses(t *testing.T) {
	source := trained(t)
	points := begin(t, t.TempDir(), tinyMixture(t))
	end(t, points)
	for want, settings := range map[string][]string{
		`run 0001-digits-digits: no weight of network G has the name and the shape of one of its network G: G.0.weight: its shape is [4 9], and [4 8] in that run (hint: that run has model.hidden = 8)`: {"hidden=9", "from.networks=G,D"},
		`run 0001-digits-digits: no weight of network D has the name and the shape of one of its network D: `:                                                                                            {"hidden=9"},
		`from.networks: recipe digits has no network "E" that learns (hint: its networks are G, D)`:                                                                                                      {"from.networks=E"},
		`run 0001-digits-digits has no checkpoint of step 3 (hint: it has checkpoints of the steps 0, 2, 4, 6)`:                                                                                          {"from.step=3"},
		`from.run is empty, and other settings of from are given (hint: --from RUN, or leave them out)`:                                                                                                  {"from.run=", "from.step=3"},
		`from.run: no run "nowhere" in .: `: {"from.run=nowhere"},
		`run 0001-mixture-ring8: no weight of network D has the name and the shape of one of its network D: `: {"from.run=" + points.Folder.Path()},
	} {
		parent := filepath.Join(t.TempDir(), "runs")
		_, err := run.Start(device(t), from(t, source, settings...), parent)
		if err == nil || !strings.HasPrefix(hint.Text(err), want) {
			t.Errorf("%v: error %v, want %s", settings, hint.Text(err), want)
		}
		if _, err := os.Stat(parent); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%v leaves %s: %v", settings, parent, err)
		}
	}
}

// TestLike copies what decides the shapes.
func TestLike(t *testing.T) {
	other := tiny(t, "hidden=11", "data.size=14", "kimg=3")
	c := tiny(t, "seed=5")
	c.Like(other)
	if diff := cmp.Diff(other.Model, c.Model); diff != "" {
		t.Error(diff)
	}
	if c.Data.Size != "14" || c.Data.Fit != "crop" || c.Train.Seed != 5 || c.Train.Kimg == 3 {
		t.Errorf("data %+v, train %+v", c.Data, c.Train)
	}
	other = tiny(t)
	if err := other.Resolve(); err != nil {
		t.Fatal(err)
	}
	c = tiny(t)
	if c.Like(other); c.Data.Size != "" {
		t.Errorf("the same data are resized to %s", c.Data.Size)
	}
	c.Data.Name = "mnist"
	if c.Like(other); c.Data.Size != "28x28" || c.Data.Fit != "crop" || c.Data.Channels != 1 {
		t.Errorf("other data are read as %+v", c.Data)
	}
}
