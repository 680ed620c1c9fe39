package httpapi_test

import (
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/store"
	"changrong/internal/base/civil"
	"changrong/internal/party"
	firmbook "changrong/internal/registry"
)

// withFirms is a platform with the registry of firms, which reads no files.
func withFirms(db *store.DB) func(*httpapi.Deps) {
	return func(d *httpapi.Deps) {
		d.Firms = &firmbook.Service{Store: store.Of[firmbook.Tx]{DB: db}, Sealer: d.Access.Sealer, Now: d.Access.Now, NewID: crypto.NewID}
	}
}

// aFirm is in the registry, with the code of the scene's organisation if it has one.
func aFirm(s *scene) string {
	code := s.usccs[s.org]
	if code == "" {
		code = creditCode(s.t, 80_000_000+s.n)
	}
	s.write(func(tx *store.Tx) error {
		return tx.PutFirms([]firmbook.Kept{{Firm: party.Firm{USCC: code, Name: "企业" + s.mark, Kind: "enterprise", Status: party.Open, ClosedOn: civil.Never, RegisteredOn: civil.Never, AsOf: 1}}})
	})
	s.vars["uscc"], s.shows = code, code
	return code
}

// theRegister is a file, of the department whose the registry is.
func theRegister(s *scene) string {
	s.write(func(tx *store.Tx) error { return tx.PutDataDepartment("market", "org-department") })
	return aWholeUpload(s)
}

// aFirmImport is of a file of the firmbook.
func aFirmImport(s *scene) string {
	m := &firmbook.Import{
		ID: "m" + s.mark, File: firmbook.File{Name: "firms.csv", SHA256: s.mark}, Org: s.org, By: "account-bank", ByName: "某", At: s.now, AsOf: 1, Source: "某局",
		State: firmbook.Waiting, Findings: []firmbook.Finding{}, Version: 1,
	}
	s.write(func(tx *store.Tx) error { return tx.AddImport(m) })
	return m.ID
}
