package format

import (
	"bytes"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/hint"
)

func TestDecodeTable(t *testing.T) {
	numbers := func(name string, v ...float32) Column { return Column{Name: name, Numbers: v} }
	text := func(name string, v ...string) Column { return Column{Name: name, Text: v} }
	index := func(name string, v ...float32) Column { return Column{Name: name, Numbers: v, IsIndex: true} }
	for name, c := range map[string]struct {
		text string
		want []Column
	}{
		"labels":                     {"x,label\n1,cat\n2,dog\n", []Column{numbers("x", 1, 2), text("label", "cat", "dog")}},
		"labels without a header":    {"1,cat\n2,dog\n", []Column{numbers("", 1, 2), text("", "cat", "dog")}},
		"labels in quotes":           {"1,\"a, \"\"b\"\"\"\n2, dog \n", []Column{numbers("", 1, 2), text("", `a, "b"`, "dog")}},
		"a label that is a number":   {"x,label\n1,cat\n2,dog\n3,7\n", []Column{numbers("x", 1, 2, 3), text("label", "cat", "dog", "7")}},
		"a label that is empty":      {"x,label\n1,cat\n2,\n", []Column{numbers("x", 1, 2), text("label", "cat", "")}},
		"semicolons":                 {"x;y\n1.5;2\n", []Column{numbers("x", 1.5), numbers("y", 2)}},
		"decimal commas":             {"1,5;2\n-,5;2,5e1\n", []Column{numbers("", 1.5, -.5), numbers("", 2, 25)}},
		"decimal commas and tabs":    {"1,5\t2,5\n3,5\t4,5\n", []Column{numbers("", 1.5, 3.5), numbers("", 2.5, 4.5)}},
		"tabs":                       {"x\ty\n1\t2\n", []Column{numbers("x", 1), numbers("y", 2)}},
		"a comma in a text of semi.": {"x;y\n1;a, b\n2;c\n", []Column{numbers("x", 1, 2), text("y", "a, b", "c")}},
		"an unnamed index":           {",x\n0,5\n1,6\n2,7\n", []Column{index("", 0, 1, 2), numbers("x", 5, 6, 7)}},
		"an index from 1":            {"ID,x\n1,5\n2,6\n3,7\n", []Column{index("ID", 1, 2, 3), numbers("x", 5, 6, 7)}},
		"a column that does not":     {"x,y\n1,5\n2,6\n3,7\n", []Column{numbers("x", 1, 2, 3), numbers("y", 5, 6, 7)}},
		"an index with a gap":        {",x\n0,5\n1,6\n3,7\n", []Column{numbers("", 0, 1, 3), numbers("x", 5, 6, 7)}},
		"numbers as names":           {",0,1\na,5,6\nb,7,8\n", []Column{text("", "a", "b"), numbers("0", 5, 7), numbers("1", 6, 8)}},
		"a class and numbered names": {"label,0,1\n5,0,9\n", []Column{numbers("label", 5), numbers("0", 0), numbers("1", 9)}},
		"mark and line ends":         {"\ufeffx,y\r\n1,2\r\n\r\n", []Column{numbers("x", 1), numbers("y", 2)}},
		"one column":                 {"v\n1\n2\n3\n", []Column{numbers("v", 1, 2, 3)}},
		"one column of 1, 2, 3":      {"1\n2\n3\n", []Column{numbers("", 1, 2, 3)}},
	} {
		table, err := DecodeTable(strings.NewReader(c.text))
		if err != nil {
			t.Errorf("%s: %s", name, hint.Text(err))
		} else if diff := cmp.Diff(c.want, table.Columns); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	missing := func(name, pattern string, v ...float32) Column {
		c := numbers(name, v...)
		for _, m := range pattern {
			c.Missing = append(c.Missing, m == '?')
		}
		return c
	}
	for name, c := range map[string]struct {
		text string
		want []Column
	}{
		"empty fields":             {"x,y\n1,2\n,4\n5,\n", []Column{missing("x", ".?.", 1, 0, 5), missing("y", "..?", 2, 4, 0)}},
		"at the beginning":         {"x,y\n?,1\nNA,3\n4,5\n", []Column{missing("x", "??.", 0, 0, 4), numbers("y", 1, 3, 5)}},
		"all words":                {"x,y\n1,?\n2,-\n3,n/a\n4,NaN\n5,null\n6,None\n7,8\n", []Column{numbers("x", 1, 2, 3, 4, 5, 6, 7), missing("y", "??????.", 0, 0, 0, 0, 0, 0, 8)}},
		"white space and quotes":   {"x;y\n1; \n2;\"\"\n3;1,5\n", []Column{numbers("x", 1, 2, 3), missing("y", "??.", 0, 0, 1.5)}},
		"a text before numbers":    {"x,y\n1,?\n2,cat\n3,4\n", []Column{numbers("x", 1, 2, 3), text("y", "?", "cat", "4")}},
		"a column without a value": {"x,y\n1,?\n2,\n", []Column{numbers("x", 1, 2), text("y", "?", "")}},
		"a row number":             {"id,x\n1,5\n2,6\n,7\n4,8\n", []Column{missing("id", "..?.", 1, 2, 0, 4), numbers("x", 5, 6, 7, 8)}},
	} {
		table, err := DecodeTable(strings.NewReader(c.text))
		if err != nil {
			t.Errorf("%s: %s", name, hint.Text(err))
		} else if diff := cmp.Diff(c.want, table.Columns); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	table, err := DecodeTable(strings.NewReader("x,y\n\n1,a\n2,\"b\nc\"\n3,d\n"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{3, 4, 6}, table.Lines); diff != "" {
		t.Error(diff)
	}
}

func TestDecodeTableFails(t *testing.T) {
	for _, c := range []struct {
		text string
		kind error
		want string
	}{
		{"x,label\n", data.ErrEmpty, "no line with numbers or text"},
		{"x,y\n3,4,\n5,6,7\n", data.ErrFormat, "line 3 has 3 columns, want 2 as in line 1"},
		{"x,y\n3,4,,\n", data.ErrFormat, "line 2 has 4 columns, want 2 as in line 1"},
		{strings.Repeat("1,2,\n", 30) + "3,4,5\n", data.ErrFormat, "line 31 has 3 columns, want 2 as in line 1"},
		{"x,y\n?,1\ntwo,3\n4,5\n6,5\n7,5\n", data.ErrFormat, `line 3, column 1 (x): "two" is not a number`},
		{"x,label\n1,cat\ninf,dog\n", data.ErrFormat, "line 3, column 1 (x): inf is not finite"},
		{"x;y\n1.5;2\n3;2,5\n", data.ErrFormat, "line 3, column 2 (y): 2,5, but line 2 has a number with a decimal point (hint: use the same decimal sign in all numbers"},
		{"x;y\n1,5;2\n3;2.5\n", data.ErrFormat, "line 3, column 2 (y): 2.5, but line 2 has a number with a decimal comma"},
		{"x\ty\n1\t2\n3\t\"4\n", data.ErrFormat, "(hint: put quotes around whole fields, and tabs between fields)"},
	} {
		if _, err := DecodeTable(strings.NewReader(c.text)); !errors.Is(err, c.kind) || !strings.Contains(hint.Text(err), c.want) {
			t.Errorf("%q: error %v, want %v with %q", c.text, hint.Text(err), c.kind, c.want)
		}
	}
}

// A separator at the end of lines is no column, whether the header has it or not.
func TestTrailingSeparators(t *testing.T) {
	numbers := func(name string, v ...float32) Column { return Column{Name: name, Numbers: v} }
	text := func(name string, v ...string) Column { return Column{Name: name, Text: v} }
	xy := []Column{numbers("x", 1, 3), numbers("y", 2, 4)}
	for name, c := range map[string]struct {
		text     string
		trailing int
		want     []Column
	}{
		"in all lines":              {"x,y,\n1,2,\n3,4,\n", 3, xy},
		"not in the header":         {"x,y\n1,2,\n3,4,\n", 2, xy},
		"only in the header":        {"x,y,\n1,2\n3,4\n", 1, xy},
		"in some lines":             {"x,y\n1,2\n3,4, \n", 1, xy},
		"without a header":          {"1,2,\n3,4,\n", 2, []Column{numbers("", 1, 3), numbers("", 2, 4)}},
		"semicolons":                {"x;y;\n1;2;\n3;4;\n", 3, xy},
		"semicolons, not in header": {"x;y\n1,0;2,0;\n3,0;4,0;\n", 2, xy},
		"tabs":                      {"x\ty\n1\t2\t\n3\t4\t\n", 2, xy},
		"quotes":                    {"x,y\n1,2,\"\"\n3,4,\"\"\n", 2, xy},
		"an index":                  {",x,\n0,5,\n1,6,\n2,7,\n", 4, []Column{{Numbers: []float32{0, 1, 2}, IsIndex: true}, numbers("x", 5, 6, 7)}},
		"one column":                {"1,\n2,\n", 2, []Column{numbers("", 1, 2)}},
		"after text":                {"x,label\n1,cat,\n2,,\n", 2, []Column{numbers("x", 1, 2), text("label", "cat", "")}},
		"a text that begins empty":  {"1,\n2,cat\n", 0, []Column{numbers("", 1, 2), text("", "", "cat")}},
		"a named column that is":    {"x,y,z\n1,2,\n3,4,\n", 0, append(xy[:2:2], text("z", "", ""))},
	} {
		table, err := DecodeTable(strings.NewReader(c.text))
		if err != nil {
			t.Errorf("%s: %s", name, hint.Text(err))
		} else if diff := cmp.Diff(c.want, table.Columns); diff != "" || table.Trailing != c.trailing {
			t.Errorf("%s: %d lines end so, want %d: %s", name, table.Trailing, c.trailing, diff)
		}
	}
}

// What people brought is read, or refused for the right reason.
func TestTableCases(t *testing.T) {
	for name, want := range map[string]string{
		"header.csv": "x y",
		"index.csv":  "(index) x y",
		"label.csv":  "x y label:text",
		"semi.csv":   "x y",
		"tab.csv":    "_ _",
		"trail.csv":  "_ _",
		"inf.csv":    "line 2, column 2 (y): inf is not finite",
	} {
		table, err := DecodeTable(bytes.NewReader(readTestFile(t, filepath.Join("testdata", "csv", name))))
		if err != nil {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: error %v, want %q", name, err, want)
			}
			continue
		}
		var got []string
		for _, c := range table.Columns {
			switch {
			case c.IsIndex:
				got = append(got, "(index)")
			case c.Name == "":
				got = append(got, "_")
			case c.Text != nil:
				got = append(got, c.Name+":text")
			default:
				got = append(got, c.Name)
			}
		}
		if strings.Join(got, " ") != want || len(table.Lines) != 60 {
			t.Errorf("%s: columns %q of %d rows, want %q", name, got, len(table.Lines), want)
		}
	}
}

func FuzzTable(f *testing.F) {
	f.Add([]byte("x,label\n1,cat\n2,\"d\"\"og\"\n"))
	f.Add([]byte("1,5;2,5\n1,5;a\n"))
	f.Add([]byte(",0,1\n0,1\t,2\n"))
	f.Add([]byte("a\tb\t\n1\t2\t\n"))
	f.Add([]byte("a,b\n1,2,\n3,,\n"))
	f.Add([]byte(",\n,\n1,\n"))
	f.Add([]byte("a,b\n?,1\n2,NA\n,\"nan\"\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		table, err := DecodeTable(bytes.NewReader(file))
		if err != nil {
			if !errors.Is(err, data.ErrFormat) && !errors.Is(err, data.ErrEmpty) {
				t.Fatalf("an error of no kind: %v", err)
			}
			return
		}
		if len(table.Columns) == 0 || len(table.Lines) == 0 {
			t.Fatalf("%d columns and %d rows", len(table.Columns), len(table.Lines))
		}
		if table.Trailing < 0 || table.Trailing > len(table.Lines)+1 {
			t.Fatalf("%d of %d lines end with a separator", table.Trailing, len(table.Lines))
		}
		for _, c := range table.Columns {
			if (c.Numbers == nil) == (c.Text == nil) || len(c.Numbers)+len(c.Text) != len(table.Lines) {
				t.Fatalf("%d numbers and %d texts in %d rows", len(c.Numbers), len(c.Text), len(table.Lines))
			}
			if c.Missing != nil && (len(c.Missing) != len(c.Numbers) || !slices.Contains(c.Missing, true)) {
				t.Fatalf("%d numbers, missing are %v", len(c.Numbers), c.Missing)
			}
		}
	})
}
