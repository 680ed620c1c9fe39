package connecttest

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"changrong/internal/adapter/connect"
	"changrong/internal/adapter/connect/reference"
	"changrong/internal/adapter/gateway"
	"changrong/internal/exchange"
)

// Network is a server whose connections are in memory.
type Network struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
	http  *http.Server
	*http.Transport
}

// Serve serves h in memory until Stop. What it returns reaches h whatever address is
// asked for.
func Serve(h http.Handler) *Network {
	n := &Network{conns: make(chan net.Conn), done: make(chan struct{}), http: &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}}
	n.Transport = &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		here, there := net.Pipe()
		select {
		case n.conns <- there:
			return here, nil
		case <-n.done:
			return nil, net.ErrClosed
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}}
	go n.http.Serve(n) //nolint:errcheck // it ends with the listener
	return n
}

// Accept implements net.Listener.
func (n *Network) Accept() (net.Conn, error) {
	select {
	case c := <-n.conns:
		return c, nil
	case <-n.done:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (n *Network) Close() error {
	n.once.Do(func() { close(n.done) })
	return nil
}

// Addr implements net.Listener.
func (n *Network) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

// Stop cuts every connection, as a server that is killed does.
func (n *Network) Stop() {
	n.http.Close() //nolint:errcheck // it closes whatever there is
	n.Close()      //nolint:errcheck // the same
	n.CloseIdleConnections()
}

// Recorded is when the answers in testdata were recorded.
var Recorded = time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)

// base is where the department of the suite is.
const base = "http://department.example/base"

// Secret is the secret that the suite's department knows.
const Secret = "a-secret-of-the-suite"

// Side is a connector, and a department in memory that checks its signatures and answers
// with a handler.
type Side struct {
	Connector *connect.Connector
	Gate      *reference.Gate
	Client    *connect.Client
	Network   *Network
	Keys      atomic.Int64 // how often the key service was asked

	began time.Time
}

// NewSide starts a department. Change, where there is one, alters how it is asked.
func NewSide(t testing.TB, c *connect.Connector, h http.Handler, change func(*connect.Settings)) *Side {
	t.Helper()
	s := &Side{Connector: c, began: time.Now()}
	s.Gate = &reference.Gate{Scheme: c.Scheme, Requester: "rid", Secret: Secret, Now: s.Now}
	for i := range c.Services {
		s.Gate.Services = append(s.Gate.Services, reference.ServiceID(c.Services[i].Dataset))
	}
	s.Network = Serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, reference.KeyPath) {
			s.Keys.Add(1)
			s.Gate.Key(w, r)
			return
		}
		if why := s.Gate.Check(r); why != "" {
			http.Error(w, why, http.StatusUnauthorized)
			return
		}
		h.ServeHTTP(w, r)
	}))
	at, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	settings := connect.Settings{Title: c.Source, Base: at, Transport: s.Network, Now: s.Now}
	if change != nil {
		change(&settings)
	}
	s.Client = connect.NewClient(settings)
	return s
}

// Now is the time of the suite.
func (s *Side) Now() time.Time { return Recorded.Add(time.Since(s.began)) }

// Stop ends the department.
func (s *Side) Stop() {
	s.Client.Close()
	s.Network.Stop()
}

// Signer signs for a dataset with a secret.
func (s *Side) Signer(dataset, secret string) connect.Signer {
	switch s.Connector.Scheme {
	case connect.GatewayScheme:
		return &connect.Gateway{Key: gateway.Key{Access: "rid", Secret: secret}, Now: s.Now}
	case connect.MessageScheme:
		return &connect.Message{KeyID: "rid", Key: []byte(secret), Now: s.Now}
	}
	key, err := url.Parse(base + reference.KeyPath)
	if err != nil {
		panic(err) // it is a constant
	}
	return &connect.National{
		Title: s.Connector.Source, Requester: "rid", Service: reference.ServiceID(dataset), AppKey: secret, KeyURL: key, Now: s.Now,
	}
}

// Ask asks for a dataset of a firm.
func (s *Side) Ask(ctx context.Context, service *connect.Service, firm, id string) (*exchange.Delivery, error) {
	return s.Connector.Fetch(ctx, s.Client, service, s.Signer(service.Dataset, Secret), Question(service.Dataset, firm, id))
}

// Question is a question of a bank's with a consent.
func Question(dataset, firm, id string) *exchange.Query {
	return &exchange.Query{ID: id, Dataset: dataset, USCC: firm, Purpose: exchange.LoanApplication, Basis: "企业授权", Consent: "consent-1"}
}
