package httpapi_test

import (
	"bufio"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/base/civil"
)

// pipes is a listener whose connections are in memory, so that a test's time
// passes at once.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.done) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

// slowly runs f with a connection to a server in a bubble of time of its own.
func slowly(t *testing.T, f func(t *testing.T, conn net.Conn)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		api := httpapi.New(httpapi.Deps{Access: &access.Service{Now: func() civil.Instant { return 0 }, NewID: crypto.NewID}})
		httpapi.AddProbes(api, &httpapi.Probe{Version: 7})
		l := &pipes{conns: make(chan net.Conn), done: make(chan struct{})}
		server := httpapi.NewServer(api.Handler())
		go server.Serve(l) //nolint:errcheck // it ends with the listener
		client, conn := net.Pipe()
		l.conns <- conn
		f(t, client)
		client.Close() //nolint:errcheck // a pipe in memory
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		<-time.After(time.Minute) // of the bubble: what lingers ends
	})
}

func TestSlowCallersAreLetGo(t *testing.T) {
	t.Run("header", func(t *testing.T) {
		slowly(t, func(t *testing.T, conn net.Conn) {
			began := time.Now()
			if _, err := conn.Write([]byte("GET /api/probe HTTP/1.1\r\nHost: a")); err != nil {
				t.Fatal(err)
			}
			conn.Read(make([]byte, 1)) //nolint:errcheck // it ends
			if d := time.Since(began); d != 10*time.Second {
				t.Errorf("the connection ended after %s", d)
			}
		})
	})
	t.Run("body", func(t *testing.T) {
		slowly(t, func(t *testing.T, conn net.Conn) {
			began := time.Now()
			if _, err := conn.Write([]byte("PUT /api/probe HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")); err != nil {
				t.Fatal(err)
			}
			resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if d := time.Since(began); resp.StatusCode != http.StatusRequestTimeout || d != 15*time.Second || resp.Header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("%d after %s: %v", resp.StatusCode, d, resp.Header)
			}
		})
	})
	t.Run("piece of a long body", func(t *testing.T) {
		slowly(t, func(t *testing.T, conn net.Conn) {
			if _, err := conn.Write([]byte("POST /api/long HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")); err != nil {
				t.Fatal(err)
			}
			for range 10 { // slow, but steady
				<-time.After(29 * time.Second)
				if _, err := conn.Write([]byte("1\r\nx\r\n")); err != nil {
					t.Fatal(err)
				}
			}
			began := time.Now()
			resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if d := time.Since(began); resp.StatusCode != http.StatusRequestTimeout || d != 30*time.Second {
				t.Errorf("%d after %s", resp.StatusCode, d)
			}
		})
	})
	t.Run("huge header", func(t *testing.T) {
		slowly(t, func(t *testing.T, conn net.Conn) {
			go conn.Write([]byte("GET /api/probe HTTP/1.1\r\nHost: a\r\nX: " + strings.Repeat("x", 40<<10) + "\r\n\r\n")) //nolint:errcheck // it is cut off
			resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
				t.Errorf("%d", resp.StatusCode)
			}
		})
	})
}
