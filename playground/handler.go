package playground

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"regexp"
	"runtime"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/playground/session"
	"github.com/gander-ml/gander/web"
)

// maxSessions is the number of sessions of a handler. If another page opens one, the session
// that was not used for the longest time is closed.
const maxSessions = 16

// Handler returns the page of the playground and the calls of its sessions, below "/". A
// server that has it at another path strips that path. runs is the address of a page with
// runs, relative to this page. This page then has a link to it; "" means no link. Each request
// of the page contains the name of its session. The handler trusts all requests: [web.Guard]
// refuses those of other pages.
func Handler(runs string) http.Handler {
	files, err := fs.Sub(embedded, "files")
	if err != nil {
		panic(err) // the folder is embedded
	}
	calls := &calls{sessions: newSessions(maxSessions), running: make(chan struct{}, max(1, runtime.NumCPU()/2))}
	mux := http.NewServeMux()
	mux.Handle("/", web.Handler(files))
	mux.Handle("/web/", http.StripPrefix("/web", web.Handler(web.Files)))
	mux.Handle("POST /call/{name}", calls)
	mux.HandleFunc("GET /"+placeFile, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		_, _ = w.Write(place(runs)) // a page that is gone needs no answer
	})
	return mux
}

// placeFile contains the place of the page. The file of this name is for a site without runs.
const placeFile = "place.json"

func place(runs string) []byte {
	text, err := json.Marshal(map[string]string{"runs": runs})
	if err != nil {
		panic(err) // a map of strings
	}
	return text
}

// calls answers the calls of all sessions. The capacity of running limits the number of calls
// that compute at the same time, so that pages do not slow down other programs.
type calls struct {
	sessions *sessions
	running  chan struct{}
}

var sessionName = regexp.MustCompile(`^[0-9a-f]{16,64}$`)

func (c *calls) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Query().Get("session")
	if !sessionName.MatchString(name) {
		refuse(w, http.StatusBadRequest, hint.Add(errors.New("the request does not name a session"), "reload the page"))
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, web.MaxBody))
	if err != nil {
		refuse(w, http.StatusRequestEntityTooLarge, hint.Add(errors.New("the request is too large"), "give fewer points"))
		return
	}
	select {
	case c.running <- struct{}{}:
		defer func() { <-c.running }()
	case <-r.Context().Done(): // the page is gone
		return
	}
	reply, err := c.sessions.call(name, r.PathValue("name"), body)
	if err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(reply) // a page that is gone needs no answer
}

// refuse answers with an error and its hint, as JSON.
func refuse(w http.ResponseWriter, status int, err error) {
	reply, failed := json.Marshal(session.Refusal(err))
	if failed != nil {
		status, reply = http.StatusInternalServerError, []byte("{}")
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(reply)
}
