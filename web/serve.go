package web

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/gander-ml/gander/hint"
)

// An Address is where a server listens, and how it protects its users.
type Address struct {
	Host      string // "127.0.0.1"
	Port      int    // 0: any free port
	Token     string // needed unless Host is a loopback address
	Cert, Key string // files of a certificate and its key, in PEM; "": no TLS
}

// Limits of a server. A client that is slower loses its connection.
const (
	maxConnections = 512
	headerTimeout  = 10 * time.Second
	bodyTimeout    = 30 * time.Second
	idleTimeout    = 60 * time.Second
	maxHeader      = 1 << 15 // bytes

	// WriteTimeout is how long one write of an answer may wait for its client.
	WriteTimeout = 30 * time.Second
)

// Listen opens the address. It returns an error for an address that is not loopback
// and has no token, because everyone who reaches it could read and steer the page.
func (a Address) Listen() (net.Listener, error) {
	switch {
	case !a.IsLoopback() && a.Token == "":
		return nil, hint.Add(fmt.Errorf("%s can be reached by others, and there is no token", a.Host),
			"give --token SECRET, and --cert and --key or a server with TLS in front; or use 127.0.0.1 and an ssh tunnel")
	case (a.Cert == "") != (a.Key == ""):
		return nil, hint.Add(errors.New("TLS needs a certificate and its key"), "give both --cert FILE and --key FILE")
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(a.Host, fmt.Sprint(a.Port)))
	if err != nil {
		return nil, hint.Add(err, "choose another address or port; port 0 is any free one")
	}
	listener = limit(listener, maxConnections)
	if a.Cert == "" {
		return listener, nil
	}
	pair, err := tls.LoadX509KeyPair(a.Cert, a.Key)
	if err != nil {
		listener.Close()
		return nil, hint.Add(fmt.Errorf("certificate %s with key %s: %w", a.Cert, a.Key, err), "both are PEM files: give a certificate and its private key")
	}
	return tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}), nil
}

// IsLoopback reports whether only this machine can reach the address.
func (a Address) IsLoopback() bool {
	address, err := netip.ParseAddr(a.Host)
	return a.Host == "localhost" || err == nil && address.IsLoopback()
}

// URL returns the address of the first page for the listener of the address.
func (a Address) URL(l net.Listener) string {
	scheme, query := "http", ""
	if a.Cert != "" {
		scheme = "https"
	}
	if a.Token != "" {
		query = "?token=" + url.QueryEscape(a.Token)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return fmt.Sprintf("%s://%s/%s", scheme, net.JoinHostPort(a.Host, port), query)
}

// Serve answers requests with handler, behind the guard of the address, until ctx
// ends. Then it closes all connections, also those that wait for events.
func (a Address) Serve(ctx context.Context, l net.Listener, handler http.Handler) error {
	server := &http.Server{
		Handler:           Guard{Token: a.Token}.Wrap(handler),
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       bodyTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ErrorLog:          log.New(io.Discard, "", 0), // broken clients are not news
	}
	stop := context.AfterFunc(ctx, func() { server.Close() })
	defer stop()
	err := server.Serve(l)
	if errors.Is(err, http.ErrServerClosed) && ctx.Err() != nil {
		return nil
	}
	return err
}
