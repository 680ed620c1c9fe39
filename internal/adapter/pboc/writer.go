package pboc

import (
	"archive/zip"
	"bufio"
	"compress/flate"
	"crypto/md5" //nolint:gosec // the .log wants it
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"
	"unicode/utf8"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
)

// Writer writes one message, field by field and record by record:
//
//	w.Text("9133…").Text("0001") … .Fen(100).End()
//
// The first thing that goes wrong is kept, later calls do nothing, and Close
// returns it. What is written depends on nothing but the calls.
type Writer struct {
	name  Name
	log   Log
	dir   string
	tmp   *os.File
	zip   *zip.Writer
	out   *bufio.Writer
	md5   hash.Hash
	line  []byte // the current record, after the newline that ends the one before
	field int    // how many of its fields are written
	err   error
}

// NewWriter begins the message of institution uscc with this code and date, a
// month's last day YYYYMMDD, in dir: as a .dat and a .log, or as a zip of both.
// generatedAt is the time in the .log, YYYY-MM-DD HH:MM:SS. Nothing of it is
// there under its name before Close.
// Errors: pboc.file_name, pboc.not_month_end, pboc.log, pboc.unwritable.
func NewWriter(dir, uscc, code, date, generatedAt string, zipped bool) (*Writer, error) {
	base := uscc + "_" + code + "_" + date
	name, wrong := ParseName(base, base)
	if wrong != nil {
		return nil, wrong.Fault()
	}
	if !validTime(generatedAt) {
		return nil, fault.Invalidf(ruleLog.Code, "“%s”不是时间 YYYY-MM-DD HH:MM:SS", "%q is no time YYYY-MM-DD HH:MM:SS", fault.Clip(generatedAt))
	}
	tmp, err := os.CreateTemp(dir, "."+base+"-*")
	if err != nil {
		return nil, unwritable(err, base)
	}
	w := &Writer{name: name, dir: dir, tmp: tmp, log: Log{Name: base + ".dat", Time: generatedAt}}
	w.md5 = md5.New() //nolint:gosec // the .log wants it
	var dat io.Writer = tmp
	if zipped {
		w.zip = zip.NewWriter(tmp)
		w.zip.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) { return flate.NewWriter(out, flate.BestSpeed) })
		dat = w.entry(base + ".dat")
	}
	w.out = bufio.NewWriterSize(io.MultiWriter(dat, w.md5), 1<<16)
	return w, nil
}

func unwritable(err error, file string) error {
	return fault.New(fault.Unavailable, "pboc.unwritable", "文件无法写出", "the file cannot be written").In(fault.Place{File: file}).Because(err)
}

// entry begins a file in the zip, dated as the message says.
func (w *Writer) entry(name string) io.Writer {
	at, err := time.Parse(time.DateTime, w.log.Time)
	if err != nil {
		w.fail(err)
	}
	out, err := w.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: at})
	if err != nil {
		w.fail(err)
		return io.Discard
	}
	return out
}

func (w *Writer) fail(err error) {
	if w.err == nil {
		w.err = err
	}
}

// next begins the next field, which must be one of the kinds that ok accepts.
func (w *Writer) next(ok func(Kind) bool) bool {
	m := w.name.Message
	switch {
	case w.err != nil:
		return false
	case w.field == len(m.Fields):
		w.fail(fmt.Errorf("pboc: %s: more than %d fields", m.Code, len(m.Fields)))
		return false
	case ok != nil && !ok(m.Fields[w.field].Kind):
		w.fail(fmt.Errorf("pboc: %s: field %s is of another kind", m.Code, m.Fields[w.field].name()))
		return false
	}
	if w.field > 0 {
		w.line = append(w.line, '|')
	}
	w.field++
	return true
}

// Empty leaves the next field empty.
func (w *Writer) Empty() *Writer {
	if w.next(nil) && w.name.Message.Fields[w.field-1].Required {
		w.fail(fmt.Errorf("pboc: %s: field %s is required", w.name.Message.Code, w.name.Message.Fields[w.field-1].name()))
	}
	return w
}

// Text writes the next field, which is not numeric; "" leaves it empty.
func (w *Writer) Text(s string) *Writer {
	if s == "" {
		return w.Empty()
	}
	if !w.next(func(k Kind) bool { return !k.Numeric() }) {
		return w
	}
	f := &w.name.Message.Fields[w.field-1]
	for i := range len(s) {
		if s[i] < ' ' || s[i] == '|' || s[i] == 0x7f {
			w.fail(fmt.Errorf("pboc: %s: field %s holds a character that cannot be written", w.name.Message.Code, f.name()))
		}
	}
	if f.Len > 0 && len(s) > f.Len && utf8.RuneCountInString(s) > f.Len {
		w.fail(fmt.Errorf("pboc: %s: field %s is over %d characters", w.name.Message.Code, f.name(), f.Len))
	}
	w.line = append(w.line, s...)
	return w
}

// Fen writes the next field, an amount or a percentage, with two decimals.
func (w *Writer) Fen(f money.Fen) *Writer {
	if w.next(func(k Kind) bool { return k == Amount || k == Ratio }) {
		w.decimal(int64(f), 100, 2)
	}
	return w
}

// Rate writes the next field, a rate, in percent with five decimals; what is
// finer is rounded down.
func (w *Writer) Rate(r money.Rate) *Writer {
	if w.next(func(k Kind) bool { return k == Rate }) {
		const unit = int64(money.Percent / 100_000)
		w.decimal(int64(r)/unit, 100_000, 5)
	}
	return w
}

func (w *Writer) decimal(n, unit int64, places int) {
	if n < 0 {
		w.fail(fmt.Errorf("pboc: %s: field %s is negative", w.name.Message.Code, w.name.Message.Fields[w.field-1].name()))
		return
	}
	w.line = append(strconv.AppendInt(w.line, n/unit, 10), '.')
	w.line = appendPadded(w.line, int(n%unit), places)
}

// Day writes the next field, a date; civil.Never leaves it empty.
func (w *Writer) Day(d civil.Date) *Writer {
	if d == civil.Never {
		return w.Empty()
	}
	if w.next(func(k Kind) bool { return k == Day }) {
		w.line = d.AppendTo(w.line)
	}
	return w
}

// Count writes the next field, a number.
func (w *Writer) Count(n int64) *Writer {
	if w.next(func(k Kind) bool { return k == Count }) {
		w.line = strconv.AppendInt(w.line, n, 10)
	}
	return w
}

// Flag writes the next field, 0 or 1.
func (w *Writer) Flag(yes bool) *Writer {
	if w.next(func(k Kind) bool { return k == Flag }) {
		digit := byte('0')
		if yes {
			digit = '1'
		}
		w.line = append(w.line, digit)
	}
	return w
}

// End ends the record; fields not written are empty.
func (w *Writer) End() {
	for w.err == nil && w.field < len(w.name.Message.Fields) {
		w.Empty()
	}
	if w.err != nil {
		return
	}
	n, err := w.out.Write(w.line)
	if err != nil {
		w.fail(unwritable(err, w.log.Name))
	}
	w.log.Bytes += int64(n)
	w.log.Records++
	w.line, w.field = append(w.line[:0], '\n'), 0
}

// Close ends the message and gives it its name, or removes it and returns the
// first thing that went wrong.
func (w *Writer) Close() error {
	if w.field > 0 {
		w.fail(fmt.Errorf("pboc: %s: the last record has no end", w.name.Message.Code))
	}
	if err := w.out.Flush(); err != nil {
		w.fail(unwritable(err, w.log.Name))
	}
	copy(w.log.MD5[:], w.md5.Sum(nil))
	log := w.log.AppendTo(nil)
	if w.zip != nil {
		if _, err := w.entry(w.name.String() + ".log").Write(log); err != nil {
			w.fail(unwritable(err, w.log.Name))
		}
		if err := w.zip.Close(); err != nil {
			w.fail(unwritable(err, w.log.Name))
		}
	}
	if err := w.tmp.Close(); err != nil {
		w.fail(unwritable(err, w.log.Name))
	}
	if w.err == nil {
		w.publish(log)
	}
	if w.err != nil {
		os.Remove(w.tmp.Name())
	}
	return w.err
}

// publish gives the finished file its name, the .log first.
func (w *Writer) publish(log []byte) {
	base := filepath.Join(w.dir, w.name.String())
	target := base + ".zip"
	if w.zip == nil {
		target = base + ".dat"
		if err := os.WriteFile(base+".log", log, 0o644); err != nil {
			w.fail(unwritable(err, w.log.Name))
			return
		}
	}
	if err := os.Chmod(w.tmp.Name(), 0o644); err != nil {
		w.fail(unwritable(err, w.log.Name))
		return
	}
	if err := os.Rename(w.tmp.Name(), target); err != nil {
		w.fail(unwritable(err, w.log.Name))
	}
}
