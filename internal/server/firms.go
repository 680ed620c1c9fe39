package server

import (
	"context"
	"os"
	"path/filepath"

	"changrong/internal/adapter/blob"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/factfile"
	"changrong/internal/adapter/httpapi"
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
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, filepath.Base(file.Name))
	if err := f.Blobs.Fetch(ctx, blob.Ref{SHA256: file.SHA256, Size: file.Size}, path); err != nil {
		return err
	}
	return factfile.ReadFile(path, party.Register, party.Register.Stored(), report, fn)
}
