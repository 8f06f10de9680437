//go:build !js

package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/playground"
)

// engineFile replaces the file engine.js of the page.
const engineFile = "// The engine of this page: WebAssembly in a worker.\nexport {connect} from \"./wasm.js\";\n"

const self = "github.com/gander-ml/gander/cmd/playground"

func main() {
	out := flag.String("o", "site", "`folder` of the site; it must be new or empty")
	flag.Parse()
	if err := build(*out); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		if advice := hint.Of(err); advice != "" {
			fmt.Fprintln(os.Stderr, "hint:", advice)
		}
		os.Exit(1)
	}
}

// build writes the site to a folder. It needs the go command, and the source of Gander in
// the module of the working directory or among its dependencies.
func build(dir string) error {
	if err := writeFiles(dir); err != nil {
		return err
	}
	wasm, err := filepath.Abs(filepath.Join(dir, "playground.wasm"))
	if err != nil {
		return err
	}
	_, err = goCommand([]string{"GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0"}, "build", "-trimpath", "-ldflags=-s -w", "-o", wasm, self)
	return err
}

// writeFiles writes all files of the site but the engine.
func writeFiles(dir string) error {
	if err := makeEmpty(dir); err != nil {
		return err
	}
	files, err := playground.Files()
	if err != nil {
		return err
	}
	files["engine.js"] = []byte(engineFile)
	root, err := goCommand(nil, "env", "GOROOT")
	if err != nil {
		return err
	}
	if files["wasm_exec.js"], err = os.ReadFile(filepath.Join(strings.TrimSpace(root), "lib", "wasm", "wasm_exec.js")); err != nil {
		return err
	}
	for _, name := range playground.Names(files) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(path, files[name], 0o666); err != nil {
			return err
		}
	}
	return nil
}

// makeEmpty makes a folder, or checks that there is nothing in it.
func makeEmpty(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return os.MkdirAll(dir, 0o777)
	case err != nil:
		return err
	case len(entries) > 0:
		return hint.Add(fmt.Errorf("folder %s is not empty", dir), "name another folder with -o, or empty it")
	}
	return nil
}

// goCommand runs the go command and returns what it prints.
func goCommand(environment []string, args ...string) (string, error) {
	c := exec.Command("go", args...)
	c.Env = append(os.Environ(), environment...)
	var failed strings.Builder
	c.Stderr = &failed
	out, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", args[0], err, failed.String())
	}
	return string(out), nil
}
