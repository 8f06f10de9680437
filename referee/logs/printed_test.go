package logs

import (
	"bufio"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/gander-ml/gander/referee"
)

// TestPrinted reads the same two rows from the lines of many programs.
func TestPrinted(t *testing.T) {
	for name, text := range map[string]string{
		"PyTorch's example": "[3/25][100/1583]\tLoss_D: 1.2000\tLoss_G: 0.8000\tD(x): 0.5 D(G(z)): 0.5 / 0.4\n[3/25][200/1583]\tLoss_D: 1.1000\tLoss_G: 0.9000\tD(x): 0.5 D(G(z)): 0.5 / 0.4\n",
		"one space":         "[3/25][100/1583] Loss_D: 1.2 Loss_G: .8 D(x): .7 D(G(z)): .3 / .1\r\n[3/25][200/1583] Loss_D: 1.1 Loss_G: .9 D(x): .7 D(G(z)): .3 / .1",
		"Keras-GAN":         "100 [D loss: 1.200000, acc.: 70.31%] [G loss: 0.800000]\n200 [D loss: 1.100000, acc.: 100.00%] [G loss: 0.900000]\n",
		"Keras' bar":        "Epoch 3/100\n500/500 [=====>...] - 30s 20ms/step - d_loss: 1.2 - g_loss: 0.8\nEpoch 4/100\n500/500 [=====>...] - 30s 20ms/step - d_loss: 1.1 - g_loss: 0.9\n",
		"dashes":            "Epoch 3/100 - d_loss: 1.2 - g_loss: 0.8\nEpoch 4/100 - d_loss: 1.1 - g_loss: 0.9\n",
		"equals":            "Step=99 D_loss=1.2, G_loss=0.8, D_real=0.6, D_fake=0.6\nStep=199 D_loss=1.1, G_loss=0.9, D_real=0.5, D_fake=0.6\n",
		"blanks":            "epoch 3 batch 100 d_loss 1.2 g_loss 0.8\nepoch 3 batch 200 d_loss 1.1 g_loss 0.9\n",
		"brackets":          "Epoch: [ 1] [ 100/ 500] time: 301.2500, d_loss: 1.20000000, g_loss: 0.80000000\nEpoch: [ 1] [ 200/ 500] time: 305.5, d_loss: 1.10000000, g_loss: 0.90000000\n",
		"logging":           "[INFO] 2020-01-02 03:04:05 > Step:    100 Progress: 0.1% Elapsed: 1 day, 0:00:15 ada_p: No Dis_loss: 1.2 Gen_loss: 0.8\n[INFO] 2020-01-02 03:05:06 > Step:    200 Progress: 0.2% Elapsed: 1 day, 0:01:16 ada_p: No Dis_loss: 1.1 Gen_loss: 0.9\n",
		"two lines":         "Iter: 100\nD loss: 1.2\nG_loss: 0.8\n\nIter: 200\nD loss: 1.1\nG_loss: 0.9\n",
		"losses apart":      "step 100, D loss 1.2\nstep 100, G loss 0.8\nstep 200, D loss 1.1\nstep 200, G loss 0.9\n",
		"a bar overwritten": "  0%|   | 0/10 [00:00<?, ?it/s]\r  5%|█  | 1/10 [00:10<00:50, 1.25it/s]d_loss: 1.2\tg_loss: 0.8\r 10%|█▏ | 2/10 [00:20<00:40, 10.5s/it]d_loss: 1.1\tg_loss: 0.9\n",
		"tensors":           "Epoch 3 loss_D tensor(1.2, device='cuda:0', grad_fn=<AddBackward0>) loss_G tensor(0.8)\nEpoch 4 loss_D tensor(1.1, device='cuda:0') loss_G tensor(0.9)\n",
		"dicts of Python":   "{'epoch': 3, 'd_loss': 1.2, 'g_loss': 0.8}\n{'epoch': 4, 'd_loss': 1.1, 'g_loss': 0.9}\n",
		"colours":           "\x1b[32mepoch\x1b[0m: 3 \x1b[1mloss_D\x1b[0m: 1.2 loss_G: 0.8\n\x1b[32mepoch\x1b[0m: 4 loss_D: 1.1 loss_G: 0.9\n",
		"bars":              "Epoch [    3/   50] | d_loss: 1.2000 | g_loss: 0.8000\nEpoch [    4/   50] | d_loss: 1.1000 | g_loss: 0.9000\n",
		"nested":            "700 (5, 1) [D loss: (1.2)(R -12.5, F 3.5, G 0.4)] [G loss: 0.8]\n701 (5, 1) [D loss: (1.1)(R -12.5, F 3.5, G 0.4)] [G loss: 0.9]\n",
		"with noise":        "Downloading 100%\n(bn1): BatchNorm2d(64, eps=1e-05, momentum=0.1)\n{'d_steps_per_iter': 5, 'batch_size': 64, 'gp_lambda': 10}\nTotal params: 123,456\nStarting Training Loop...\nstep 100: d_loss: 1.2 g_loss: 0.8\nSaved 64 samples to out_100.png\nstep 200: d_loss: 1.1 g_loss: 0.9\n",
	} {
		l := parse(t, text, Options{})
		if len(l.History.Rows) != 2 || l.Format != "printed lines" {
			t.Errorf("%s: %s, rows %v", name, l.Format, l.History.Rows)
			continue
		}
		for i, want := range [][2]float64{{1.2, .8}, {1.1, .9}} {
			if v := l.History.Rows[i].Values; v[referee.LossD] != want[0] || v[referee.LossG] != want[1] {
				t.Errorf("%s: row %d is %v", name, i, v)
			}
		}
	}
}

func TestPrintedPlaces(t *testing.T) {
	for text, want := range map[string]string{
		"[3/25][200/1583] Loss_D: 1 Loss_G: 1":                 "epoch 3, batch 200",
		"Epoch: [14] [  40/ 90] time: 120.5, d_loss: 1 g: 1":   "epoch 14, batch 40",
		"Epoch 0007: D loss: 1 G loss: 1":                      "epoch 7",
		"[12/100] Loss_D: 1 Loss_G: 1":                         "row 1",
		" 63%|██▎  | 400/800 [10:10<05:05, 2.5it/s] d: 1 g: 1": "row 1",
		"500 d_loss: 1 g_loss: 1":                              "",
	} {
		r := parse(t, text, Options{}).History.Rows
		if len(r) != 1 || r[0].Label != want {
			t.Errorf("%s: rows %v, want %q", text, r, want)
		}
	}
}

func TestPairs(t *testing.T) {
	for line, want := range map[string][]pair{
		"D(x): .7 D(G(z)): .3 / .1":                   {{"D(x)", .7}, {"D(G(z))", .3}, {"D(G(z)) (2)", .1}},
		"Iteration 0: D_loss(real/fake): 0.66/0.71":   {{"Iteration", 0}, {"D_loss real", .66}, {"D_loss fake", .71}},
		"at 10:02:11.5 on 2024-01-31 10:02 loss=-1e3": {{"loss", -1000}},
		"p: no D loss: 0.5":                           {{"D loss", .5}},
		"1.5it/s 3D 0x10 d1_real 12ms":                nil,
		"Initial losses :  G loss 1e-07 D loss .5":    {{"G loss", 1e-7}, {"D loss", .5}},
		"d_loss: 0.5%":                                {{"d_loss", .5}},
		"":                                            nil,
	} {
		if got := pairsOf(nil, line); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %v, want %v", line, got, want)
		}
	}
	if got := pairsOf(nil, "d_loss: nan g_loss: -inf"); len(got) != 2 || !math.IsNaN(got[0].value) || !math.IsInf(got[1].value, -1) {
		t.Errorf("%v", got)
	}
}

// TestPrintedOrTable tells tables from printed lines.
func TestPrintedOrTable(t *testing.T) {
	for text, want := range map[string]string{
		"step,d_loss,g_loss\n1,2,3\n":                        "CSV",
		"D loss 1,G loss 1\n1,2\n":                           "CSV",
		"step,d_loss,g_loss,note\n1,2,3,better\n":            "CSV",
		"step d_loss g_loss\n1 2 3\n":                        "CSV",
		"d_loss: 2, g_loss: 3\n":                             "printed lines",
		"Training begins\nd_loss: 2, g_loss: 3\n":            "printed lines",
		strings.Repeat("a line\n", 5000) + "d_loss 2 g 3\n":  "printed lines",
		"\ufeffepoch: 1, d_loss: 2\nepoch: 1, g_loss: nan\n": "printed lines",
	} {
		if l := parse(t, text, Options{}); l.Format != want {
			t.Errorf("%.40q: %s, want %s", text, l.Format, want)
		}
	}
	_, err := Parse(t.Context(), strings.NewReader("epoch 1 d_loss 2\nepoch 2 d_loss 2\n"), Options{})
	if err == nil || !strings.Contains(err.Error(), "no column is recognised as the loss of G") {
		t.Errorf("one loss: %v", err)
	}
	l := parse(t, "epoch 1 first 2 second 3\nepoch 2 first 1 second 4\n", Options{Columns: map[string]string{"first": referee.LossD, "second": referee.LossG}})
	if l.Rows != 2 || l.History.Rows[1].Values[referee.LossG] != 4 {
		t.Errorf("columns told: %v", l.History.Rows)
	}
}

// TestLossBeforeLetter prefers a name that says loss to one that is only a letter.
func TestLossBeforeLetter(t *testing.T) {
	h := parse(t, "G,D,epoch,G_loss,D_loss\n7,7,1,0.8,1.2\n", Options{}).History
	if v := h.Rows[0].Values; v[referee.LossD] != 1.2 || v[referee.LossG] != .8 {
		t.Errorf("values %v", v)
	}
}

// TestStepsOfEpochs joins an epoch with a step that begins again in each epoch, and leaves
// steps of the whole training as they are.
func TestStepsOfEpochs(t *testing.T) {
	for text, want := range map[string]string{
		"epoch,iters,d,g\n1,100,1,1\n1,200,1,1\n2,100,1,1\n2,200,1,1\n": "[301 401 502 602][epoch 1, batch 100]",
		"epoch,step,d,g\n1,100,1,1\n1,200,1,1\n2,300,1,1\n2,400,1,1\n":  "[100 200 300 400][]",
		"batch,d,g\n0,1,1\n50,1,1\n0,1,1\n50,1,1\n":                     "[0 50 51 101][]",
	} {
		var steps []int64
		h := parse(t, text, Options{}).History
		for _, r := range h.Rows {
			steps = append(steps, r.Step)
		}
		if got := fmt.Sprintf("%v[%s]", steps, h.Rows[0].Label); got != want || !h.Steps {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// TestAppended reads the last of the trainings that a program has appended to its log.
func TestAppended(t *testing.T) {
	var b strings.Builder
	b.WriteString("epoch,d_loss,g_loss\n")
	for training := range 3 {
		for epoch := range 20 {
			fmt.Fprintf(&b, "%d,%d,1\n", epoch, training)
		}
	}
	l := parse(t, b.String(), Options{})
	if notes := strings.Join(l.Notes, "; "); notes != "the file has 3 trainings one after the other: the last is read, from row 41 on" {
		t.Errorf("notes: %s", notes)
	}
	if r := l.History.Rows; len(r) != 20 || r[0].Values[referee.LossD] != 2 {
		t.Errorf("%d rows, the first is %v", len(r), r[0])
	}
}

func FuzzPrinted(f *testing.F) {
	f.Add([]byte("[3/25][200/1583] Loss_D: 0.72 Loss_G: 2.1 D(x): .7 D(G(z)): .3 / .1\n"))
	f.Add([]byte("1 [D loss: nan, acc.: 70.31%] [G loss: -inf]\nEpoch 3/100 - d_loss: 1e999 - g_loss: 1.2\r"))
	f.Add([]byte("(((: 1 )))=2 [[ 3/ ]] \xff: 4 D(G(z: 5 of 6 - - 7 D(/): 8/9"))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := parsePrinted(bufio.NewReader(strings.NewReader(string(data))), Options{})
		if err != nil {
			return
		}
		if found := referee.Judge(l.History); len(found) == 0 || found[0].Why == "" {
			t.Errorf("no verdict on %d rows", l.Rows)
		}
	})
}
