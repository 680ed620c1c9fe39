package pboc

import (
	"bytes"
	"encoding/hex"
	"strconv"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
)

// Log is what the .log of a message says about its .dat.
type Log struct {
	Name    string // of the .dat
	MD5     [16]byte
	Bytes   int64
	Time    string // YYYY-MM-DD HH:MM:SS
	Records int64
}

const logLines = 5

// ParseLog reads a .log. The finding, nil when ok, names the line.
func ParseLog(file string, text []byte) (l Log, wrong *fact.Finding) {
	bad := func(r *fact.Rule, line int, value, zh, en string) *fact.Finding {
		f := r.At(fault.Place{File: file, Line: line, Value: fault.Clip(value)}, zh, en)
		return &f
	}
	switch {
	case len(text) > MaxLog:
		return l, bad(&ruleLog, 0, "", "文件过大", "the file is too large")
	case bytes.HasPrefix(text, []byte(utf8BOM)):
		return l, bad(&ruleBOM, 1, "", "", "")
	case bytes.Contains(text, []byte("\r\n")):
		return l, bad(&ruleCRLF, 1, "", "", "")
	}
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	if len(lines) != logLines {
		n := strconv.Itoa(len(lines))
		return l, bad(&ruleLog, 0, "", "有 "+n+" 行", n+" lines")
	}
	l.Name = lines[0]
	if len(lines[1]) != hex.EncodedLen(len(l.MD5)) || !isHex(lines[1], l.MD5[:]) {
		return l, bad(&ruleLog, 2, lines[1], "不是 32 位 MD5", "no MD5 of 32 hex digits")
	}
	var ok bool
	if l.Bytes, ok = plainInt(lines[2]); !ok {
		return l, bad(&ruleLog, 3, lines[2], "不是字节数", "no number of bytes")
	}
	if l.Time = lines[3]; !validTime(l.Time) {
		return l, bad(&ruleLog, 4, lines[3], "不是时间 YYYY-MM-DD HH:MM:SS", "no time YYYY-MM-DD HH:MM:SS")
	}
	if l.Records, ok = plainInt(lines[4]); !ok {
		return l, bad(&ruleLog, 5, lines[4], "不是记录数", "no number of records")
	}
	return l, nil
}

// AppendTo appends the five lines.
func (l *Log) AppendTo(b []byte) []byte {
	b = append(append(b, l.Name...), '\n')
	b = append(hex.AppendEncode(b, l.MD5[:]), '\n')
	b = append(strconv.AppendInt(b, l.Bytes, 10), '\n')
	b = append(append(b, l.Time...), '\n')
	return strconv.AppendInt(b, l.Records, 10)
}

// plainInt reads up to 18 digits.
func plainInt(s string) (n int64, ok bool) {
	if s == "" || len(s) > 18 {
		return 0, false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int64(s[i]-'0')
	}
	return n, true
}

// validTime tells whether s is YYYY-MM-DD HH:MM:SS.
func validTime(s string) bool {
	if len(s) != 19 || s[10] != ' ' || s[13] != ':' || s[16] != ':' {
		return false
	}
	if _, err := civil.ParseDate(s[:10]); err != nil {
		return false
	}
	h, ok1 := plainInt(s[11:13])
	m, ok2 := plainInt(s[14:16])
	sec, ok3 := plainInt(s[17:])
	return ok1 && ok2 && ok3 && h < 24 && m < 60 && sec < 60
}

// isHex decodes s into b and tells whether it was hexadecimal.
func isHex(s string, b []byte) bool {
	_, err := hex.Decode(b, []byte(s))
	return err == nil
}
