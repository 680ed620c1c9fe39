// Package inboxtest sets up a reporting desk for tests: a database, folders, and
// somebody who does the jobs.
package inboxtest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"changrong/internal/access"
	"changrong/internal/adapter/blob"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/inbox"
	"changrong/internal/adapter/job"
	"changrong/internal/adapter/store"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/reporting"
)

// Desk is a reporting desk with its database and folders.
type Desk struct {
	*reporting.Service
	t     testing.TB
	DB    *store.DB
	Files *blob.Dir
	Keys  *crypto.Provider // what receipts are signed with
	Dir   string
	rings string
	clock atomic.Int64
}

// New sets up a desk on db. Its clock stands at the morning of 2021-02-01.
func New(t testing.TB, db *store.DB) *Desk {
	t.Helper()
	d := &Desk{t: t, DB: db, Dir: t.TempDir(), rings: t.TempDir()}
	d.clock.Store(int64(civil.StartOf(18659) + 9*civil.Hour))
	d.Open()
	return d
}

// Open opens the folders, once more after a restart of the server.
func (d *Desk) Open() {
	d.t.Helper()
	files, err := blob.OpenDir(filepath.Join(d.Dir, "blobs"))
	if err != nil {
		d.t.Fatal(err)
	}
	spool, err := inbox.OpenSpool(filepath.Join(d.Dir, "uploads"))
	if err != nil {
		d.t.Fatal(err)
	}
	d.Files = files
	ring, err := crypto.OpenRing(filepath.Join(d.rings, "keys.json"), crypto.Intl)
	if err != nil {
		d.t.Fatal(err)
	}
	d.Keys = crypto.New(crypto.Intl, ring)
	d.Service = &reporting.Service{
		Store: store.Of[reporting.Tx]{DB: d.DB}, Blobs: inbox.Blobs{Store: files}, Spool: spool,
		Checker: &inbox.Checker{Blobs: files, Tmp: d.Dir, Workers: 2}, Signer: inbox.Signer{Keys: d.Keys},
		Now: func() civil.Instant { return civil.Instant(d.clock.Load()) }, NewID: crypto.NewID,
	}
}

// Pass lets time pass.
func (d *Desk) Pass(t civil.Instant) { d.clock.Add(int64(t)) }

// Set sets the clock to noon of a day.
func (d *Desk) Set(day civil.Date) { d.clock.Store(int64(civil.StartOf(day) + 12*civil.Hour)) }

// Org makes an organisation and returns somebody of it.
func (d *Desk) Org(kind access.OrgKind, name, uscc string, roles ...access.Role) access.Caller {
	d.t.Helper()
	id := crypto.NewID()
	err := d.DB.Write(d.t.Context(), func(tx *store.Tx) error {
		return tx.PutOrg(&access.Org{ID: id, Kind: kind, Name: name, USCC: uscc})
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return access.Caller{Principal: &access.Principal{Account: crypto.NewID(), Name: name + "经办", Org: id, OrgKind: kind, Roles: roles}}
}

// Own is what c may reach of its own.
func Own(c access.Caller) access.Scope { return access.Scope{Org: c.Org} }

// Send uploads content under name in chunks of so many bytes, 0: as large as may
// be, and returns the upload.
func (d *Desk) Send(c access.Caller, name string, content []byte, chunk int) *reporting.Upload {
	d.t.Helper()
	u, err := d.BeginUpload(d.t.Context(), c, name, int64(len(content)))
	if err != nil {
		d.t.Fatal(err)
	}
	if chunk == 0 {
		chunk = reporting.MaxChunk
	}
	for at := 0; at < len(content); at += chunk {
		part := content[at:min(at+chunk, len(content))]
		if _, err := d.Chunk(d.t.Context(), Own(c), u.ID, int64(at), Hash(part), bytes.NewReader(part)); err != nil {
			d.t.Fatal(err)
		}
	}
	u, err = d.FinishUpload(d.t.Context(), c, Own(c), u.ID, Hash(content))
	if err != nil {
		d.t.Fatal(err)
	}
	return u
}

// Hash returns the SHA-256 of b in hexadecimal.
func Hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Files are the files of a submission, by name.
type Files map[string][]byte

// Text makes files of texts: name, text, name, text.
func Text(namesAndTexts ...string) Files {
	f := Files{}
	for i := 0; i < len(namesAndTexts); i += 2 {
		f[namesAndTexts[i]] = []byte(namesAndTexts[i+1])
	}
	return f
}

// Submit uploads files and submits them.
func (d *Desk) Submit(c access.Caller, set reporting.Set, period reporting.Period, files Files) *reporting.Submission {
	d.t.Helper()
	n, err := d.TrySubmit(c, set, period, files)
	if err != nil {
		d.t.Fatal(err)
	}
	return n
}

// TrySubmit is Submit that may be refused.
func (d *Desk) TrySubmit(c access.Caller, set reporting.Set, period reporting.Period, files Files) (*reporting.Submission, error) {
	d.t.Helper()
	draft := reporting.Draft{Set: set, Period: period}
	for name, content := range files {
		draft.Uploads = append(draft.Uploads, d.Send(c, name, content, 0).ID)
	}
	return d.Service.Submit(d.t.Context(), c, draft)
}

// Work does all jobs that wait.
func (d *Desk) Work() {
	d.t.Helper()
	ctx := d.t.Context()
	for {
		var r *job.Record
		now := d.Now()
		err := d.DB.Write(ctx, func(tx *store.Tx) (err error) {
			r, err = tx.ClaimJob(now, now+civil.Minute, "test", []string{reporting.CheckJob})
			return err
		})
		if err != nil {
			d.t.Fatal(err)
		}
		if r == nil {
			return
		}
		if err := d.Check(ctx, event.Job{ID: r.ID, Kind: r.Kind, Key: r.Key, Org: r.Org, Payload: r.Payload}, func(int64, int64, string) {}); err != nil {
			d.t.Fatal(err)
		}
		err = d.DB.Write(ctx, func(tx *store.Tx) error {
			return tx.EndJob(job.End{ID: r.ID, Worker: "test", Attempt: r.Attempt, State: job.Done, At: d.Now()})
		})
		if err != nil {
			d.t.Fatal(err)
		}
	}
}

// Take submits files, does the check, and confirms warnings: the submission as it
// is then.
func (d *Desk) Take(c access.Caller, set reporting.Set, period reporting.Period, files Files) *reporting.Submission {
	d.t.Helper()
	n := d.Submit(c, set, period, files)
	d.Work()
	n = d.Read(n.ID)
	if n.State == reporting.Confirming {
		if _, err := d.Confirm(d.t.Context(), c, Own(c), n.ID, "已核实"); err != nil {
			d.t.Fatal(err)
		}
		n = d.Read(n.ID)
	}
	return n
}

// Read returns a submission.
func (d *Desk) Read(id string) *reporting.Submission {
	d.t.Helper()
	n, err := d.Submission(d.t.Context(), access.Scope{All: true}, id)
	if err != nil {
		d.t.Fatal(err)
	}
	return n
}

// Found returns the findings of a submission, each as "severity code file:line value".
func (d *Desk) Found(id string) []string {
	d.t.Helper()
	_, r, err := d.Findings(d.t.Context(), access.Scope{All: true}, id)
	if err != nil {
		d.t.Fatal(err)
	}
	defer r.Close()
	page, _, err := reporting.Page(r, reporting.Filter{}, 0, 1<<20)
	if err != nil {
		d.t.Fatal(err)
	}
	var found []string
	for i := range page {
		f := &page[i]
		at := f.File
		if f.Line > 0 {
			at += ":" + strconv.Itoa(f.Line)
		}
		found = append(found, strings.Join(strings.Fields(f.Severity+" "+f.Code+" "+at+" "+f.Value), " "))
	}
	return found
}

// Content reads one file of a submission.
func (d *Desk) Content(s access.Scope, id, name string) ([]byte, error) {
	_, r, err := d.Service.Open(d.t.Context(), s, id, name)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(r)
	return b, errors.Join(err, r.Close())
}
