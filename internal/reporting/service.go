package reporting

import (
	"context"
	"io"
	"strconv"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/loanbook/through"
)

// Service is the desk.
type Service struct {
	Store   Store
	Blobs   Blobs
	Spool   Spool
	Checker Checker
	Signer  Signer // nil: receipts are not signed
	// Own returns what the platform itself knows of the loans that came through it, for
	// facts of the months first to last (package loanbook/through); nil: nothing.
	Own   func(ctx context.Context, first, last civil.Month) ([]through.Table, error)
	Now   func() civil.Instant
	NewID func() string
}

// BeginUpload makes room for a file of this name and size.
//
// Errors: reporting.no_org, those of CheckName, reporting.file_size,
// reporting.too_many_uploads.
func (s *Service) BeginUpload(ctx context.Context, c access.Caller, name string, size int64) (*Upload, error) {
	now := s.Now()
	u := Upload{ID: s.NewID(), Org: c.Org, By: c.Account, Name: name, Size: size, At: now, Touched: now}
	err := s.Store.Write(ctx, func(tx Tx) error {
		held, err := tx.Uploads(access.Scope{Org: c.Org})
		if err != nil {
			return err
		}
		var bytes int64
		for i := range held {
			bytes += held[i].Size
		}
		if err := checkUpload(name, size, len(held), bytes); err != nil {
			return err
		}
		u := u
		if err := tx.AddUpload(&u); err != nil {
			return err
		}
		return tx.Audit(c.Entry(now, "upload.begin", u.ID, map[string]string{"name": name, "size": strconv.FormatInt(size, 10)}))
	})
	if err != nil {
		return nil, err
	}
	return &u, nil
}

// Chunk takes the next part of an upload, which begins at offset and has this
// SHA-256. A part that is here already is answered as if it were taken.
//
// Errors: reporting.not_found, reporting.offset, reporting.chunk_size,
// reporting.chunk_hash, reporting.upload_whole.
func (s *Service) Chunk(ctx context.Context, scope access.Scope, id string, offset int64, hash string, r io.Reader) (*Upload, error) {
	if !validHash(hash) {
		return nil, errHash("hash")
	}
	u, err := s.Upload(ctx, scope, id)
	if err != nil {
		return nil, err
	}
	switch {
	case u.Whole():
		return nil, errWhole()
	case offset < 0 || offset > u.Received:
		return nil, errOffset(u)
	case offset < u.Received: // sent again
		if offset+MaxChunk < u.Received {
			return nil, errOffset(u)
		}
		return u, nil
	}
	n, got, err := s.Spool.Write(ctx, id, offset, r, min(MaxChunk, u.Size-offset))
	if err != nil {
		return nil, err
	}
	if got != hash {
		return nil, fault.New(fault.Invalid, "reporting.chunk_hash", "这一段与其摘要不符，传输中可能损坏，请重传这一段", "the chunk is not what its hash says; send it again").In(fault.Place{Field: "hash"})
	}
	before := u.Received
	u.Received, u.Touched = offset+n, s.Now()
	err = s.Store.Write(ctx, func(tx Tx) error { return tx.PutUpload(u, before) })
	return u, err
}

func errHash(field string) error {
	return fault.New(fault.Invalid, "reporting.hash_form", "SHA-256 应为64位小写十六进制", "a SHA-256 is 64 lower-case hexadecimal digits").In(fault.Place{Field: field})
}

func errWhole() error {
	return fault.New(fault.Conflict, "reporting.upload_whole", "文件已上传完成", "the file is whole already")
}

// FinishUpload ends an upload whose content has this SHA-256. When it has not, all
// of it has to be sent again.
//
// Errors: reporting.not_found, reporting.upload_short, reporting.hash.
func (s *Service) FinishUpload(ctx context.Context, c access.Caller, scope access.Scope, id, hash string) (*Upload, error) {
	if !validHash(hash) {
		return nil, errHash("sha256")
	}
	u, err := s.Upload(ctx, scope, id)
	if err != nil {
		return nil, err
	}
	if u.Whole() {
		if u.SHA256 == hash {
			return u, nil
		}
		return nil, errWhole()
	}
	if u.Received != u.Size {
		return nil, fault.Newf(fault.Conflict, "reporting.upload_short", "还有%d字节未上传", "%d bytes are missing", u.Size-u.Received)
	}
	before := u.Received
	ref, err := s.keep(ctx, u, hash)
	u.Touched = s.Now()
	if fault.CodeOf(err) == "reporting.hash" {
		u.Received = 0
		if e := s.Store.Write(ctx, func(tx Tx) error { return tx.PutUpload(u, before) }); e != nil {
			return nil, e
		}
		return nil, err
	}
	if err != nil {
		return nil, err
	}
	u.SHA256 = ref.SHA256
	err = s.Store.Write(ctx, func(tx Tx) error {
		if err := tx.PutUpload(u, before); err != nil {
			return err
		}
		return tx.Audit(c.Entry(u.Touched, "upload.finish", u.ID, map[string]string{"name": u.Name, "sha256": u.SHA256}))
	})
	if err != nil {
		return nil, err
	}
	return u, s.Spool.Remove(id)
}

// keep puts the content of an upload among the blobs, if its hash is right.
func (s *Service) keep(ctx context.Context, u *Upload, hash string) (Ref, error) {
	r, err := s.Spool.Open(u.ID, u.Size)
	if err != nil {
		return Ref{}, err
	}
	defer r.Close()
	return s.Blobs.Put(ctx, newProved(r, hash))
}

// Upload returns one upload. Errors: reporting.not_found.
func (s *Service) Upload(ctx context.Context, scope access.Scope, id string) (u *Upload, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		u, err = tx.Upload(scope, id)
		return err
	})
	return u, err
}

// Uploads returns the uploads within scope, the latest first.
func (s *Service) Uploads(ctx context.Context, scope access.Scope) (list []Upload, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		list, err = tx.Uploads(scope)
		return err
	})
	return list, err
}

// DropUpload throws an upload away. Errors: reporting.not_found.
func (s *Service) DropUpload(ctx context.Context, c access.Caller, scope access.Scope, id string) error {
	err := s.Store.Write(ctx, func(tx Tx) error {
		u, err := tx.Upload(scope, id)
		if err != nil {
			return err
		}
		if err := tx.DeleteUpload(id); err != nil {
			return err
		}
		return tx.Audit(c.Entry(s.Now(), "upload.drop", id, map[string]string{"name": u.Name}))
	})
	if err != nil {
		return err
	}
	return s.Spool.Remove(id)
}

// CleanUploads throws away uploads that nobody went on with, and what the spool
// holds of none. It is to be called now and then.
func (s *Service) CleanUploads(ctx context.Context) error {
	held, err := s.Spool.Held()
	if err != nil {
		return err
	}
	now, live := s.Now(), map[string]bool{}
	err = s.Store.Write(ctx, func(tx Tx) error {
		clear(live)
		all, err := tx.Uploads(access.Scope{All: true})
		if err != nil {
			return err
		}
		for i := range all {
			if !all[i].stale(now) {
				live[all[i].ID] = true
			} else if err := tx.DeleteUpload(all[i].ID); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, id := range held { // listed before the rows were read: what is new stays
		if !live[id] {
			if err := s.Spool.Remove(id); err != nil {
				return err
			}
		}
	}
	return nil
}
