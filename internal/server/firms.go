package server

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"strings"

	"changrong/internal/adapter/blob"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/factfile"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/base/civil"
	"changrong/internal/base/mask"
	"changrong/internal/base/money"
	"changrong/internal/exchange"
	"changrong/internal/fact"
	"changrong/internal/party"
	"changrong/internal/registry"
)

// partFirms: the registry of firms. What follows for applications when a firm is
// closed, partOrigination says.
func (p *Platform) partFirms(_ context.Context, d *httpapi.Deps) error {
	d.Firms = &registry.Service{
		Store: of[registry.Tx](p), Sealer: p.Keys, Files: FirmFiles{Blobs: p.Files, Temp: p.in(tempFolder)}, Now: p.Now, NewID: crypto.NewID,
	}
	p.handlers[registry.LoadJob] = d.Firms.Load
	d.Exchange.Learn = Learner(d.Firms)
	return nil
}

// licence is the dataset of the catalogue that says what the registry does.
const licence = "market.licence"

// Learner lets the registry know what the market regulation department answers about
// one firm, as it is read for somebody who may.
func Learner(r *registry.Service) func(exchange.Tx, *exchange.Dataset, string, *exchange.Delivery) error {
	return func(tx exchange.Tx, d *exchange.Dataset, firm string, x *exchange.Delivery) error {
		if d.ID != licence || len(x.Records) == 0 {
			return nil
		}
		b, err := d.Decode(x.Records)
		if err != nil {
			return err
		}
		text := func(name string) string { return string(b.Vector(name).Texts.At(0)) }
		number := func(name string) int64 { return b.Vector(name).Ints[0] }
		return r.Learn(tx.(registry.Tx), party.Firm{
			USCC: firm, Name: strings.TrimSpace(text("name")), Kind: text("kind"), Status: text("status"), ClosedOn: civil.Date(number("closed_on")),
			Industry: text("industry"), Town: text("town"), RegisteredOn: civil.Date(number("registered_on")), Capital: money.Fen(number("capital")),
			Person: mask.Name(strings.TrimSpace(text("owner_name"))), AsOf: cmp.Or(x.Records[0].AsOf, x.AsOf), Source: d.Department.Zh,
		})
	}
}

// FirmFiles reads files of the registry that lie among the blobs.
type FirmFiles struct {
	Blobs blob.Store
	Temp  string
}

// Read implements registry.Files.
func (f FirmFiles) Read(ctx context.Context, file *registry.File, report func(fact.Finding), fn func(*fact.Batch) error) error {
	dir, err := os.MkdirTemp(f.Temp, "firms-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, filepath.Base(file.Name))
	if err := f.Blobs.Fetch(ctx, blob.Ref{SHA256: file.SHA256, Size: file.Size}, path); err != nil {
		return err
	}
	return factfile.ReadFile(path, party.Register, party.Register.Stored(), report, fn)
}
