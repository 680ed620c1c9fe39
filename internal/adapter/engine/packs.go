package engine

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"changrong/internal/base/fault"
	"changrong/internal/fact"
	"changrong/internal/party"
	"changrong/internal/policy"
	"changrong/internal/settlement"
	"changrong/internal/settlement/cases"
	"changrong/internal/settlement/columnar"
	"changrong/internal/settlement/oracle"
	"changrong/internal/subsidy"
)

// OfficialText is the file in a pack's folder that holds the official text of its
// document, if somebody has put it there: plain text, UTF-8.
const OfficialText = "official.txt"

// maxPacks is how many packs may be installed; a county has a few a year.
const maxPacks = 200

// Installed is a pack that can be settled by.
type Installed struct {
	Dir      string
	Pack     *policy.Pack
	Plan     *policy.Plan      // of its own choices, over its whole scope
	Official *policy.Official  // nil: no text is attached
	Towns    map[string]string // what the towns of its region are called; nil: not known
	Claims   *subsidy.Rules    // how its claims are dealt with; nil: it does not say

	once     sync.Once
	outcomes []cases.Outcome
	err      error
}

// Files are the files of the pack.
func (i *Installed) Files() fs.FS { return os.DirFS(i.Dir) }

// Cases runs the cases that were worked out by hand, the first time it is asked.
func (i *Installed) Cases(ctx context.Context) ([]cases.Outcome, error) {
	i.once.Do(func() { i.outcomes, i.err = TestPack(context.WithoutCancel(ctx), i.Pack) })
	return i.outcomes, i.err
}

// TestPack runs a pack's cases under the executors that need no other program.
func TestPack(ctx context.Context, pack *policy.Pack) ([]cases.Outcome, error) {
	return cases.Run(ctx, pack, []cases.Runner{
		{Name: "columnar", Run: func(ctx context.Context, plan *policy.Plan, src fact.Source) (*settlement.Result, error) {
			res, _, err := columnar.Run(ctx, plan, party.NewSized(src), columnar.Options{})
			return res, err
		}},
		{Name: "cel", Run: func(ctx context.Context, plan *policy.Plan, src fact.Source) (*settlement.Result, error) {
			return oracle.Run(ctx, plan, party.NewSized(src))
		}},
	})
}

// Broken is a folder that holds a pack which cannot be used.
type Broken struct {
	Folder string
	Err    *fault.Error
}

// Packs are the packs installed in a folder, each in a folder of its own.
type Packs struct {
	byID   map[string]*Installed
	order  []*Installed
	broken []Broken
}

// OpenPacks loads what is installed in dir. A pack that cannot be loaded does not
// keep the others from being used; Broken tells of it.
//
// Errors: pack.unreadable, programme.packs.
func OpenPacks(dir string) (*Packs, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fault.New(fault.NotFound, "pack.unreadable", "政策包文件夹不存在，或无法读取", "the folder of packs is not there or cannot be read").In(fault.Place{File: dir}).Because(err)
	}
	p := &Packs{byID: map[string]*Installed{}}
	for _, e := range entries {
		folder := filepath.Join(dir, e.Name())
		if _, err := os.Stat(filepath.Join(folder, "pack.yaml")); err != nil {
			continue // no pack
		}
		if len(p.order)+len(p.broken) >= maxPacks {
			return nil, fault.Newf(fault.Invalid, "programme.packs", "政策包超过%d个", "more than %d packs", maxPacks).In(fault.Place{File: dir})
		}
		installed, err := install(folder)
		if err == nil && p.byID[installed.Pack.ID] != nil {
			err = fault.Newf(fault.Conflict, "programme.packs", "政策包编号“%s”重复", "there are two packs %q", installed.Pack.ID)
		}
		if err != nil {
			p.broken = append(p.broken, Broken{e.Name(), fault.Of(err)})
			continue
		}
		p.byID[installed.Pack.ID] = installed
		p.order = append(p.order, installed)
	}
	slices.SortFunc(p.order, func(a, b *Installed) int {
		if x, y := a.example(), b.example(); x != y {
			if x {
				return 1
			}
			return -1
		}
		return cmp.Or(cmp.Compare(b.Pack.Scope.First, a.Pack.Scope.First), cmp.Compare(a.Pack.ID, b.Pack.ID))
	})
	return p, nil
}

func install(folder string) (*Installed, error) {
	i := &Installed{Dir: folder}
	var err error
	if i.Pack, err = policy.Load(i.Files()); err != nil {
		return nil, err
	}
	if i.Plan, err = i.Pack.Plan(policy.Choices{}); err != nil {
		return nil, err
	}
	if i.Towns, err = townsIn(folder); err != nil {
		return nil, err
	}
	if err := i.claimsIn(folder); err != nil {
		return nil, err
	}
	f, err := os.Open(filepath.Join(folder, OfficialText))
	if errors.Is(err, fs.ErrNotExist) {
		return i, nil
	}
	if err != nil {
		return nil, fault.New(fault.Unavailable, "pack.unreadable", "官方原文无法读取", "the official text cannot be read").Because(err)
	}
	defer f.Close()
	if i.Official, err = policy.ReadOfficial(f); err != nil {
		return nil, fault.Of(err).In(fault.Place{File: OfficialText})
	}
	if err := i.Pack.Against(i.Official); err != nil {
		return nil, fault.Of(err).In(fault.Place{File: OfficialText})
	}
	return i, nil
}

// example tells whether i is a pack to learn from: its id begins so.
func (i *Installed) example() bool { return strings.HasPrefix(i.Pack.ID, "example-") }

// All returns the packs, the latest period first, and examples last.
func (p *Packs) All() []*Installed { return p.order }

// Broken returns what could not be loaded.
func (p *Packs) Broken() []Broken { return p.broken }

// Get returns an installed pack.
//
// Error: programme.no_pack.
func (p *Packs) Get(id string) (*Installed, error) {
	if i := p.byID[id]; i != nil {
		return i, nil
	}
	return nil, fault.Newf(fault.NotFound, "programme.no_pack", "没有安装政策包“%s”", "no pack %q is installed", fault.Clip(id)).In(fault.Place{Field: "pack"})
}

// Pack implements programme.Packs.
func (p *Packs) Pack(id string) (*policy.Pack, error) {
	i, err := p.Get(id)
	if err != nil {
		return nil, err
	}
	return i.Pack, nil
}
