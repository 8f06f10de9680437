// Command train makes the weights that package lenet embeds:
//
//	go run ./measure/internal/lenet/train -data mnist -o measure/internal/lenet/mnist.safetensors
//	go run ./measure/internal/lenet/train -data fashion-mnist -kimg 1500 -o measure/internal/lenet/fashion-mnist.safetensors
//
// The same flags give the same bytes on the same instruction set, with any number of
// threads. The command exists so that anyone can make the weights again. It must not be
// needed to use them.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/gander-ml/gander/data"
	"github.com/gander-ml/gander/data/load"
	"github.com/gander-ml/gander/engine"
	"github.com/gander-ml/gander/internal/atomicfile"
	"github.com/gander-ml/gander/measure/internal/lenet"
)

func main() {
	name := flag.String("data", "mnist", "train on the `dataset`")
	out := flag.String("o", "", "write the weights to `file`")
	seed := flag.Uint64("seed", 1, "seed of all random numbers")
	kimg := flag.Float64("kimg", defaultKimg, "length of the training in thousands of images")
	threads := flag.Int("threads", 0, "number of threads; 0 means one for each processor")
	flag.Parse()
	if flag.NArg() != 0 || *out == "" || *kimg <= 0 {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *name, *out, *seed, *kimg, *threads); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, name, out string, seed uint64, kimg float64, threads int) error {
	parts := load.NewParts(name, seed)
	set, err := parts.Open(ctx, data.Train)
	if err != nil {
		return err
	}
	test, err := parts.Open(ctx, data.Test)
	if err != nil {
		return err
	}
	device := engine.NewDevice(threads)
	defer device.Close()
	command := fmt.Sprintf("go run ./measure/internal/lenet/train -data %s -o measure/internal/lenet/%s.safetensors -seed %d -kimg %g", name, name, seed, kimg)
	var weights bytes.Buffer
	trained := lenet.Training{Data: name, Command: command, Seed: seed, Kimg: kimg}
	if err := train(ctx, device, set, test, trained, &weights, os.Stderr); err != nil {
		return err
	}
	return atomicfile.Write(out, 0o666, func(w io.Writer) error {
		_, err := w.Write(weights.Bytes())
		return err
	})
}
