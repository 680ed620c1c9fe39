package httpapi_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"image/png"
	"net/http"
	"strings"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/origination/code"

	"github.com/makiuchi-d/gozxing"
	reader "github.com/makiuchi-d/gozxing/qrcode"
)

func withCodes(db *store.DB) func(*httpapi.Deps) {
	return func(d *httpapi.Deps) {
		d.Codes = &code.Service{Store: store.Of[code.Tx]{DB: db}, Signer: crypto.Signer{Provider: d.Signs}, Now: d.Access.Now, NewID: crypto.NewID, Digest: crypto.Digest}
	}
}

// aCode is a code of the scene's organisation, whatever it is.
func aCode(s *scene) string {
	k := &code.Code{
		ID: crypto.NewID(), Kind: code.Loan, Place: code.AtBranch, Org: s.org, Title: "支行" + s.mark, Number: "D" + s.mark, Made: s.now, Expires: s.now.Date() + 9, Version: 1,
	}
	k.Token = s.tokenOf(k)
	s.vars["token"], s.vars["number"] = k.Token, k.Number
	s.write(func(tx *store.Tx) error { return tx.AddCode(k) })
	return k.ID
}

// tokenOf writes the token of a code as the platform does.
func (s *site) tokenOf(k *code.Code) string {
	s.t.Helper()
	token, err := code.Seal(k, crypto.Signer{Provider: s.signs})
	if err != nil {
		s.t.Fatal(err)
	}
	return token
}

func aCodeAsked(s *scene) any {
	place := map[access.Role]code.Place{access.Office: code.AtPark, access.OfficeLead: code.AtPark, access.Enterprise: code.AtFirm}[s.role]
	switch place {
	case "":
		place = code.AtBranch
	case code.AtFirm: // which has one at a time
		s.write(func(tx *store.Tx) error {
			k, err := tx.CodeAt(&code.Code{Org: orgOf(s.role), Place: place, Title: "机构 enterprise"})
			if err != nil || k == nil {
				return err
			}
			k.Revoked = s.now
			return tx.RevokeCode(k)
		})
	}
	return map[string]any{"place": place, "title": "码" + s.mark}
}

// TestAPrintedCodeIsScanned: what the office prints is read from its picture, leads to
// the platform, verifies by the published keys, and is counted once a browser.
func TestAPrintedCodeIsScanned(t *testing.T) {
	db := storetest.SQLite(t)
	s := newSite(t, db, withClaims(t, db))
	people := s.everyone(db)
	office, bank := people[access.Office], people[access.Bank]
	var made code.Code
	office.expect(200, "POST", "/api/codes", map[string]any{"place": "park", "title": "头门港园区"}, &made)

	picture, err := png.Decode(bytes.NewReader(office.fetch("/api/codes/" + made.ID + "/picture?width=900")))
	if err != nil {
		t.Fatal(err)
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		t.Fatal(err)
	}
	read, err := reader.NewQRCodeReader().Decode(bitmap, nil)
	if err != nil {
		t.Fatal(err)
	}
	token, ok := strings.CutPrefix(read.GetText(), s.url+"/c/")
	if !ok || token != made.Token {
		t.Fatalf("the picture says %s", read.GetText())
	}
	s.verifies(token)
	if svg := office.fetch("/api/codes/" + made.ID + "/picture?format=svg"); !bytes.HasPrefix(svg, []byte("<svg")) {
		t.Errorf("%.40s", svg)
	}
	for _, paper := range []string{"A4", "A5"} {
		if pdf := office.fetch("/api/codes/" + made.ID + "/sheet?paper=" + paper); !bytes.HasPrefix(pdf, []byte("%PDF-")) {
			t.Errorf("%.40s", pdf)
		}
	}

	var scan httpapi.Scan
	phone := s.person()
	phone.expect(200, "POST", "/api/scans", map[string]string{"token": token}, &scan)
	if scan.Counted {
		t.Error("a browser is counted that has not shown that it keeps a cookie")
	}
	phone.expect(200, "GET", "/api/scan/"+token, nil, &scan)
	phone.expect(200, "POST", "/api/scans", map[string]string{"token": token}, &scan)
	if !scan.Counted || scan.Title != "头门港园区" || scan.Bank || scan.Go != "/m/apply?code="+token {
		t.Errorf("%+v", scan)
	}
	phone.expect(200, "POST", "/api/scans", map[string]string{"token": token}, &scan)
	if scan.Counted {
		t.Error("counted twice")
	}
	var funnel code.Funnel
	office.expect(200, "GET", "/api/codes/"+made.ID+"/funnel", nil, &funnel)
	if funnel.Total.Scans != 1 {
		t.Errorf("%+v", funnel.Total)
	}
	bank.expect(404, "GET", "/api/codes/"+made.ID, nil, nil)
	var problem httpapi.Problem
	office.expect(200, "POST", "/api/codes/"+made.ID+"/revoke", map[string]any{"version": 1, "reason": "损毁"}, nil)
	phone.expect(409, "GET", "/api/scan/"+token, nil, &problem)
	if problem.Code != "code.revoked" {
		t.Errorf("%+v", problem)
	}
	phone.expect(422, "GET", "/api/scan/"+token[:len(token)-4]+"AAAA", nil, &problem)
	if problem.Code != "code.forged" {
		t.Errorf("%+v", problem)
	}
}

// verifies holds a token against the published keys with nothing of the platform's but
// what package code says of its form.
func (s *site) verifies(token string) {
	s.t.Helper()
	var set crypto.JWKSet
	s.person().expect(200, "GET", httpapi.SigningKeys, nil, &set)
	first, second, _ := strings.Cut(token, ".")
	content, err := base64.RawURLEncoding.DecodeString(first)
	if err != nil {
		s.t.Fatal(err)
	}
	rest, err := base64.RawURLEncoding.DecodeString(second)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, k := range set.Keys {
		if strings.HasPrefix(crypto.Digest(k.ID), hex.EncodeToString(rest[:8])) {
			if err := set.Verify(k.ID, k.Algorithm, append([]byte("changrong-code"), content...), rest[8:]); err != nil {
				s.t.Error(err)
			}
			return
		}
	}
	s.t.Error("no published key is the token's")
}

// TestScanningIsRationed: tokens are not tried out by the thousand.
func TestScanningIsRationed(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	p := s.person()
	refused := 0
	for range 150 {
		if p.do("GET", "/api/scan/x.y", nil, nil) == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused < 20 {
		t.Errorf("%d of 150 refused", refused)
	}
}
