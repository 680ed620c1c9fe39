package server

import (
	"context"
	"io"
	"os"
	"path/filepath"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/inbox"
	"changrong/internal/adapter/store"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/reporting"
)

// VerifyReceipt verifies the receipt file at path with the platform's public keys in
// the file at keys; it needs no network and no database.
//
// Errors: server.file, those of inbox.VerifyReceipt.
func VerifyReceipt(path, keys string) (*reporting.GivenReceipt, error) {
	receipt, err := readSmall(path)
	if err != nil {
		return nil, err
	}
	set, err := readSmall(keys)
	if err != nil {
		return nil, err
	}
	return inbox.VerifyReceipt(receipt, set)
}

// maxSmall is how much of a receipt or of a set of keys is read; both are refused
// when they are larger.
const maxSmall = 2 << 20

func readSmall(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fault.New(fault.NotFound, "server.file", "文件读不出来", "the file cannot be read").In(fault.Place{File: path}).Because(err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxSmall))
	if err != nil {
		return nil, fault.New(fault.NotFound, "server.file", "文件读不出来", "the file cannot be read").In(fault.Place{File: path}).Because(err)
	}
	return b, nil
}

// RotateKeys adds new keys of a suite to the ring of the platform whose data are in
// o.Data, and notes it in its audit log. A server uses them once it has been started
// again; what was sealed and signed before still opens and verifies.
//
// Errors: server.no_data, those of store.Open, crypto.OpenRing and crypto.Ring.Rotate.
func RotateKeys(ctx context.Context, o AccessOptions, suite crypto.Suite) (id string, err error) {
	path := filepath.Join(o.Data, keyFolder, keyFile)
	if _, err := os.Stat(path); err != nil || o.Data == "" { // turning must not make a first ring
		return "", fault.New(fault.NotFound, "server.no_data", "请用 --data 指明数据目录，其中应有 keys/keys.json", "say where the data are (--data); there is no keys/keys.json").In(fault.Place{File: path}).Because(err)
	}
	err = o.open(ctx, func(db *store.DB, now func() civil.Instant) error {
		ring, err := crypto.OpenRing(path, suite)
		if err != nil {
			return err
		}
		if err := ring.Rotate(suite); err != nil {
			return err
		}
		if id, err = ring.Current(suite, crypto.ForSign); err != nil {
			return err
		}
		return db.Write(ctx, func(tx *store.Tx) error {
			return tx.Audit(access.Caller{Address: "server"}.Entry(now(), "key.rotate", id, map[string]string{"suite": string(suite)}))
		})
	})
	return id, err
}
