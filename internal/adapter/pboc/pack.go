package pboc

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"changrong/internal/base/fault"
	"changrong/internal/fact"
)

// Package is one message in a folder: a pair of .dat and .log, or a zip of both.
type Package struct {
	Name Name
	Path string // of the .dat or the .zip, below the folder, with slashes
	Log  string // of the .log; "" in a zip
}

// Zipped tells whether p is a zip.
func (p *Package) Zipped() bool { return p.Log == "" }

// Find puts the files of messages together, from the paths of all .dat, .log and
// .zip below a folder, with slashes. Packages come in order of institution, date
// and message; what is half, misnamed or twice there is a finding.
func Find(paths []string) (packages []Package, findings []fact.Finding) {
	type pair struct{ dat, log, zip string }
	pairs := map[string]*pair{} // by path without extension
	var bases []string
	for _, p := range paths {
		ext := path.Ext(p)
		base := strings.TrimSuffix(p, ext)
		if pairs[base] == nil {
			pairs[base] = &pair{}
			bases = append(bases, base)
		}
		switch strings.ToLower(ext) {
		case ".dat":
			pairs[base].dat = p
		case ".log":
			pairs[base].log = p
		case ".zip":
			pairs[base].zip = p
		}
	}
	slices.Sort(bases)
	seen := map[Name]string{}
	for _, base := range bases {
		q := pairs[base]
		for _, half := range [...]Package{{Path: q.zip}, {Path: q.dat, Log: q.log}} {
			file := half.Path
			if file == "" {
				file = half.Log
			}
			if file == "" {
				continue
			}
			n, wrong := ParseName(file, path.Base(base))
			if wrong == nil && half.Path == q.dat && (q.dat == "" || q.log == "") {
				f := ruleHalf.At(fault.Place{File: file}, missing(q.dat), missingEn(q.dat))
				wrong = &f
			}
			if wrong == nil && seen[n] != "" {
				f := ruleTwice.At(fault.Place{File: file}, "另一份是 "+seen[n], "the other is "+seen[n])
				wrong = &f
			}
			if wrong != nil {
				findings = append(findings, *wrong)
				continue
			}
			seen[n], half.Name = file, n
			packages = append(packages, half)
		}
	}
	slices.SortFunc(packages, func(a, b Package) int { return compareNames(a.Name, b.Name) })
	return packages, findings
}

func missing(dat string) string {
	if dat == "" {
		return "缺 .dat"
	}
	return "缺 .log"
}

func missingEn(dat string) string {
	if dat == "" {
		return "the .dat is missing"
	}
	return "the .log is missing"
}

// compareNames orders by institution, date, and the order messages are filed in.
func compareNames(a, b Name) int {
	if c := strings.Compare(a.Institution, b.Institution); c != 0 {
		return c
	}
	if a.Date != b.Date {
		return int(a.Date - b.Date)
	}
	return slices.Index(messages, a.Message) - slices.Index(messages, b.Message)
}

// opened is a package ready to be read.
type opened struct {
	dat     io.Reader
	log     []byte
	datFile string // how findings call the .dat
	logFile string
	closers []io.Closer
	size    int64 // of dat, as the folder or the zip says
}

func (o *opened) close() {
	for _, c := range slices.Backward(o.closers) {
		c.Close() //nolint:errcheck // only read from
	}
}

// open opens the package below dir; findings say what keeps it from being read.
func (p *Package) open(dir string) (*opened, []fact.Finding, error) {
	if p.Zipped() {
		return p.openZip(filepath.Join(dir, filepath.FromSlash(p.Path)))
	}
	o := &opened{datFile: p.Path, logFile: p.Log}
	log, err := os.Open(filepath.Join(dir, filepath.FromSlash(p.Log)))
	if err != nil {
		return nil, nil, err
	}
	defer log.Close() //nolint:errcheck // only read from
	if o.log, err = io.ReadAll(io.LimitReader(log, MaxLog+1)); err != nil {
		return nil, nil, err
	}
	dat, err := os.Open(filepath.Join(dir, filepath.FromSlash(p.Path)))
	if err != nil {
		return nil, nil, err
	}
	o.closers = append(o.closers, dat)
	info, err := dat.Stat()
	if err != nil {
		o.close()
		return nil, nil, err
	}
	if info.Size() > MaxDat {
		o.close()
		return nil, []fact.Finding{ruleTooLarge.At(fault.Place{File: p.Path}, "", "")}, nil
	}
	o.dat, o.size = dat, info.Size()
	return o, nil, nil
}

// openZip opens a zip, which must hold the .dat and the .log of its own name.
func (p *Package) openZip(file string) (*opened, []fact.Finding, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, nil, err
	}
	o := &opened{closers: []io.Closer{f}}
	refuse := func(r *fact.Rule, value, zh, en string) (*opened, []fact.Finding, error) {
		o.close()
		return nil, []fact.Finding{r.At(fault.Place{File: p.Path, Value: fault.Clip(value)}, zh, en)}, nil
	}
	info, err := f.Stat()
	if err != nil {
		o.close()
		return nil, nil, err
	}
	z, err := zip.NewReader(f, info.Size())
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return refuse(&ruleZip, "", "", "")
	}
	dat, log, r, value := p.entries(z)
	if r != nil {
		return refuse(r, value, "", "")
	}
	if dat == nil || log == nil {
		found := p.Path // only so that missing() names what is not there
		if dat == nil {
			found = ""
		}
		return refuse(&ruleHalf, "", missing(found), missingEn(found))
	}
	if dat.UncompressedSize64 > MaxDat || log.UncompressedSize64 > MaxLog {
		return refuse(&ruleZipBomb, "", "", "")
	}
	l, err := log.Open()
	if err != nil {
		return refuse(&ruleZip, log.Name, "", "")
	}
	o.closers = append(o.closers, l)
	if o.log, err = io.ReadAll(io.LimitReader(l, MaxLog+1)); err != nil {
		return refuse(&ruleZip, log.Name, "", "")
	}
	d, err := dat.Open()
	if err != nil {
		return refuse(&ruleZip, dat.Name, "", "")
	}
	o.closers = append(o.closers, d)
	o.dat, o.size = &wary{in: d, packed: min(int64(dat.CompressedSize64), info.Size())}, int64(dat.UncompressedSize64)
	o.datFile, o.logFile = p.Path+"/"+dat.Name, p.Path+"/"+log.Name
	return o, nil, nil
}

// entries finds the two files of a zip; r is what is wrong with an entry.
func (p *Package) entries(z *zip.Reader) (dat, log *zip.File, r *fact.Rule, name string) {
	for _, e := range z.File {
		if strings.ContainsAny(e.Name, `/\`) || strings.Contains(e.Name, "..") || strings.Contains(e.Name, ":") {
			return nil, nil, &ruleZipPath, e.Name
		}
		at := &dat
		switch e.Name {
		case p.Name.String() + ".dat":
		case p.Name.String() + ".log":
			at = &log
		default:
			return nil, nil, &ruleZipEntry, e.Name
		}
		if *at != nil || e.Flags&1 != 0 || (e.Method != zip.Deflate && e.Method != zip.Store) {
			return nil, nil, &ruleZipEntry, e.Name
		}
		*at = e
	}
	return dat, log, nil, ""
}

// errBomb ends the reading of what grows too much.
var errBomb = errors.New("pboc: zip bomb")

// wary reads an entry of a zip and stops when too much comes out of it.
type wary struct {
	in     io.Reader
	packed int64
	out    int64
}

func (w *wary) Read(b []byte) (int, error) {
	n, err := w.in.Read(b)
	w.out += int64(n)
	if w.out > MaxDat || (w.out > ratioFloor && w.out/MaxRatio > w.packed) {
		return n, errBomb
	}
	return n, err
}

// checkLog reads and checks the .log; ok is false when it is no use.
func (p *Package) checkLog(o *opened, report func(fact.Finding)) (l Log, ok bool) {
	l, wrong := ParseLog(o.logFile, o.log)
	if wrong != nil {
		report(*wrong)
		return l, false
	}
	if want := p.Name.String() + ".dat"; l.Name != want {
		report(ruleLogName.At(fault.Place{File: o.logFile, Line: 1, Value: fault.Clip(l.Name)}, "应为 "+want, "expected "+want))
	}
	return l, true
}

// streamFinding makes a finding of an error that is the file's fault; one that is
// the machine's, or a cancelled context, is returned.
func (p *Package) streamFinding(err error) (*fact.Finding, error) {
	r := &ruleZip
	switch {
	case errors.Is(err, errBomb):
		r = &ruleZipBomb
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), !p.Zipped():
		return nil, err
	}
	f := r.At(fault.Place{File: p.Path}, "", "")
	return &f, nil
}

// equalMD5 tells whether sum is what the .log says.
func (l *Log) equalMD5(sum []byte) bool { return bytes.Equal(l.MD5[:], sum) }
