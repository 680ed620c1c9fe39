package factfile

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"changrong/internal/base/fault"
)

const (
	utf16LE = "UTF-16 LE"
	utf16BE = "UTF-16 BE"
	gb18030 = "GB18030/GBK"
)

// otherEncoding names the encoding that text, some whole lines, looks like when
// it is not UTF-8; "" when it is, or when nothing else fits better.
func otherEncoding(text []byte) string {
	switch {
	case bytes.HasPrefix(text, []byte{0xff, 0xfe}):
		return utf16LE
	case bytes.HasPrefix(text, []byte{0xfe, 0xff}):
		return utf16BE
	}
	switch even, odd := zeros(text); { // as many of both are no text at all
	case even+odd <= len(text)/8:
	case odd > 3*even:
		return utf16LE
	case even > 3*odd:
		return utf16BE
	}
	if good, broken := runes(text); broken > good {
		// Characters that have no meaning there come out as U+FFFD.
		decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(text)
		if err == nil && !bytes.ContainsRune(decoded, utf8.RuneError) {
			return gb18030
		}
	}
	return ""
}

// zeros counts the NUL bytes at even and odd places.
func zeros(text []byte) (even, odd int) {
	for i, c := range text {
		switch {
		case c != 0:
		case i%2 == 0:
			even++
		default:
			odd++
		}
	}
	return even, odd
}

// runes counts the characters of several bytes, and the bytes that belong to none.
func runes(text []byte) (good, broken int) {
	for i := 0; i < len(text); {
		if text[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && n == 1 {
			broken++
		} else {
			good++
		}
		i += n
	}
	return good, broken
}

// encodingFault says how to get from an encoding to UTF-8.
func encodingFault(encoding string) *fault.Error {
	return fault.Invalidf("csv.encoding",
		"文件编码像是 %s，应为 UTF-8：在 Excel 中另存为“CSV UTF-8（逗号分隔）”，或在记事本中另存为并选编码“UTF-8”",
		"the encoding looks like %s and must be UTF-8: in Excel save as \"CSV UTF-8 (Comma delimited)\", in Notepad save with encoding UTF-8",
		encoding)
}
