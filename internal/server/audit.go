package server

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"changrong/internal/access"
	"changrong/internal/access/audit"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/store"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// AccessOptions say which platform's accounts and audit log to work on. Reading works
// beside a running server; what changes something works so on PostgreSQL alone.
type AccessOptions struct {
	Data     string // the data folder
	Database string // or the address of a database
	Expect   string // an entry of the audit log as noted earlier, SEQ:HASH; "" none
}

// address returns the database's address. A data folder must have one: looking at a
// log must not make an empty one.
//
// Errors: server.no_database, server.no_data.
func (o AccessOptions) address() (string, error) {
	if o.Database != "" {
		return o.Database, nil
	}
	if o.Data == "" {
		return "", fault.Invalidf("server.no_database", "请用 --data 指明数据目录，或用 --database 指明数据库地址", "say where the data are (--data), or the database (--database)")
	}
	path := filepath.Join(o.Data, databaseFile)
	if _, err := os.Stat(path); err != nil {
		return "", fault.New(fault.NotFound, "server.no_data", "该目录中没有畅融的数据库", "there is no database in this folder").In(fault.Place{File: path}).Because(err)
	}
	return path, nil
}

// open opens the database for f, as a server does.
func (o AccessOptions) open(ctx context.Context, f func(*store.DB, func() civil.Instant) error) (err error) {
	address, err := o.address()
	if err != nil {
		return err
	}
	db, err := store.Open(ctx, address)
	if err != nil {
		return err
	}
	defer func() {
		if e := db.Close(); err == nil {
			err = e
		}
	}()
	return f(db, func() civil.Instant { return civil.Instant(time.Now().UnixMilli()) })
}

// VerifyAudit walks the audit log of a platform from its first entry to the one that
// is the last now, whether a server goes on with it or not.
//
// Errors: audit.head, server.no_database, server.no_data, those of store.OpenSnapshot.
func VerifyAudit(ctx context.Context, o AccessOptions) (*audit.Report, error) {
	var expect *audit.Head
	if o.Expect != "" {
		h, err := audit.ParseHead(o.Expect)
		if err != nil {
			return nil, err
		}
		expect = &h
	}
	address, err := o.address()
	if err != nil {
		return nil, err
	}
	s, err := store.OpenSnapshot(ctx, address)
	if err != nil {
		return nil, err
	}
	v := audit.NewVerifier(crypto.Hashes(), expect)
	err = s.Tx().EachAuditEntry(func(e *audit.Entry) error {
		v.Next(e)
		return ctx.Err()
	})
	return v.Report(), errors.Join(err, s.Close())
}

// Rescue gives the account with this login a password for once, and takes its second
// factor and its lock away: for a platform whose administrators cannot get in.
//
// Errors: access.not_found, server.no_database, server.no_data, those of store.Open.
func Rescue(ctx context.Context, o AccessOptions, login string) (password string, err error) {
	err = o.open(ctx, func(db *store.DB, now func() civil.Instant) error {
		s := &access.Service{Store: store.Of[access.Tx]{DB: db}, Hasher: crypto.NewPasswords(1), OneTime: crypto.NewOneTime, NewID: crypto.NewID, Now: now}
		password, err = s.Rescue(ctx, login)
		return err
	})
	return password, err
}
