package scorecard

import (
	"bytes"
	"encoding/json"

	"changrong/internal/base/fault"
)

// JSON is the card as a file: one form, so that the same card is the same bytes.
func (c *Card) JSON() ([]byte, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	b, err := json.MarshalIndent(c, "", "  ")
	return append(b, '\n'), err
}

// maxFile is how many bytes of a file are read: the largest card is far below.
const maxFile = 4 << 20

// Read reads a card that JSON has written. What comes out is written the same again, to
// the byte.
//
// Errors: rating.card of what is no card, those of Check.
func Read(b []byte) (*Card, error) {
	broken := fault.New(fault.Invalid, "rating.card", "不是评分卡文件，或文件被改动过", "this is no card, or it has been edited")
	if len(b) > maxFile {
		return nil, broken
	}
	in := json.NewDecoder(bytes.NewReader(b))
	in.DisallowUnknownFields()
	c := &Card{}
	if err := in.Decode(c); err != nil {
		return nil, broken.Because(err)
	}
	again, err := c.JSON()
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(again, b) {
		return nil, broken
	}
	return c, nil
}
