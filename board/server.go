package board

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"strconv"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/run"
	"github.com/gander-ml/gander/web"
)

//go:embed files
var embedded embed.FS

// Handler returns the page and the answers to its requests. It must be behind a [web.Guard].
// docs/board.md lists the addresses.
func (b *Board) Handler() http.Handler {
	files, err := fs.Sub(embedded, "files")
	if err != nil {
		panic(err) // the folder is embedded
	}
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", web.Handler(files))
	mux.Handle("GET /board/", http.StripPrefix("/board/", web.Handler(files)))
	mux.Handle("GET /web/", http.StripPrefix("/web/", web.Handler(web.Files)))
	if b.options.Play != nil {
		mux.Handle("/play/", http.StripPrefix("/play", b.options.Play))
	}
	for pattern, answer := range map[string]func(http.ResponseWriter, *http.Request) error{
		"GET /api/runs":      b.serveRuns,
		"GET /api/run":       b.serveRun,
		"GET /api/history":   b.serveHistory,
		"GET /api/log":       b.serveLog,
		"GET /api/picture":   b.servePicture,
		"GET /api/thumb":     b.serveThumb,
		"GET /api/file":      b.serveFile,
		"GET /api/journal":   b.serveTable,
		"GET /api/system":    b.serveSystem,
		"GET /api/inputs":    b.serveInputs,
		"POST /api/make":     b.serveMake,
		"GET /api/nearest":   b.serveNearest,
		"GET /api/samples":   b.serveSamples,
		"POST /api/tags":     b.serveTags,
		"POST /api/rename":   b.serveRename,
		"POST /api/delete":   b.serveDelete,
		"POST /api/restore":  b.serveRestore,
		"GET /api/recipes":   b.serveRecipes,
		"GET /api/recipe":    b.serveRecipe,
		"GET /api/trainings": b.serveTrainings,
		"POST /api/train":    b.serveTrain,
		"POST /api/stop":     b.serveStop,
		"POST /api/resume":   b.serveResume,
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "no-store")
			if err := answer(w, r); err != nil {
				writeError(w, r, err)
			}
		})
	}
	mux.HandleFunc("GET /api/events", b.serveEvents)
	return mux
}

// A requestError is an error for which the sender of a request is responsible.
type requestError struct{ err error }

func (e *requestError) Error() string { return e.err.Error() }
func (e *requestError) Unwrap() error { return e.err }

func badRequest(err error) error {
	if err == nil {
		return nil
	}
	return &requestError{err}
}

// writeError answers with an error and its hint.
func writeError(w http.ResponseWriter, r *http.Request, err error) {
	status := http.StatusInternalServerError
	var bad *requestError
	switch {
	case r.Context().Err() != nil:
		return // nobody reads the answer
	case errors.Is(err, errNoTraining):
		status = http.StatusForbidden
	case errors.As(err, &bad):
		status = http.StatusBadRequest
	case errors.Is(err, errNoRun), errors.Is(err, fs.ErrNotExist), errors.Is(err, run.ErrNoCheckpoint):
		status = http.StatusNotFound
	case errors.Is(err, run.ErrLocked), errors.Is(err, fs.ErrExist):
		status = http.StatusConflict
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Del("Content-Disposition")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]string{"error": err.Error(), "hint": hint.Of(err)}) // a client that is gone reads nothing
}

// writeJSON answers with a value.
func writeJSON(w http.ResponseWriter, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(text) // a client that is gone reads nothing
	return nil
}

// readJSON reads the body of a request. Only pages of this server can send JSON: a form
// of another page cannot.
func readJSON(r *http.Request, value any) error {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return badRequest(errors.New("the body must be application/json"))
	}
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(value); err != nil {
		return badRequest(fmt.Errorf("the body is not understood: %w", err))
	}
	if _, err := d.Token(); err != io.EOF {
		return badRequest(errors.New("the body has something after its JSON value"))
	}
	return nil
}

// runOf returns the run that a request names by its id.
func (b *Board) runOf(r *http.Request) (*entry, error) { return b.find(r.URL.Query().Get("id")) }

func (b *Board) find(id string) (*entry, error) {
	if e := b.entry(id); e != nil {
		return e, nil
	}
	b.fresh()
	if e := b.entry(id); e != nil {
		return e, nil
	}
	return nil, errNoRun
}

// integer reads a number of a request, or returns usual if there is none.
func integer(r *http.Request, name string, usual, least, most int64) (int64, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return usual, nil
	}
	v, err := strconv.ParseInt(text, 10, 64)
	if err != nil || v < least || v > most {
		return 0, badRequest(errors.New(name + " is not a whole number from " + strconv.FormatInt(least, 10) + " to " + strconv.FormatInt(most, 10)))
	}
	return v, nil
}
