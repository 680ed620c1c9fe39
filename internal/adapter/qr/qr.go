// Package qr draws QR codes (二维码, GB/T 18284, ISO/IEC 18004): their squares, as PNG
// and as SVG. What is printed and hung on a wall gets torn, wet and written on, so all
// are made with the highest error correction, H: three tenths may be lost.
package qr

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"

	"changrong/internal/base/fault"

	"github.com/boombuler/barcode/qr"
)

// Code is a code's squares: true is dark. It has no margin.
type Code [][]bool

// Margin is how many light squares a reader needs around a code (ISO/IEC 18004, 6.3.8).
const Margin = 4

// maxText is what fits at error correction H (version 40).
const maxText = 1200

// Limits of a picture's width in pixels.
const (
	MinWidth = 128
	MaxWidth = 4096
)

// New makes the code that says text.
//
// Errors: qr.size.
func New(text string) (Code, error) {
	tooLong := fault.Invalidf("qr.size", "内容过长，放不进二维码", "the text is too long for a code")
	if text == "" || len(text) > maxText {
		return nil, tooLong
	}
	drawn, err := qr.Encode(text, qr.H, qr.Unicode)
	if err != nil {
		return nil, tooLong.Because(err)
	}
	at := drawn.Bounds()
	c := make(Code, at.Dy())
	for y := range c {
		c[y] = make([]bool, at.Dx())
		for x := range c[y] {
			r, _, _, _ := drawn.At(at.Min.X+x, at.Min.Y+y).RGBA()
			c[y][x] = r < 0x8000
		}
	}
	return c, nil
}

// PNG draws c about so many pixels wide: every square has the same whole number.
func (c Code) PNG(width int) ([]byte, error) {
	n := len(c) + 2*Margin
	scale := max(1, min(max(width, MinWidth), MaxWidth)/n)
	img := image.NewPaletted(image.Rect(0, 0, n*scale, n*scale), color.Palette{color.White, color.Black})
	for y := range img.Rect.Dy() {
		for x := range img.Rect.Dx() {
			if c.dark(x/scale-Margin, y/scale-Margin) {
				img.Pix[y*img.Stride+x] = 1
			}
		}
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, img); err != nil {
		return nil, fault.New(fault.Internal, "qr.png", "生成图片失败", "the picture could not be written").Because(err)
	}
	return b.Bytes(), nil
}

// SVG draws c as one path, to be printed at any size.
func (c Code) SVG() []byte {
	n := len(c) + 2*Margin
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h%dv%dH0z"/><path d="`, n, n, n, n)
	c.Runs(func(x, y, length int) { fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", x+Margin, y+Margin, length, length) })
	b.WriteString(`"/></svg>` + "\n")
	return []byte(b.String())
}

// Runs calls f with every run of dark squares in a row.
func (c Code) Runs(f func(x, y, length int)) {
	for y, row := range c {
		for x := 0; x < len(row); x++ {
			from := x
			for x < len(row) && row[x] {
				x++
			}
			if x > from {
				f(from, y, x-from)
			}
		}
	}
}

func (c Code) dark(x, y int) bool {
	return y >= 0 && y < len(c) && x >= 0 && x < len(c[y]) && c[y][x]
}
