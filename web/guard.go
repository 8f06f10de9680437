package web

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// policy is the Content-Security-Policy of every answer: a page may load its own files
// and nothing else, no other page may show it in a frame, and scripts and styles
// inside the text of a page do not run.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// MaxBody is the greatest size of the body of a request in bytes.
const MaxBody = 1 << 20

// A Guard protects a server that anyone's browser can reach: a page of another origin
// must not read or steer it. The zero Guard is right for a loopback address.
//
// It accepts a request without Token only if its Host is a loopback address or localhost.
// That stops pages that let the name of their own server point to this one
// (DNS rebinding). If there is a Token, every request needs it, in the cookie that the
// address with ?token= sets, or in an Authorization header as a bearer token.
//
// Requests that other pages send are refused, by the headers Origin and
// Sec-Fetch-Site, which every present browser sends.
type Guard struct {
	Token string // secret of the users of an address that others can reach; "": none
}

// Wrap returns a handler that checks each request before next, limits its body to
// [MaxBody], and sets the headers that protect the answer.
func (g Guard) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		if g.Token == "" && !isLoopbackHost(r.Host) {
			http.Error(w, "this server answers only to its loopback address", http.StatusMisdirectedRequest)
			return
		}
		if !sameOrigin(r) {
			http.Error(w, "a page of another origin has sent this request", http.StatusForbidden)
			return
		}
		if g.Token != "" && !g.admit(w, r) {
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, MaxBody)
		next.ServeHTTP(w, r)
	})
}

// isLoopbackHost reports whether the Host of a request is localhost or a loopback
// address, with or without a port.
func isLoopbackHost(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	if strings.EqualFold(strings.TrimSuffix(name, "."), "localhost") {
		return true
	}
	address, err := netip.ParseAddr(strings.Trim(name, "[]"))
	return err == nil && address.IsLoopback()
}

// sameOrigin reports whether a request comes from a page of this server, or from no
// page at all: an address that a user types, a link that a user follows, a program.
func sameOrigin(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
	default: // of another site: only a link to a page
		if r.Method != http.MethodGet || r.Header.Get("Sec-Fetch-Mode") != "navigate" || r.Header.Get("Sec-Fetch-Dest") != "document" {
			return false
		}
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	from, err := url.Parse(origin)
	return err == nil && from.Host != "" && strings.EqualFold(from.Host, r.Host)
}

// tokenCookie is the name of the cookie with the token.
const tokenCookie = "gander_token"

// admit reports whether a request has the token. If the address has it, admit stores
// it in a cookie and answers with a redirect to the address without it, so that the
// token does not stay in the history of the browser.
func (g Guard) admit(w http.ResponseWriter, r *http.Request) bool {
	if given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok && g.isToken(given) {
		return true
	}
	if cookie, err := r.Cookie(tokenCookie); err == nil && g.isToken(cookie.Value) {
		return true
	}
	query := r.URL.Query()
	if query.Has("token") && g.isToken(query.Get("token")) && r.Method == http.MethodGet {
		http.SetCookie(w, &http.Cookie{
			Name: tokenCookie, Value: g.Token, Path: "/", HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteStrictMode,
		})
		query.Del("token")
		clean := url.URL{Path: r.URL.Path, RawQuery: query.Encode()}
		if strings.HasPrefix(clean.Path, "//") {
			clean.Path = "/"
		}
		http.Redirect(w, r, clean.String(), http.StatusSeeOther)
		return false
	}
	w.Header().Set("WWW-Authenticate", `Bearer realm="gander"`)
	http.Error(w, "this server needs its token: open the address that it printed", http.StatusUnauthorized)
	return false
}

// isToken compares in a time that does not depend on the contents.
func (g Guard) isToken(given string) bool {
	a, b := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(g.Token))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}
