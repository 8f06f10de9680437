package web_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gander-ml/gander/hint"
	"github.com/gander-ml/gander/web"
)

var answer = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("page")) })

// A request is what a browser sends.
type request struct {
	method, target, host string
	headers              []string // name, value, ...
}

func send(g web.Guard, r request) *httptest.ResponseRecorder {
	method := r.method
	if method == "" {
		method = http.MethodGet
	}
	target := r.target
	if target == "" {
		target = "/"
	}
	sent := httptest.NewRequest(method, target, strings.NewReader(""))
	sent.Host = r.host
	for i := 0; i < len(r.headers); i += 2 {
		sent.Header.Set(r.headers[i], r.headers[i+1])
	}
	got := httptest.NewRecorder()
	g.Wrap(answer).ServeHTTP(got, sent)
	return got
}

// TestGuard sends what browsers and attackers send to a server on a loopback address.
func TestGuard(t *testing.T) {
	const own = "127.0.0.1:8765"
	for _, c := range []struct {
		name string
		request
		want int
	}{
		{"typed", request{host: own, headers: []string{"Sec-Fetch-Site", "none"}}, 200},
		{"a program", request{host: own}, 200},
		{"localhost", request{host: "localhost:8765"}, 200},
		{"localhost with a dot", request{host: "LOCALHOST.:8765"}, 200},
		{"IPv6", request{host: "[::1]:8765"}, 200},
		{"no port", request{host: "127.0.0.1"}, 200},
		{"rebound name", request{host: "evil.example:8765"}, 421},
		{"name that begins like one", request{host: "127.0.0.1.evil.example"}, 421},
		{"name that ends like one", request{host: "evillocalhost"}, 421},
		{"unspecified address", request{host: "0.0.0.0:8765"}, 421},
		{"no host", request{host: ""}, 421},
		{"own page", request{method: "POST", host: own, headers: []string{"Origin", "http://" + own, "Sec-Fetch-Site", "same-origin"}}, 200},
		{"other origin", request{method: "POST", host: own, headers: []string{"Origin", "http://evil.example"}}, 403},
		{"other port", request{method: "POST", host: own, headers: []string{"Origin", "http://127.0.0.1:1"}}, 403},
		{"no origin", request{method: "POST", host: own, headers: []string{"Origin", "null"}}, 403},
		{"broken origin", request{method: "POST", host: own, headers: []string{"Origin", "%zz"}}, 403},
		{"old form of another site", request{method: "POST", host: own, headers: []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"}}, 403},
		{"picture on another site", request{host: own, headers: []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "image"}}, 403},
		{"frame on another site", request{host: own, headers: []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe"}}, 403},
		{"other port of this machine", request{host: own, headers: []string{"Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty"}}, 403},
		{"link on another site", request{host: own, headers: []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"}}, 200},
	} {
		got := send(web.Guard{}, c.request)
		if got.Code != c.want {
			t.Errorf("%s: status %d, want %d", c.name, got.Code, c.want)
		}
		if csp := got.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy %q", c.name, csp)
		}
	}
}

// TestToken checks that a server with a token needs it and never shows it again.
func TestToken(t *testing.T) {
	g := web.Guard{Token: "se cret/1"}
	const host = "gpu.example:8765"
	for _, c := range []struct {
		name string
		request
		want int
	}{
		{"none", request{host: host}, 401},
		{"wrong", request{host: host, headers: []string{"Authorization", "Bearer se cret/2"}}, 401},
		{"prefix", request{host: host, headers: []string{"Authorization", "Bearer se"}}, 401},
		{"empty", request{host: host, target: "/?token="}, 401},
		{"header", request{host: host, headers: []string{"Authorization", "Bearer se cret/1"}}, 200},
		{"address with POST", request{method: "POST", host: host, target: "/?token=se+cret%2F1"}, 401},
		{"other origin", request{host: host, headers: []string{"Authorization", "Bearer se cret/1", "Origin", "http://evil.example"}}, 403},
	} {
		if got := send(g, c.request); got.Code != c.want {
			t.Errorf("%s: status %d, want %d", c.name, got.Code, c.want)
		}
	}
	got := send(g, request{host: host, target: "/play/?token=se+cret%2F1&lesson=2"})
	if got.Code != http.StatusSeeOther || got.Header().Get("Location") != "/play/?lesson=2" {
		t.Fatalf("status %d to %q", got.Code, got.Header().Get("Location"))
	}
	cookie := got.Result().Cookies()[0]
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode {
		t.Errorf("cookie %v can be read by scripts or sent by other sites", cookie)
	}
	if got := send(g, request{host: host, target: "//evil.example/?token=se+cret%2F1"}); strings.HasPrefix(got.Header().Get("Location"), "//") {
		t.Errorf("redirect to another server: %s", got.Header().Get("Location"))
	}
}

// TestBodies are bounded.
func TestBodies(t *testing.T) {
	read := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := r.Body.Read(make([]byte, web.MaxBody+1)); err == nil {
			_, err = r.Body.Read(make([]byte, web.MaxBody+1))
			if err == nil {
				t.Error("a body of any size is read")
			}
		}
	})
	r := httptest.NewRequest(http.MethodPost, "http://localhost/", strings.NewReader(strings.Repeat("x", web.MaxBody+2)))
	web.Guard{}.Wrap(read).ServeHTTP(httptest.NewRecorder(), r)
}

// TestListen refuses addresses that others can reach, unless there is a token.
func TestListen(t *testing.T) {
	for _, c := range []struct {
		address web.Address
		want    string
	}{
		{web.Address{Host: "0.0.0.0"}, "no token"},
		{web.Address{Host: ""}, "no token"},
		{web.Address{Host: "127.0.0.1", Cert: "cert.pem"}, "TLS needs"},
		{web.Address{Host: "127.0.0.1", Cert: "absent.pem", Key: "absent.pem"}, "absent.pem"},
		{web.Address{Host: "127.0.0.1", Port: 1 << 17}, "port"},
	} {
		l, err := c.address.Listen()
		if err == nil {
			l.Close()
			t.Errorf("%+v: no error", c.address)
		} else if !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v", c.address, err)
		} else if c.want == "no token" && hint.Of(err) == "" {
			t.Errorf("%+v: no hint", c.address)
		}
	}
}

// TestServe serves over TCP and over TLS, and ends with its context.
func TestServe(t *testing.T) {
	cert, key := certificate(t)
	for _, a := range []web.Address{{Host: "127.0.0.1"}, {Host: "127.0.0.1", Token: "x", Cert: cert, Key: key}} {
		l, err := a.Listen()
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewUnstartedServer(nil) // for its client, which accepts any certificate
		server.StartTLS()
		client := server.Client()
		client.Transport.(*http.Transport).TLSClientConfig.InsecureSkipVerify = true
		done := make(chan error)
		ctx, cancel := context.WithCancel(t.Context())
		go func() { done <- a.Serve(ctx, l, answer) }()
		r, err := http.NewRequest(http.MethodGet, strings.SplitN(a.URL(l), "?", 2)[0], nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer x")
		got, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		got.Body.Close()
		if got.StatusCode != 200 {
			t.Errorf("%s: status %d", a.URL(l), got.StatusCode)
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		server.Close()
	}
}

// TestConnections checks that a connection over the limit waits for another to close.
func TestConnections(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := web.Limit(inner, 1)
	accepted := make(chan net.Conn)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				close(accepted)
				return
			}
			accepted <- c
		}
	}()
	for range 2 {
		c, err := net.Dial("tcp", inner.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
	}
	first := <-accepted
	select {
	case <-accepted:
		t.Fatal("two connections are open, want one")
	default:
	}
	first.Close()
	first.Close() // counts once
	second := <-accepted
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if _, open := <-accepted; open {
		t.Error("a closed listener accepts")
	}
	second.Close()
}

func certificate(t *testing.T) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	public, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	for path, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: public}, key: {Type: "EC PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

// TestFiles serves the shared files, and nothing else.
func TestFiles(t *testing.T) {
	h := http.StripPrefix("/web/", web.Handler(web.Files))
	for path, want := range map[string]int{
		"/web/style.css": 200, "/web/dom.js": 200, "/web/theme.js": 200,
		"/web/absent.js": 404, "/web/../go.mod": 404, "/web/%2e%2e/doc.go": 404, "/web/x/": 404,
	} {
		got := httptest.NewRecorder()
		h.ServeHTTP(got, httptest.NewRequest(http.MethodGet, path, nil))
		if got.Code != want {
			t.Errorf("%s: status %d, want %d", path, got.Code, want)
		}
	}
	got := httptest.NewRecorder()
	h.ServeHTTP(got, httptest.NewRequest(http.MethodPost, "/web/style.css", nil))
	if got.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: status %d", got.Code)
	}
}
