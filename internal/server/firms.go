package server

import (
	"context"
	"os"
	"path/filepath"

	"changrong/internal/adapter/blob"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/factfile"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/outbox"
	"changrong/internal/adapter/store"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
	"changrong/internal/origination"
	"changrong/internal/party"
	"changrong/internal/registry"
)

// partFirms: the registry of firms. An application asks it for the firm, and ends when
// it is closed.
func (p *Platform) partFirms(_ context.Context, d *httpapi.Deps) error {
	d.Firms = &registry.Service{
		Store: of[registry.Tx](p), Sealer: p.Keys, Files: FirmFiles{Blobs: p.Files, Temp: p.in(tempFolder)}, Now: p.Now, NewID: crypto.NewID,
	}
	p.handlers[registry.LoadJob] = d.Firms.Load
	d.Origination.Firm = func(tx origination.Tx, uscc string) (*origination.Registered, error) {
		f, err := tx.(registry.Tx).Firm(uscc)
		if fault.KindOf(err) == fault.NotFound {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		return &origination.Registered{Name: f.Name, Open: f.Status == party.Open}, nil
	}
	p.told = append(p.told, outbox.Subscriber{Name: "firms", Keep: func(tx *store.Tx, e event.Event) error {
		if e.Kind != registry.Closed {
			return nil
		}
		return d.Origination.FirmEnded(tx, e.Subject)
	}})
	return nil
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
	defer os.RemoveAll(dir) //nolint:errcheck // what is left is removed when the server starts
	path := filepath.Join(dir, filepath.Base(file.Name))
	if err := f.Blobs.Fetch(ctx, blob.Ref{SHA256: file.SHA256, Size: file.Size}, path); err != nil {
		return err
	}
	return factfile.ReadFile(path, party.Register, party.Register.Stored(), report, fn)
}
