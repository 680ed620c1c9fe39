package life

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"

	"changrong/internal/access/apikey"
)

// wire connects the last house's system: its lead registers a key, which the security
// administrator confirms, and an address to be told at. What the system needs to
// know lies in the folder BankSide then: key.pem, key-id, secret.txt.
func (l *lending) wire(ctx context.Context) error {
	if l.BankSide == "" {
		return nil
	}
	h := l.houses[len(l.houses)-1]
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		return err
	}
	sealed, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return err
	}
	own, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return err
	}
	var key apikey.Key
	in := map[string]any{"name": "信贷系统", "alg": apikey.Ed25519, "public": string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: sealed}))}
	if err := h.lead.Call(ctx, "POST", "/api/keys", in, &key); err != nil {
		return err
	}
	confirm := map[string]any{"version": key.Version, "fingerprint": key.Fingerprint}
	if err := l.Security.Call(ctx, "POST", "/api/keys/"+key.ID+"/confirm", confirm, nil); err != nil {
		return err
	}
	var hook struct {
		Secret string `json:"secret"`
	}
	kinds := []string{"referral.*", "offer.*", "message.posted", "consent.*", "application.paper_added", "loan.*"}
	if err := h.lead.Call(ctx, "POST", "/api/webhooks", map[string]any{"url": l.BankHook, "kinds": kinds}, &hook); err != nil {
		return err
	}
	if err := os.MkdirAll(l.BankSide, 0o700); err != nil {
		return err
	}
	for name, text := range map[string][]byte{
		"key.pem": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: own}), "secret.txt": []byte(hook.Secret + "\n"), "key-id": []byte(key.ID + "\n"),
	} {
		if err := os.WriteFile(filepath.Join(l.BankSide, name), text, 0o600); err != nil {
			return err
		}
	}
	return nil
}
