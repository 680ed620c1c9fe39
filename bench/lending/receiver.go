package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"changrong/bench/kit"
)

// receiver takes what the platform tells banks, as their systems would.
type receiver struct {
	url    string
	server *http.Server
	ended  chan error

	mu    sync.Mutex
	taken map[string]bool // ids of messages
	last  time.Time       // when one came that had not been there
}

// receive begins to take messages by https. Who vouches for the receiver is written to
// a file, which the platform is to trust.
func receive(authority string) (*receiver, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	cert := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "receiver"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, cert, cert, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(authority, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o644); err != nil {
		return nil, err
	}
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12})
	if err != nil {
		return nil, err
	}
	r := &receiver{url: "https://" + l.Addr().String(), ended: make(chan error, 1), taken: map[string]bool{}}
	r.server = &http.Server{Handler: http.HandlerFunc(r.take), ReadHeaderTimeout: time.Minute}
	go func() { r.ended <- r.server.Serve(l) }()
	return r, nil
}

func (r *receiver) take(w http.ResponseWriter, req *http.Request) {
	if _, err := io.Copy(io.Discard, req.Body); err != nil {
		http.Error(w, "cut short", http.StatusBadRequest)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if id := req.Header.Get("Webhook-Id"); !r.taken[id] {
		r.taken[id], r.last = true, time.Now()
	}
	w.WriteHeader(http.StatusNoContent)
}

// got returns how many messages came, and when the last did.
func (r *receiver) got() (int, time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.taken), r.last
}

func (r *receiver) close() error {
	err := r.server.Close()
	if ended := <-r.ended; ended != http.ErrServerClosed { //nolint:errorlint // returned bare
		return ended
	}
	return err
}

// subscribe lets every bank register its address, over HTTP as it would.
func (p *place) subscribe(ctx context.Context, s *kit.Server, hooks *receiver) error {
	for i, lead := range p.leads {
		body := map[string]any{"url": fmt.Sprintf("%s/%s", hooks.url, bankOf(i)), "kinds": []string{"referral.pushed"}}
		said, err := p.once(ctx, s, "POST", "/api/webhooks", lead, body)
		if err != nil {
			return err
		}
		var made struct {
			ID string `json:"id"`
		}
		if err := json.Unmarshal(said, &made); err != nil {
			return err
		}
		p.hooks = append(p.hooks, made.ID)
	}
	return nil
}

// unsubscribe drops the addresses of all banks but a few.
func (p *place) unsubscribe(ctx context.Context, s *kit.Server) error {
	for i := p.systems; i < allBanks; i++ {
		if _, err := p.once(ctx, s, "DELETE", "/api/webhooks/"+p.hooks[i], p.leads[i], nil); err != nil {
			return err
		}
	}
	return nil
}
