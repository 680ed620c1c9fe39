package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"changrong/internal/base/fault"
	"changrong/internal/policy/strict"
)

// digest hashes the files of a pack with their names, so that a renamed file is
// another pack.
func digest(fsys fs.FS, files []string) (string, error) {
	h := sha256.New()
	for _, name := range files {
		body, err := fs.ReadFile(fsys, name)
		if err != nil {
			return "", fault.New(fault.Unavailable, "pack.unreadable", "文件无法读取", "the file cannot be read").In(fault.Place{File: name}).Because(err)
		}
		fmt.Fprintf(h, "%s\x00%d\x00", name, len(body))
		h.Write(body)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// loadItems reads items/*.yaml, in byte order of their names.
func (p *Pack) loadItems(fsys fs.FS) error {
	for _, name := range p.Files {
		if path.Dir(name) != "items" {
			continue
		}
		d := new(itemDoc)
		if err := strict.Read(fsys, name, d); err != nil {
			return err
		}
		if err := checkID(d.ID, d.ID.Text); err != nil {
			return in(name, err)
		}
		if d.ID.Text != strings.TrimSuffix(path.Base(name), ".yaml") {
			return in(name, wrong(d.ID, "pack.item_id", "项目标识应与文件名相同", "the id must be the file's name"))
		}
		p.items = append(p.items, d)
	}
	if len(p.items) == 0 {
		return fault.New(fault.Invalid, "pack.no_items", "政策包没有任何资金项目（items/*.yaml）", "the pack has no money items (items/*.yaml)")
	}
	return nil
}

func (p *Pack) loadIndicators(fsys fs.FS) error {
	const name = "indicators.yaml"
	if !slices.Contains(p.Files, name) {
		return nil
	}
	if err := strict.Read(fsys, name, &p.indicators); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, d := range p.indicators {
		if err := checkID(d.ID, d.ID.Text); err != nil {
			return in(name, err)
		}
		if seen[d.ID.Text] {
			return in(name, wrong(d.ID, "pack.duplicate", "指标重复", "the indicator stands twice"))
		}
		seen[d.ID.Text] = true
	}
	return nil
}
