package server

import (
	"context"

	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/adapter/samplefile"
	"changrong/internal/rating/training"
)

// partTraining: scorecards are made of samples.
func (p *Platform) partTraining(_ context.Context, d *httpapi.Deps) error {
	d.Training = &training.Service{
		Store: of[training.Tx](p), Files: &samplefile.Files{Blobs: p.Files, Sealer: p.Keys}, Models: d.Rating, Now: p.Now, NewID: crypto.NewID,
	}
	p.handlers[training.JobKind] = d.Training.Do
	return nil
}
