package impute

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

// TestCSV fills tables with the number 1.2345678 and compares the text.
func TestCSV(t *testing.T) {
	for name, c := range map[string]struct{ text, want, notes string }{
		"whole numbers":  {"x,y\n1,\n,4\n5,6\n", "x,y\n1,1\n1,4\n5,6\n", ""},
		"decimals":       {"x,y\n1.50,\n,4.125\n-.5,\n", "x,y\n1.50,1.235\n1.23,4.125\n-.5,1.235\n", ""},
		"many decimals":  {"x\n1.12345678901234\n?\n", "x\n1.12345678901234\n1.234567761\n", ""},
		"exponents":      {"x,y\n1e-5,1\nNA,2\n", "x,y\n1e-5,1\n1.2345678,2\n", ""},
		"decimal commas": {"x;y\r\n1,5; NA\r\n;2\r\n\r\n3,5;\"\"", "x;y\r\n1,5; 1\r\n1,2;2\r\n\r\n3,5;\"1\"", ""},
		"no header":      {"\ufeff1,2.5\n,3.5\n", "\ufeff1,2.5\n1,3.5\n", ""},
		"row numbers":    {",x,y\n0,1,\n1,,2\n2,3,4\n", ",x,y\n0,1,1\n1,1,2\n2,3,4\n", "column 1 counts the rows and is kept as it is"},
		"text":           {"x,name,y\n1,\"a\nb\",\n,?,2\n", "x,name,y\n1,\"a\nb\",1\n1,?,2\n", "column 2 (name) is text and is kept as it is"},
		"commas at end":  {"x,y,\n1,,\n,2,\n", "x,y,\n1,1,\n1,2,\n", ""},
	} {
		f, err := ParseCSV("t.csv", []byte(c.text), true)
		if err != nil {
			t.Errorf("%s: %s", name, hint.Text(err))
			continue
		}
		filled := make([]float32, len(f.X))
		for i := range filled {
			filled[i] = 1.2345678
		}
		var out bytes.Buffer
		if err := f.Write(&out, filled); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, out.String()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if notes := strings.Join(f.Notes, "\n"); notes != c.notes {
			t.Errorf("%s: notes %q", name, notes)
		}
	}
}

// TestCSVTable reads numbers and what is missing, and writes no minus before 0.
func TestCSVTable(t *testing.T) {
	f, err := ParseCSV("t.csv", []byte("a,b\n1,?\n,4\n"), false)
	if err != nil {
		t.Fatal(err)
	}
	want := &Table{Name: "t.csv", Field: data.Field{Name: "x", Kind: data.Numbers, Shape: []int{2}, Names: []string{"a", "b"}},
		X: []float32{1, 0, 0, 4}, Observed: []float32{1, 0, 0, 1}}
	if diff := cmp.Diff(want, f.Table); diff != "" {
		t.Error(diff)
	}
	var out bytes.Buffer
	if err := f.Write(&out, []float32{1, -.2, -.7, 4}); err != nil || out.String() != "a,b\n1,0\n-1,4\n" {
		t.Errorf("wrote %q, error %v", out.String(), err)
	}
}

func TestParseCSVRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"x,name\n1,\n2,tom\n":     `t.csv: column 2 (name) is text, such as "tom", and only numbers are filled (hint: leave that column out, or keep it as it is by --keep-text)`,
		"x,y,z\n1,2,\n3,4,?\n":    "t.csv: column 3 (z) has no value in any of the 2 rows (hint: leave that column out)",
		"x,y\n1,2\n3,4,5\n":       "t.csv: malformed data: line 3 has 3 columns, want 2 as in line 1",
		"x,y\n1,2\n3,four\n4,5\n": `t.csv: malformed data: line 3, column 2 (y): "four" is not a number`,
		"x,y\n":                   "t.csv: ",
	} {
		if _, err := ParseCSV("t.csv", []byte(text), false); err == nil || !strings.Contains(hint.Text(err), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
	if _, err := ParseCSV("t.csv", []byte("a\nb\nc\n"), true); err == nil || !strings.Contains(err.Error(), "no column of numbers") {
		t.Errorf("error %v", err)
	}
	if _, err := ParseCSV("t.csv", nil, true); !errors.Is(err, data.ErrEmpty) {
		t.Errorf("error %v", err)
	}
}
