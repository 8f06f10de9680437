package format

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gander-ml/gander/data"
)

// TestScanTable reads the cells of tables of several forms.
func TestScanTable(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"plain":            {"x,y\n1,22\n,4\n5,\n", "1|22/|4/5|"},
		"no last line end": {"x,y\n1,\n2,3", "1|/2|3"},
		"space":            {"1, 2 ,3\n4,  ,6\n", "1|2|3/4||6"},
		"quotes":           {"x,y\n\" 1 \",\"\"\n2,\" \"\n", "1|/2|"},
		"carriage returns": {"x;y\r\n1,5;?\r\n\r\n;2\r\n", "1,5|?/|2"},
		"mark":             {"\ufeffx,y\n1,2\n3,\n", "1|2/3|"},
		"mark, no header":  {"\ufeff1,2\n3,\n", "1|2/3|"},
		"at the end":       {"x,y,\n1,,\n3,4,\n", "1|/3|4"},
		"tabs":             {"x\ty\n1\t\n\t2\n", "1|/|2"},
		"text":             {"x,y\n1,\"a\nb\"\n2,\"c,\"\"d\"\n", "1|a\nb/2|c,\"\"d"},
		"letters":          {"x,é\n1,ü\n,ö\n", "1|ü/|ö"},
	} {
		var got strings.Builder
		row := 0
		_, err := ScanTable([]byte(c.text), func(at Cell) {
			switch {
			case at.Row != row:
				got.WriteString("/")
			case at.Column > 0:
				got.WriteString("|")
			}
			row = at.Row
			got.WriteString(c.text[at.From:at.To])
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if diff := cmp.Diff(c.want, got.String()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if _, err := ScanTable([]byte("x,y\n1,2\n3\n"), func(Cell) {}); !errors.Is(err, data.ErrFormat) {
		t.Errorf("error %v", err)
	}
}

// FuzzScanTable compares the places of cells with the values of the table.
func FuzzScanTable(f *testing.F) {
	f.Add([]byte("x,y\n1,\n\"\",\"4\"\n"))
	f.Add([]byte("\ufeffa;b;\r\n1,5;?;\r\n\r\n2; ;\r\n"))
	f.Add([]byte("x,\"y\nz\"\n1,\"a\nb\"\n2,NA"))
	f.Fuzz(func(t *testing.T, text []byte) {
		var cells []Cell
		table, err := ScanTable(text, func(c Cell) { cells = append(cells, c) })
		if err != nil {
			return
		}
		if len(cells) != len(table.Lines)*len(table.Columns) {
			t.Fatalf("%d cells in %d rows of %d columns", len(cells), len(table.Lines), len(table.Columns))
		}
		end := 0
		for i, c := range cells {
			if c.Row != i/len(table.Columns) || c.Column != i%len(table.Columns) || c.From < end || c.To < c.From || c.To > len(text) {
				t.Fatalf("cell %d is %+v, after %d of %d", i, c, end, len(text))
			}
			end = c.To
			column := table.Columns[c.Column]
			if column.Numbers == nil {
				continue
			}
			value := string(text[c.From:c.To])
			missing := column.Missing != nil && column.Missing[c.Row]
			if missing != isMissing(value) {
				t.Fatalf("cell %d, %q, is missing: %v", i, value, missing)
			}
			if v, err := strconv.ParseFloat(withPoint(value), 32); !missing && err == nil && float32(v) != column.Numbers[c.Row] && !bytes.Contains(text, []byte(",")) {
				t.Fatalf("cell %d is %q in the text and %v in the table", i, value, column.Numbers[c.Row])
			}
		}
	})
}
