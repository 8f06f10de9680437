package logs

import (
	"math"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// The regular expressions of the parts of a printed line. The functions of scan.go find the same.
var (
	escapes  = regexp.MustCompile(`\x1b\[[0-9;?]*[A-Za-z]`)
	clock    = regexp.MustCompile(`\d{4}[-/]\d\d[-/]\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?)?|\b\d+:\d\d(?::\d\d)?(?:\.\d+)?\b`)
	wrappers = regexp.MustCompile(`(?i)\b(?:tensor|array|(?:np\.|numpy\.)?float\d*)\(`)
	units    = regexp.MustCompile(`^(?:[munμ]?s|min|[mhdkx]|it|img|[kKMG]i?B|sec|steps?)\b`)
	printed  = regexp.MustCompile(`(?i)[-+]?(?:\d+(?:\.\d*)?(?:e[-+]?\d+)?|\.\d+(?:e[-+]?\d+)?|(?:nan|inf(?:inity)?)\b)`)
	fraction = regexp.MustCompile(`^\s*(?:/|of)\s*$`)
)

// pairsByExpressions is [pairsOf] with regular expressions.
func pairsByExpressions(line string) []pair {
	line = wrappers.ReplaceAllString(clock.ReplaceAllString(escapes.ReplaceAllString(line, ""), "|"), "")
	var pairs []pair
	var places []float64 // without a name
	end, name, whole := 0, "", false
	hasEpoch := false
	for _, at := range printed.FindAllStringIndex(line, -1) {
		text := line[at[0]:at[1]]
		if partOfWord(line, at[0], at[1]) {
			if unit := units.FindString(line[at[1]:]); unit != "" && (at[0] == 0 || strings.ContainsRune(" \t([,=:|", rune(line[at[0]-1]))) {
				end = at[1] + len(unit) // 157ms is no result, and ends what is before
			}
			continue
		}
		v, ok := number(text)
		if !ok || len(pairs) == mostPair {
			continue
		}
		between, wasWhole := line[end:at[0]], whole
		whole = strings.Trim(text, "0123456789") == ""
		first := end == 0
		end = at[1]
		if fraction.MatchString(between) && !first {
			if !(whole && wasWhole) && name != "" { // two results: D(G(z)): 0.3 / 0.1
				pairs = secondPart(pairs, name, v)
			}
			continue
		}
		name = nameBefore(between)
		switch {
		case name != "":
			hasEpoch = hasEpoch || strings.Contains(strings.ToLower(name), "epoch")
			pairs = append(pairs, pair{name, v})
		case whole && first && strings.TrimLeft(between, " \t#") == "" && !strings.HasPrefix(strings.TrimLeft(line[end:], " "), "/") && !strings.HasPrefix(line[end:], "%"):
			name = stepColumn
			pairs = append(pairs, pair{name, v})
		case whole && len(pairs) <= 1 && (strings.HasPrefix(strings.TrimLeft(line[end:], " "), "/") || strings.HasSuffix(strings.TrimRight(between, " "), "[")):
			places = append(places, v)
		}
	}
	return withPlaces(pairs, places, hasEpoch)
}

// same reports whether pairs are equal. NaN equals NaN.
func same(a, b []pair) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if v, w := a[i].value, b[i].value; a[i].name != b[i].name || v != w && !(math.IsNaN(v) && math.IsNaN(w)) {
			return false
		}
	}
	return true
}

// FuzzPairs compares the numbers of a line with those that regular expressions find.
func FuzzPairs(f *testing.F) {
	for _, line := range []string{
		"[3/25][200/1583] Loss_D: 0.72 Loss_G: 2.1 D(x): .7 D(G(z)): .3 / .1", "x12024-01-31T10:02:11,5 9:30 1:02:03.4s 10:02.5_ 1:2:33 2020/01/02 03:04",
		"\x1b[1;32mepoch\x1b[0m 3\x1b[ \x1b", "loss tensor(1.2, device='cuda:0') np.float32(2) xnumpy.float(3) TENSOR(float64(4)) ftensor(1",
		"157ms 3 steps 4steps 5μs 6it/s 7kiB 8min_ 9mins", "nan inf -Infinity infinit nano 1e-5 1e+ 1.e3 .e3 +.5E7 --4 1..2",
		"12% 3 of 25: 4 / 5 D_loss(real/fake): 0.66/0.71 Epoch 0007: p: no D loss: 5", "# 100 [D loss: 1] 2/3", "生成器损失：0.8 é1 1é",
	} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if strings.ContainsAny(line, "\u017f\u212a") { // which expressions take for s and k, and for which no program prints a number
			return
		}
		if got, want := pairsOf(nil, line), pairsByExpressions(line); !same(got, want) {
			t.Errorf("%q: %v, want %v", line, got, want)
		}
	})
}

func TestScan(t *testing.T) {
	for line, want := range map[string]string{
		"2024-01-31 10:02:11,5 x 1:02 a1:02 1:023 12:34:56.7b": "| x | a1:02 1:023 |.7b",
		"tensor(1) xtensor(2) array(float32(3)) np.float64(4)": "1) xtensor(2) 3)) 4)",
		"\x1b[0;31mred\x1b[0m \x1b[":                           "red \x1b[",
	} {
		if got := withoutWrappers(withoutClocks(withoutEscapes(line))); got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
	var found []string
	line := "1 -2.5e3 x.5 nanx NaN 3e +inf"
	for begin, end := nextNumber(line, 0); begin >= 0; begin, end = nextNumber(line, end) {
		found = append(found, line[begin:end])
	}
	if want := []string{"1", "-2.5e3", ".5", "NaN", "3", "+inf"}; !reflect.DeepEqual(found, want) {
		t.Errorf("%q, want %q", found, want)
	}
}
