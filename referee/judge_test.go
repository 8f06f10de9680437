package referee

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
)

// historyOf makes a history with n rows, 100 steps apart.
func historyOf(n int, at func(i int) map[string]float64) *History {
	h := &History{Steps: true}
	for i := range n {
		h.Rows = append(h.Rows, Row{Step: int64(100 * (i + 1)), Values: at(i)})
	}
	return h
}

// wobble is a number around 1 without a trend or a period.
func wobble(i int) float64 { return 1 + .1*math.Sin(float64(i*i)) }

func both2(d, g func(i int) float64) func(int) map[string]float64 {
	return func(i int) map[string]float64 { return map[string]float64{LossD: d(i), LossG: g(i)} }
}

func constant(v float64) func(int) float64 { return func(int) float64 { return v } }
func moving(v float64) func(int) float64   { return func(i int) float64 { return v * wobble(i) } }

func TestLosses(t *testing.T) {
	for name, test := range map[string]struct {
		at   func(int) map[string]float64
		want Failure
	}{
		"chance":           {both2(moving(1.38), moving(.7)), Unknown},
		"D ahead":          {both2(moving(.3), moving(3)), Unknown},
		"D wins":           {both2(moving(.005), moving(7)), DWins},
		"G wins":           {both2(moving(6), moving(.01)), GWins},
		"constant D":       {both2(constant(2*math.Ln2), constant(math.Ln2)), ConstantD},
		"constant, halves": {both2(constant(math.Ln2), constant(math.Ln2)), ConstantD},
		"clamp of PyTorch": {both2(constant(100), constant(0)), Frozen},
		"clamp of Keras":   {both2(constant(15.942385/2), constant(1e-7)), Frozen},
		"clamp of G":       {both2(constant(0), constant(16.118096)), Frozen},
		"two sigmoids":     {both2(constant(1.00641), constant(.69315)), DoubleSigmoid},
		"both near 0":      {both2(moving(1e-4), moving(1e-3)), Contradiction},
		"stuck":            {both2(constant(1.1), constant(.9)), Stuck},
		"not finite":       {both2(func(i int) float64 { return map[bool]float64{true: math.NaN(), false: 1}[i == 17] }, moving(1)), NotANumber},
		"grows":            {both2(func(i int) float64 { return math.Exp(float64(i) / 2) }, moving(1)), Diverged},
		"critic converges": {both2(func(i int) float64 { return -20/float64(i+1) - 2*wobble(i)/float64(i+1) }, moving(3)), Healthy},
		"critic jumps":     {both2(func(i int) float64 { return map[bool]float64{true: -50, false: -10}[i < 20] - wobble(i) }, moving(3)), Jump},
		"critic's noise":   {both2(func(i int) float64 { return -10 * wobble(i) }, moving(3)), Unknown},
		"critic's spikes":  {both2(func(i int) float64 { return -wobble(i) - math.Pow(1+math.Sin(float64(i*i)), 5) }, moving(3)), Unknown},
		"critic constant":  {both2(func(i int) float64 { return 3e-9 * math.Sin(float64(i*i)) }, moving(.25)), ConstantD},
		"critic at 0.00":   {both2(func(i int) float64 { return -float64(i%40/39) / 100 }, moving(.25)), Unknown},
		"D moves near 0":   {both2(func(i int) float64 { return 1e-4 / float64(i+1) }, constant(16.118096)), Frozen},
		"sure squares":     {both2(moving(4e-4), func(i int) float64 { return .49 + .01*wobble(i) }), DWins},
		"unsure squares":   {both2(moving(.2), moving(.42)), Unknown},
		"hinge":            {both2(func(i int) float64 { return float64(i%2) / 10 }, func(i int) float64 { return 5 * wobble(i) }), Unknown},
		"penalty": {func(i int) map[string]float64 {
			return map[string]float64{LossD: -wobble(i), LossG: wobble(i), Penalty: 10}
		}, BrokenPenalty},
		"classes": {func(i int) map[string]float64 {
			return map[string]float64{LossD: 1.3 * wobble(i), LossG: .8 * wobble(i), ClassLoss: 2.3026 + .001*wobble(i)}
		}, ClassUnlearned},
		"FID rises":         {func(i int) map[string]float64 { return map[string]float64{FID: 20 + math.Abs(float64(i)-8)*3} }, Worse},
		"minimax":           {both2(moving(1.38), moving(-.69)), Unknown},
		"one column is not": {func(i int) map[string]float64 { return map[string]float64{LossD: 1} }, Unknown},
	} {
		h := historyOf(40, test.at)
		found := Judge(h)
		if found[0].Failure != test.want {
			t.Errorf("%s: %s", name, found[0].Line())
		}
		if found[0].Why == "" || test.want.Bad() && len(found[0].Figures) == 0 {
			t.Errorf("%s: %s lacks its evidence", name, found[0].Line())
		}
		if again := Judge(h); test.want != NotANumber && !reflect.DeepEqual(found, again) {
			t.Errorf("%s: two verdicts differ", name)
		}
	}
	if f := Judge(&History{})[0]; f.Failure != Unknown {
		t.Errorf("nothing is %s", f.Failure)
	}
}

// TestFewRowsAtTheLimit needs two rows that are equal in every digit.
func TestFewRowsAtTheLimit(t *testing.T) {
	for _, test := range []struct {
		d    []float64
		want Failure
	}{
		{[]float64{2.1, 3.4, 100, 100}, Frozen},
		{[]float64{2.1, 3.4, 99.96, 100}, GWins},
		{[]float64{2.1, 3.4, 90, 90}, GWins},
	} {
		h := historyOf(len(test.d), func(i int) map[string]float64 {
			return map[string]float64{LossD: test.d[i], LossG: []float64{9, 0, 0, 0}[i]}
		})
		if f := Judge(h)[0]; f.Failure != test.want {
			t.Errorf("%v: %s", test.d, f.Line())
		}
	}
}

// TestSurprisesOfShortLogs counts the surprises of D over more than the last rows of a short log.
func TestSurprisesOfShortLogs(t *testing.T) {
	for surprise, want := range map[float64]Failure{.35: Unknown, .02: DWins} {
		d := []float64{.04, .3, .02, .05, surprise, surprise, .1, .02, .015, .012}
		h := historyOf(len(d), func(i int) map[string]float64 { return map[string]float64{LossD: d[i], LossG: 4.5 * wobble(i)} })
		if f := Judge(h)[0]; f.Failure != want {
			t.Errorf("surprises of %g: %s", surprise, f.Line())
		}
	}
}

// TestShortContradiction does not take a few rows of many for a bug.
func TestShortContradiction(t *testing.T) {
	for from, want := range map[int]Failure{396: Unknown, 200: Contradiction} {
		h := historyOf(400, func(i int) map[string]float64 {
			d := .6
			if i >= from {
				d = .01
			}
			return map[string]float64{LossD: d * wobble(i), LossG: .12 * wobble(i)}
		})
		if f := Judge(h)[0]; f.Failure != want {
			t.Errorf("from row %d: %s", from, f.Line())
		}
	}
}

// TestFamilyOfSquares guesses least squares only if a cross entropy is impossible.
func TestFamilyOfSquares(t *testing.T) {
	for _, test := range []struct {
		d, g float64
		want Family
	}{{.2, .42, LeastSquares}, {.004, .48, LeastSquares}, {.01, 1, LeastSquares}, {1.38, .69, CrossEntropy}, {.3, 2.5, CrossEntropy}, {.001, .01, CrossEntropy}, {.01, 5, CrossEntropy}} {
		l := lossesOf(historyOf(20, both2(moving(test.d), moving(test.g))))
		if l.family != test.want {
			t.Errorf("losses %g and %g are %s, want %s", test.d, test.g, l.family, test.want)
		}
	}
}

// TestFirstSteps gives no verdict on the first steps, in which a healthy D can be worse
// than chance.
func TestFirstSteps(t *testing.T) {
	h := historyOf(20, both2(moving(6), moving(.01)))
	for i := range h.Rows {
		h.Rows[i].Step = int64(i)
	}
	if f := Judge(h)[0]; f.Failure != Unknown || !strings.Contains(f.Why, "too few") {
		t.Error(f.Line())
	}
}

// TestGuessIsNamed names the family that losses are judged as, unless it is known.
func TestGuessIsNamed(t *testing.T) {
	h := historyOf(200, both2(moving(1.2), moving(.8)))
	for family, want := range map[Family]bool{"": true, CrossEntropy: false} {
		h.Family = family
		if f := Judge(h)[0]; f.Failure != Unknown || strings.Contains(f.Why, "judged as a cross entropy, which is a guess") != want {
			t.Errorf("family %q: %s: %s", family, f.Line(), f.Why)
		}
	}
}

// TestTooShort reports how many rows there are and how many are needed, in grammar for one and
// for many.
func TestTooShort(t *testing.T) {
	for n, want := range map[int]string{1: "of 1 row, 1 has both losses after step 50, and at least 3 are needed.", 2: "of 2 rows, 2 have both losses after step 50, and at least 3 are needed."} {
		f := Judge(historyOf(n, both2(moving(1), moving(1))))[0]
		if !strings.Contains(f.Why, want) || f.Figures[0].String() != fmt.Sprintf("rows with both losses: %d (fewer than 3)", n) {
			t.Errorf("%s: %s", f.Line(), f.Why)
		}
	}
	h := historyOf(2, both2(moving(1), moving(1)))
	h.Steps = false
	h.Rows[0].Values = nil
	if f := Judge(h)[0]; !strings.Contains(f.Why, "of 2 rows, 1 has both losses, and at least 3 are needed.") {
		t.Error(f.Why)
	}
	for n, want := range map[int]string{1: " There is 1 probe of samples, and a verdict needs 3.", 2: " There are 2 probes of samples, and a verdict needs 3."} {
		probed := historyOf(n, func(i int) map[string]float64 { return probes(i, nil) })
		if f := Judge(probed)[0]; !strings.Contains(f.Why, want) {
			t.Errorf("%s: %s", f.Line(), f.Why)
		}
	}
}

// TestLimitWords describes the limit that a number has crossed, not the one that it should keep.
func TestLimitWords(t *testing.T) {
	h := historyOf(9, both2(func(int) float64 { return math.NaN() }, moving(1)))
	if f := Judge(h)[0]; f.Figures[0].String() != "loss.D: NaN (not finite)" {
		t.Error(f.Line())
	}
}

// probes returns a row with figures of healthy samples, changed by pairs of names and values.
func probes(i int, changes map[string]float64) map[string]float64 {
	values := map[string]float64{
		LossD: 1.2 * wobble(i), LossG: wobble(i), DReal: .6, DFake: .4,
		ProbePrefix + Coverage: .9, ProbePrefix + Near: .8, ProbePrefix + Diversity: wobble(i), ProbePrefix + Offset: .1, ProbePrefix + Apart: 3,
		ProbePrefix + Drift: .1, ProbePrefix + Gap: .2, ProbePrefix + Overfit: .05, ProbePrefix + Dead: .1, ProbePrefix + Midtones: 1, ProbePrefix + Copies: 1,
	}
	for name, v := range changes {
		values[ProbePrefix+name] = v
	}
	return values
}

func TestProbes(t *testing.T) {
	for name, test := range map[string]struct {
		changes map[string]float64
		want    Failure
	}{
		"healthy":             {nil, Healthy},
		"D wins":              {map[string]float64{Coverage: .1, Near: .1, Gap: .98}, DWins},
		"G wins":              {map[string]float64{Coverage: .1, Near: .1, Gap: -.1}, GWins},
		"collapse":            {map[string]float64{Coverage: .2, Near: .95, Gap: .4}, Collapse},
		"collapse to a point": {map[string]float64{Coverage: .2, Near: .95, Diversity: .05}, Collapse},
		"runs away":           {map[string]float64{Coverage: 0, Near: 0, Offset: 30, Gap: .99}, Diverged},
		"copies":              {map[string]float64{Copies: .1}, Memorisation},
		"D overfits":          {map[string]float64{Overfit: .8, Gap: .6}, DOverfits},
		"saturated":           {map[string]float64{Midtones: .01}, Saturated},
		"dead units":          {map[string]float64{Dead: .99}, DeadUnits},
		"stuck":               {map[string]float64{Drift: .001, Coverage: 0, Near: 0, Gap: 0}, Stuck},
		"constant data":       {map[string]float64{Apart: 0}, ConstantData},
		"z ignored":           {map[string]float64{Diversity: 0}, IgnoredLatent},
		"class ignored":       {map[string]float64{Condition: .01, Latent: .8, Narrow: .9}, IgnoredCondition},
		"one class collapsed": {map[string]float64{Condition: .8, Latent: .8, Narrow: .1}, ClassCollapse},
		"labels mean nothing": {map[string]float64{Condition: .12, Latent: .9, Narrow: .9}, IgnoredCondition},
		"classes are near":    {map[string]float64{Condition: .3, Latent: .9, Narrow: .9}, Healthy},
		"batch statistics":    {map[string]float64{Modes: .9}, BatchStatistics},
		"drawn ones alike":    {map[string]float64{Modes: .35, Diversity: .05, Coverage: .05, Near: 0}, BatchStatistics},
		"both kinds alike":    {map[string]float64{Modes: .2, Diversity: .05, Coverage: .05, Near: .95}, Collapse},
		"collapse, D certain": {map[string]float64{Coverage: .2, Near: .95, Gap: .8, Drift: .02}, Collapse},
		"stuck, D uneven":     {map[string]float64{Drift: .01, Coverage: 0, Near: 0, Gap: .17}, Stuck},
		"G won, then stands":  {map[string]float64{Drift: .03, Coverage: 0, Near: 0, Gap: -.17}, GWins},
		"saturated, so dead":  {map[string]float64{Midtones: .01, Dead: 1}, Saturated},
	} {
		h := historyOf(20, func(i int) map[string]float64 { return probes(i, test.changes) })
		if f := Judge(h)[0]; f.Failure != test.want {
			t.Errorf("%s: %s", name, f.Line())
		}
		if test.want == Collapse || test.want == DWins || test.want == GWins {
			h.Rows = h.Rows[:5]
			if f := Judge(h)[0]; f.Failure.Bad() {
				t.Errorf("%s: accused after 5 probes: %s", name, f.Line())
			}
		}
	}
}

// TestCycling tells samples that move from mode to mode from samples that stay.
func TestCycling(t *testing.T) {
	for moves, want := range map[bool]Failure{true: Cycling, false: Collapse} {
		h := historyOf(20, func(i int) map[string]float64 {
			return probes(i, map[string]float64{Coverage: .25, Near: .9, Gap: .5, Drift: map[bool]float64{true: .6, false: .05}[moves]})
		})
		for i := range h.Rows {
			h.Rows[i].Covered = make([]bool, 8)
			at := 0
			if moves {
				at = 2 * (i % 4)
			}
			h.Rows[i].Covered[at], h.Rows[i].Covered[at+1] = true, true
		}
		if f := Judge(h)[0]; f.Failure != want {
			t.Errorf("moves: %v: %s", moves, f.Line())
		}
	}
}

// TestNoAccusationWhileImproving waits while samples get better.
func TestNoAccusationWhileImproving(t *testing.T) {
	h := historyOf(16, func(i int) map[string]float64 {
		return probes(i, map[string]float64{Coverage: .02 * float64(i), Near: .9, Gap: .9})
	})
	if f := Judge(h)[0]; f.Failure.Bad() {
		t.Error(f.Line())
	}
}

// TestNoCyclingWhileImproving does not take samples that move, and get better, for cycling ones.
func TestNoCyclingWhileImproving(t *testing.T) {
	h := historyOf(16, func(i int) map[string]float64 {
		return probes(i, map[string]float64{Coverage: .04 * float64(i), Near: .6, Drift: .6})
	})
	for i := range h.Rows {
		h.Rows[i].Covered = make([]bool, 64)
		for k := range 3 * i { // others each time
			h.Rows[i].Covered[(k*7+13*i)%64] = true
		}
	}
	for n := range h.Rows {
		short := *h
		short.Rows = h.Rows[:n+1]
		if f := Judge(&short)[0]; f.Failure.Bad() {
			t.Errorf("%d rows: %s", n+1, f.Line())
		}
	}
}

// TestImagesAreNotCycling allows healthy images that cover others at each tick.
func TestImagesAreNotCycling(t *testing.T) {
	for numbers, want := range map[float64]Failure{100: Healthy, 2: Cycling} {
		h := historyOf(20, func(i int) map[string]float64 {
			return probes(i, map[string]float64{Numbers: numbers, Coverage: .45, Near: .7, Drift: .6})
		})
		for i := range h.Rows {
			h.Rows[i].Covered = make([]bool, 20)
			for k := range 9 {
				h.Rows[i].Covered[(9*i+k)%20] = true
			}
		}
		if f := Judge(h)[0]; f.Failure != want {
			t.Errorf("%g numbers: %s", numbers, f.Line())
		}
	}
}

// TestCollapseBegins when samples are near the data, and is named although they come nearer.
func TestCollapseBegins(t *testing.T) {
	h := historyOf(16, func(i int) map[string]float64 {
		return probes(i, map[string]float64{Coverage: .25, Near: min(.1*float64(i), .99), Gap: .5})
	})
	f := Judge(h)[0]
	if f.Failure != Collapse || f.Since != 700 { // near is above 0.5 from row 6 on
		t.Error(f.Line())
	}
	h.Rows = h.Rows[:9]
	if f := Judge(h)[0]; f.Failure != Collapse {
		t.Errorf("9 rows: %s", f.Line())
	}
}

// TestConditionIsLearned waits for a young G that begins to use the class.
func TestConditionIsLearned(t *testing.T) {
	h := historyOf(16, func(i int) map[string]float64 {
		return probes(i, map[string]float64{Condition: .01 * float64(i), Latent: .9, Narrow: .9})
	})
	if f := Judge(h)[0]; f.Failure.Bad() {
		t.Error(f.Line())
	}
}

func TestPeriod(t *testing.T) {
	var waves, noise []float64
	for i := range 100 {
		waves = append(waves, 3+.01*float64(i)+math.Sin(2*math.Pi*float64(i)/20)+.2*wobble(i))
		noise = append(noise, wobble(i))
	}
	if period, power := strongestPeriod(waves); math.Abs(period-20) > .1 || power < .8 {
		t.Errorf("period %g of power %g", period, power)
	}
	if _, power := strongestPeriod(noise); power > strongWave {
		t.Errorf("noise has a period of power %g", power)
	}
	if period, power := strongestPeriod(waves[:20]); period != 0 || power != 0 {
		t.Errorf("period %g of 20 values", period)
	}
}

// TestKnown reports a finding that the rows do not show until a row is later.
func TestKnown(t *testing.T) {
	h := historyOf(20, func(i int) map[string]float64 { return probes(i, nil) })
	h.Known = []Finding{{Failure: NotANumber, Since: 2050, Certainty: 1, Why: "A number."}}
	if found := Judge(h); len(found) != 1 || found[0].Failure != NotANumber || len(found[0].Remedies) == 0 {
		t.Errorf("%v", found)
	}
	h.Known[0].Since = 1000
	if found := Judge(h); found[0].Failure != Healthy {
		t.Errorf("%v", found)
	}
}

func TestRemediesFitTheRun(t *testing.T) {
	setup := Setup{
		Command:  []string{"gander", "train", "digits", "--data", "my data", "--set", "model.rate_d=8"},
		Settings: map[string]string{"model.rate_d": "8", "model.objective": `"non-saturating"`, "model.k": "1", "model.gamma": "0", "model.label_smoothing": "0", "model.instance_noise": "0"},
	}
	var got []string
	for _, r := range Remedies(DWins, setup) {
		got = append(got, strings.Join(r.Settings, " "))
	}
	if want := "model.rate_d=1|model.gamma=1|model.label_smoothing=0.1 model.instance_noise=0.1"; strings.Join(got, "|") != want {
		t.Errorf("settings %v, want %s", got, want)
	}
	if command := Remedies(DWins, setup)[0].Command; command != "gander train digits --data 'my data' --set model.rate_d=1" {
		t.Error(command)
	}
	if command, want := Remedies(DWins, setup)[1].Command, "gander train digits --data 'my data' --set model.rate_d=1 --set model.gamma=1"; command != want {
		t.Errorf("the command of the second remedy is %s, want %s", command, want)
	}
	nan := Setup{Command: []string{"gander", "train", "dcgan", "--set", "model.learning_rate=1e30"}, Settings: map[string]string{"model.learning_rate": "1e30"}}
	if command := Remedies(NotANumber, nan)[1].Command; command != "gander train dcgan --set model.learning_rate=0.0002" {
		t.Errorf("a tenth of the rate of the first remedy: %s", command)
	}
	for gamma, want := range map[string]string{"0.2": "model.gamma=10|model.gamma=30|", "10": "model.gamma=30|"} { // a run that has the first gets the second
		got := ""
		for _, r := range Remedies(ClassCollapse, Setup{Settings: map[string]string{"model.gamma": gamma}}) {
			got += strings.Join(r.Settings, " ") + "|"
		}
		if got != want {
			t.Errorf("class collapse with gamma = %s: %s, want %s", gamma, got, want)
		}
	}
	if nan.Settings["model.learning_rate"] != "1e30" {
		t.Errorf("the settings of the run have become %v", nan.Settings)
	}
	for failure, want := range map[Failure]string{DeadUnits: "model.norm=batch model.learning_rate=0.002 model.beta1=0.5", IgnoredLatent: "model.weights=0.05 model.learning_rate=0.002 model.beta1=0.5", Saturated: "model.learning_rate=0.002 model.beta1=0.5 model.weights=0.05"} {
		setup := Setup{Settings: map[string]string{"model.norm": `"none"`, "model.learning_rate": "0.01", "model.beta1": "0.9", "model.weights": "5"}}
		if got := strings.Join(Remedies(failure, setup)[0].Settings, " "); got != want {
			t.Errorf("%s: settings %s, want %s", failure, got, want)
		}
	}
	for _, f := range Failures() {
		if len(treatments[f]) == 0 || f.Title() == string(f) {
			t.Errorf("%s has no remedy or no title", f)
		}
		if r := Remedies(f, Setup{}); len(r) != len(treatments[f]) || r[0].Command != "" {
			t.Errorf("%s: remedies of no run: %v", f, r)
		}
	}
}

func TestRatesInWords(t *testing.T) {
	// The words of a remedy contain the factor of the learning rate that it sets.
	words := map[string]string{"model.learning_rate=0.02": "ten times as high", "model.learning_rate=0.0002": "to a tenth"}
	seen := map[string]bool{}
	for _, failure := range Failures() {
		for _, r := range Remedies(failure, Setup{Settings: map[string]string{"model.learning_rate": "0.002"}}) {
			for _, s := range r.Settings {
				seen[s] = true
				if !strings.Contains(r.What, words[s]) {
					t.Errorf("%s: %q sets %s, want %q in its words", failure, r.What, s, words[s])
				}
			}
		}
	}
	for s := range words {
		if !seen[s] {
			t.Errorf("no remedy sets %s", s)
		}
	}
}

func TestParseFailures(t *testing.T) {
	if list, err := ParseFailures("collapse, diverged"); err != nil || !reflect.DeepEqual(list, []Failure{Collapse, Diverged}) {
		t.Errorf("%v, error %v", list, err)
	}
	if _, err := ParseFailures("collapse,healthy"); err == nil || err.Error() != `unknown failure "healthy"` {
		t.Errorf("error %v", err)
	}
}

func TestFindingAsJSON(t *testing.T) {
	f := Finding{Failure: NotANumber, Since: 3, Certainty: .5, Why: "x", Figures: []Figure{{"loss.D", math.Inf(1), "not finite", ""}, {"near", 2.5, "", Near}}}
	text, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	var back Finding
	if err := json.Unmarshal(text, &back); err != nil || !reflect.DeepEqual(f, back) {
		t.Errorf("%s gives %+v, error %v", text, back, err)
	}
}

// TestNeedsProbes wants no failure that losses show among those that need probes.
func TestNeedsProbes(t *testing.T) {
	for _, f := range []Failure{NotANumber, DoubleSigmoid, BrokenPenalty, ConstantD, Frozen, Contradiction, Stuck, GWins, DWins, Jump, Diverged, ClassUnlearned, Worse, Healthy, Unknown} {
		if f.NeedsProbes() {
			t.Errorf("%s needs probes", f)
		}
	}
	for _, f := range []Failure{Collapse, Memorisation, IgnoredLatent} {
		if !f.NeedsProbes() {
			t.Errorf("%s needs no probes", f)
		}
	}
}
