package engine

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"changrong/internal/base/fault"
)

// TownNames is the file in a pack's folder that says what the towns of its region are
// called, if somebody has put it there: CSV of code and name, with the source in a
// line that begins with #. It is no part of the policy: nothing is computed from it.
const TownNames = "towns.csv"

// Limits of a list of towns: a county has some twenty, a city some hundreds.
const (
	maxTowns    = 2000
	maxTownName = 50
	townDigits  = 9
)

// ReadTowns reads what towns are called, by their nine-digit codes.
//
// Errors: pack.towns, pack.unreadable.
func ReadTowns(r io.Reader) (map[string]string, error) {
	body, err := io.ReadAll(io.LimitReader(r, 1<<20))
	if err != nil {
		return nil, fault.New(fault.Unavailable, "pack.unreadable", "乡镇街道名称无法读取", "the names of towns cannot be read").In(fault.Place{File: TownNames}).Because(err)
	}
	in := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(body, []byte("\ufeff"))))
	in.Comment, in.FieldsPerRecord, in.TrimLeadingSpace = '#', 2, true
	towns := map[string]string{}
	for n := 0; ; n++ {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			return towns, nil
		}
		if err != nil {
			return nil, fault.New(fault.Invalid, "pack.towns", "不是两列的 CSV", "no CSV of two columns").In(fault.Place{File: TownNames}).Because(err)
		}
		line, _ := in.FieldPos(0)
		at := fault.Place{File: TownNames, Line: line}
		code, name := strings.TrimSpace(row[0]), strings.TrimSpace(row[1])
		switch {
		case n == 0:
			if code != "code" || name != "name" {
				return nil, fault.New(fault.Invalid, "pack.towns", "首行应为 code,name", "the first line is code,name").In(at)
			}
		case len(code) != townDigits || strings.Trim(code, "0123456789") != "" || name == "" || utf8.RuneCountInString(name) > maxTownName || !utf8.ValidString(name):
			return nil, fault.New(fault.Invalid, "pack.towns", "每行为九位乡镇街道代码和名称", "a line is a nine-digit code and a name").In(at)
		case towns[code] != "":
			return nil, fault.Newf(fault.Invalid, "pack.towns", "乡镇街道代码“%s”重复", "the code %s stands twice", code).In(at)
		case len(towns) >= maxTowns:
			return nil, fault.Invalidf("pack.towns", "乡镇街道超过%d个", "more than %d towns", maxTowns)
		default:
			towns[code] = name
		}
	}
}

// townsIn reads the names of towns in a pack's folder; none are known without the file.
func townsIn(folder string) (map[string]string, error) {
	f, err := os.Open(filepath.Join(folder, TownNames))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fault.New(fault.Unavailable, "pack.unreadable", "乡镇街道名称无法读取", "the names of towns cannot be read").In(fault.Place{File: TownNames}).Because(err)
	}
	defer f.Close()
	return ReadTowns(f)
}

// Towns implements programme.Packs.
func (p *Packs) Towns(id string) map[string]string {
	if i := p.byID[id]; i != nil {
		return i.Towns
	}
	return nil
}
