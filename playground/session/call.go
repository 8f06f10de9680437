package session

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/gander-ml/gander/hint"
)

// A Caller has a session and everything that a page can ask of it, as calls with bytes. Its
// zero value has no session until the call "open". It is not safe for concurrent use.
//
//	call     request                                    reply
//	fields   {}                                         settings and constants, as JSON
//	open     {settings: ["data=ring"], points, layers}  a frame of a new session
//	change   {settings, points, layers}                 a frame; the weights are kept where they fit
//	advance  {mode, rounds, ms, layers}                 a frame after these rounds
//	next     {layers}                                   a frame after the next phase of slow motion
//	frame    {layers}                                   a frame
//	points   {csv}                                      points in the view, as JSON
//	dirac    {method, rate, theta, psi, steps, ...}     see [Dirac], as JSON
//
// Frames are in the format of docs/playground.md.
type Caller struct{ session *Session }

// Close ends the session, if there is one.
func (c *Caller) Close() {
	if c.session != nil {
		c.session.Close()
		c.session = nil
	}
}

// A request has the arguments of all calls.
type request struct {
	Settings []string     `json:"settings"`
	Points   [][2]float64 `json:"points"`
	Layers   Layers       `json:"layers"`
	Mode     Mode         `json:"mode"`
	Rounds   int          `json:"rounds"`
	Ms       int          `json:"ms"`
	CSV      string       `json:"csv"`
	Dirac    Dirac        `json:"dirac"`
}

// Limits of one call, so that a page cannot wait for long.
const (
	maxRounds = 10_000
	maxMs     = 250
)

// Call answers a call. Errors are of the request; the session does not change then.
func (c *Caller) Call(name string, body []byte) ([]byte, error) {
	var r request
	if err := decodeRequest(body, &r); err != nil {
		return nil, hint.Add(fmt.Errorf("the request %s is not understood: %w", name, err), "reload the page")
	}
	switch name {
	case "fields":
		return json.Marshal(constants())
	case "points":
		points, err := ReadPoints(r.CSV)
		if err != nil {
			return nil, err
		}
		return json.Marshal(points)
	case "dirac":
		return r.Dirac.reply()
	case "open":
		return c.open(r)
	}
	if c.session == nil {
		return nil, errClosed
	}
	switch name {
	case "change":
		return c.change(r)
	case "advance":
		return c.advance(r)
	case "next":
		c.session.Next()
		return c.frame(r, header{})
	case "frame":
		return c.frame(r, header{})
	}
	return nil, fmt.Errorf("there is no call %q", name)
}

// decodeRequest decodes a body, which must be one JSON value with known names and nothing after
// it.
func decodeRequest(body []byte, r *request) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(r); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("there is something after its JSON value")
	}
	return nil
}

var errClosed = hint.Add(errors.New("this playground is closed"), "reset it, or reload the page")

// constants are what a page must know at first.
func constants() any {
	return struct {
		Fields    []Field  `json:"fields"`
		View      float64  `json:"view"`
		Side      int      `json:"side"`
		WarpSide  int      `json:"warpSide"`
		MaxPoints int      `json:"maxPoints"`
		Numbers   []string `json:"numbers"`
		Dirac     []string `json:"dirac"`
	}{Fields(), View, Side, WarpSide, maxPoints, NumberNames, diracNames()}
}

func (r request) settings() (Settings, error) {
	s := Default()
	err := s.Set(r.Settings...)
	return s, err
}

func (c *Caller) open(r request) ([]byte, error) {
	s, err := r.settings()
	if err != nil {
		return nil, err
	}
	session, err := New(s, r.Points)
	if err != nil {
		return nil, err
	}
	c.Close()
	c.session = session
	return c.frame(r, header{})
}

func (c *Caller) change(r request) ([]byte, error) {
	s, err := r.settings()
	if err != nil {
		return nil, err
	}
	kept, err := c.session.Change(s, r.Points)
	if err != nil {
		return nil, err
	}
	return c.frame(r, header{Kept: kept})
}

func (c *Caller) advance(r request) ([]byte, error) {
	switch {
	case r.Mode != Both && r.Mode != OnlyD && r.Mode != OnlyG:
		return nil, hint.Add(fmt.Errorf("the mode is %q", r.Mode), "it is %s", strings.Join([]string{string(Both), string(OnlyD), string(OnlyG)}, ", "))
	case r.Rounds < 0 || r.Rounds > maxRounds || r.Ms < 0 || r.Ms > maxMs:
		return nil, fmt.Errorf("%d rounds in %d ms: want at most %d in %d", r.Rounds, r.Ms, maxRounds, maxMs)
	}
	played := c.session.Advance(r.Mode, r.Rounds, time.Duration(r.Ms)*time.Millisecond)
	return c.frame(r, header{Played: played})
}

func (c *Caller) frame(r request, h header) ([]byte, error) {
	return c.session.Frame(r.Layers).encode(h)
}

// A Refused is an error as a page reads it.
type Refused struct {
	Error string `json:"error"`
	Hint  string `json:"hint,omitempty"`
}

// Refusal returns an error as a page reads it.
func Refusal(err error) Refused { return Refused{err.Error(), hint.Of(err)} }
