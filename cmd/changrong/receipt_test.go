package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/inbox"
	"changrong/internal/adapter/inbox/inboxtest"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/reporting"
)

// TestReceiptsAreVerifiedOffline: with the receipt file and the public keys alone, of
// both suites, after the keys have been turned too; and a digit changed anywhere is
// refused.
func TestReceiptsAreVerifiedOffline(t *testing.T) {
	desk := inboxtest.New(t, storetest.SQLite(t))
	office := desk.Org(access.OfficeOrg, "市金融工作中心", "", access.Office)
	dir := t.TempDir()
	ringPath := filepath.Join(dir, "keys", "keys.json")
	file := func(name string, content any) string {
		b, ok := content.([]byte)
		if !ok {
			var err error
			if b, err = json.Marshal(content); err != nil {
				t.Fatal(err)
			}
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	old, err := store.Open(t.Context(), filepath.Join(dir, "changrong.db")) // for the log of turning
	if err != nil {
		t.Fatal(err)
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	receipts := map[string]crypto.Suite{}
	var keys string
	var ids []string
	for i, suite := range []crypto.Suite{crypto.Intl, crypto.GM} {
		ring, err := crypto.OpenRing(ringPath, suite)
		if err != nil {
			t.Fatal(err)
		}
		desk.Signer = inbox.Signer{Keys: crypto.New(suite, ring)}
		name := []string{"某银行", "另一银行"}[i]
		n := desk.Submit(office, reporting.Registers, "2021", inboxtest.Text("institutions.csv", "institution_id,name,kind,local_legal_person\n91331082DEM0000149,"+name+",rural_bank,1\n"))
		desk.Work()
		g, err := desk.Receipt(t.Context(), access.Scope{All: true}, n.ID)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, g.Signature.Key)
		receipts[file(string(suite)+".json", g)] = suite
		code, out := command(t, "keys", "rotate", "--data", dir, "--suite", string(suite))
		if code != exitOK || strings.Contains(out, g.Signature.Key) {
			t.Errorf("turning keys: %d, %s", code, out)
		}
		if ring, err = crypto.OpenRing(ringPath, suite); err != nil {
			t.Fatal(err)
		}
		p := crypto.New(suite, ring)
		if tag, err := p.Sign(nil); err != nil || tag.Key == g.Signature.Key {
			t.Errorf("the key after turning is %s, %v", tag.Key, err)
		}
		keys = file("public.json", p.PublicKeys())
	}
	if code, out := command(t, "audit", "verify", "--data", dir); code != exitOK || !strings.Contains(out, "2 条") {
		t.Errorf("turning is in the log: %d, %s", code, out)
	}
	for path, suite := range receipts {
		code, out := command(t, "receipt", "verify", path, "--keys", keys)
		if code != exitOK || !strings.Contains(out, "签名有效") || !strings.Contains(out, suite.SignatureName()) {
			t.Fatalf("%s: %d, %s", suite, code, out)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range b { // every digit of it, in what is shown, what is signed, and the signature
			if c < '0' || c > '9' {
				continue
			}
			changed := bytes.Clone(b)
			changed[i] = '0' + (c-'0'+1)%10
			if _, err := inbox.VerifyReceipt(changed, must(t, keys)); err == nil {
				t.Errorf("%s: byte %d changed, and taken: …%s…", suite, i, changed[max(0, i-30):min(len(changed), i+10)])
			}
		}
		var g reporting.GivenReceipt // one that is whole in itself, and was never signed
		if err := json.Unmarshal(bytes.ReplaceAll(b, []byte("市金融"), []byte("县金融")), &g); err != nil {
			t.Fatal(err)
		}
		g.SHA256 = inboxtest.Hash([]byte(g.Signed))
		forged := file("forged.json", g)
		for args, want := range map[string]string{
			forged + " --keys " + keys:                      "crypto.signature",
			path + " --keys " + path:                        "crypto.jwks",
			keys + " --keys " + keys:                        "reporting.receipt",
			path + " --keys " + filepath.Join(dir, "none"):  "server.file",
			path + " --keys " + file("none.json", otherSet): "crypto.no_public_key",
		} {
			if code, out := command(t, append([]string{"receipt", "verify"}, strings.Fields(args)...)...); code != exitFailed || !strings.Contains(out, want) {
				t.Errorf("%s: %d, %s", args, code, out)
			}
		}
	}
	if code, _ := command(t, "receipt", "verify", keys); code != exitUsage {
		t.Errorf("without keys: %d", code)
	}
	if ids[0] == ids[1] {
		t.Errorf("the same key twice: %v", ids)
	}
}

// otherSet is the public key of RFC 8037, appendix A.2.
var otherSet = crypto.JWKSet{Keys: []crypto.JWK{{
	Type: "OKP", Curve: "Ed25519", ID: "other", Use: "sig", Algorithm: "Ed25519", X: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
}}}

func must(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
