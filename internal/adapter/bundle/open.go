package bundle

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"changrong/internal/adapter/factfile"
	"changrong/internal/base/fault"
	"changrong/internal/policy"
	"changrong/internal/settlement"
)

// Bundle is a bundle opened for reading.
type Bundle struct {
	Dir     string
	Receipt *Receipt
	temp    string // where a zip was unpacked
}

// Open opens the bundle at name, a folder or a zip; Close removes what a zip was
// unpacked to. Nothing is verified yet.
//
// Errors: bundle.not_found, bundle.zip, bundle.receipt.
func Open(name string) (*Bundle, error) {
	b := &Bundle{Dir: name}
	if strings.HasSuffix(name, ".zip") {
		temp, err := os.MkdirTemp("", "bundle-*")
		if err != nil {
			return nil, writeFault(name, err)
		}
		b.Dir, b.temp = temp, temp
		if err := unzip(name, temp); err != nil {
			return nil, errors.Join(err, b.Close())
		}
	}
	body, err := readSmall(filepath.Join(b.Dir, "receipt.json"))
	if err != nil {
		return nil, errors.Join(fault.New(fault.NotFound, "bundle.not_found", "这里没有结算包（缺 receipt.json）", "there is no bundle here (no receipt.json)").
			In(fault.Place{File: name}), b.Close())
	}
	if b.Receipt, err = decodeReceipt(body); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

// maxSmall is how much is read of a receipt or of the checksums: of a hundred
// thousand files these take some 12 MiB.
const maxSmall = 64 << 20

// readSmall reads a file that is held in memory; what is beyond the limit is cut
// off, and will be missed.
func readSmall(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxSmall))
}

// Close removes what Open unpacked.
func (b *Bundle) Close() error {
	if b.temp == "" {
		return nil
	}
	return os.RemoveAll(b.temp)
}

// PackFiles are the files of its pack.
func (b *Bundle) PackFiles() fs.FS { return os.DirFS(filepath.Join(b.Dir, "pack")) }

// Plan loads its pack and makes the plan of its readings and parameters.
func (b *Bundle) Plan() (*policy.Pack, *policy.Plan, error) {
	pack, err := policy.Load(b.PackFiles())
	if err != nil {
		return nil, nil, err
	}
	scope, err := b.Receipt.scope()
	if err != nil {
		return nil, nil, err
	}
	plan, err := pack.Plan(policy.Choices{Readings: b.Receipt.Readings, Parameters: b.Receipt.Parameters, Scope: scope})
	return pack, plan, err
}

// FactsDir is the folder of its facts.
func (b *Bundle) FactsDir() string { return filepath.Join(b.Dir, "facts") }

// Facts opens its facts.
func (b *Bundle) Facts() (*factfile.Folder, error) { return factfile.Open(b.FactsDir()) }

// Result reads its result tables.
func (b *Bundle) Result() (*settlement.Result, error) {
	res := new(settlement.Result)
	for _, t := range tables {
		f, err := os.Open(filepath.Join(b.Dir, t.name))
		if err != nil {
			return nil, fault.New(fault.NotFound, "bundle.table", "缺少结果表", "a result table is missing").In(fault.Place{File: t.name})
		}
		err = t.read(f, res)
		if err := errors.Join(err, f.Close()); err != nil {
			return nil, err
		}
	}
	return res, nil
}
