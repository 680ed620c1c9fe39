package qr_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"strings"
	"testing"

	"changrong/internal/adapter/qr"
	"changrong/internal/base/fault"

	"github.com/makiuchi-d/gozxing"
	reader "github.com/makiuchi-d/gozxing/qrcode"
	"pgregory.net/rapid"
)

const link = "https://jr.example.com/c/AWwBm3N5xkt2fouaMKbQ6O2TAABUdA.0K8u3v1b2Qx9dYv6dQmHkq0l1yWbS8oF7JrY6lV8n2m3Zc4x5B6v7N8m9Q0w1E2r3T4y5U6i7O8p9A0s1D2f3G4h5"

// read reads a picture as a camera sees it; with a hint that it is a drawing, square by
// square.
func read(t *testing.T, picture image.Image, hint gozxing.DecodeHintType) string {
	t.Helper()
	bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		t.Fatal(err)
	}
	got, err := reader.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{hint: true})
	if err != nil {
		return err.Error()
	}
	return got.GetText()
}

func draw(t *testing.T, text string, width int) image.Image {
	t.Helper()
	c, err := qr.New(text)
	if err != nil {
		t.Fatal(err)
	}
	b, err := c.PNG(width)
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

func TestWhatIsDrawnIsRead(t *testing.T) {
	for _, width := range []int{0, 300, 1000, 1 << 20} {
		picture := draw(t, link, width)
		if got := read(t, picture, gozxing.DecodeHintType_TRY_HARDER); got != link {
			t.Errorf("width %d: read %q", width, got)
		}
		if w := picture.Bounds().Dx(); w > qr.MaxWidth {
			t.Errorf("width %d is drawn %d wide", width, w)
		}
	}
}

// TestAStainIsReadThrough covers a sixth of the code, the marks in its corners apart:
// more than a code with error correction M survives.
func TestAStainIsReadThrough(t *testing.T) {
	picture := draw(t, link, 600).(*image.Paletted)
	w := picture.Rect.Dx()
	for y := w * 40 / 100; y < w*75/100; y++ {
		for x := w * 40 / 100; x < w*85/100; x++ {
			picture.Set(x, y, color.White)
		}
	}
	if got := read(t, picture, gozxing.DecodeHintType_TRY_HARDER); got != link {
		t.Errorf("read %q", got)
	}
}

func TestAnyTextIsReadAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		text := "https://" + rapid.StringMatching(`[a-zA-Z0-9._/-]{1,220}`).Draw(r, "text")
		if got := read(t, draw(t, text, 200), gozxing.DecodeHintType_PURE_BARCODE); got != text {
			r.Fatalf("read %q for %q", got, text)
		}
	})
}

func TestTheDrawingIsTheSameSquares(t *testing.T) {
	c, err := qr.New(link)
	if err != nil {
		t.Fatal(err)
	}
	dark := 0
	c.Runs(func(x, y, n int) {
		for i := range n {
			if !c[y][x+i] {
				t.Fatalf("%d,%d is light", x+i, y)
			}
		}
		dark += n
	})
	for _, row := range c {
		for _, is := range row {
			if is {
				dark--
			}
		}
	}
	if dark != 0 {
		t.Errorf("%d squares apart", dark)
	}
	svg := c.SVG()
	for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if bytes.Contains(svg, []byte("script")) {
		t.Error("a drawing has no script")
	}
}

// TestADrawingToBePrintedIsRead: the path of the drawing, filled as a browser or a
// printer does, is read as a code.
func TestADrawingToBePrintedIsRead(t *testing.T) {
	c, err := qr.New(link)
	if err != nil {
		t.Fatal(err)
	}
	const scale = 5
	n := (len(c) + 2*qr.Margin) * scale
	picture := image.NewPaletted(image.Rect(0, 0, n, n), color.Palette{color.White, color.Black})
	_, path, found := strings.Cut(string(c.SVG()), `<path d="`)
	if !found {
		t.Fatal("there is no path")
	}
	runs := 0
	for _, run := range strings.Split(strings.TrimSuffix(strings.TrimSpace(path), `"/></svg>`), "z") {
		if run == "" {
			continue
		}
		var x, y, length, back int
		if _, err := fmt.Sscanf(run, "M%d %dh%dv1h-%d", &x, &y, &length, &back); err != nil || length != back {
			t.Fatalf("%q: %v", run, err)
		}
		runs++
		for dy := range scale {
			for dx := range length * scale {
				picture.SetColorIndex(x*scale+dx, y*scale+dy, 1)
			}
		}
	}
	if got := read(t, picture, gozxing.DecodeHintType_TRY_HARDER); got != link {
		t.Errorf("read %q of %d runs", got, runs)
	}
}

func TestTooMuchIsRefused(t *testing.T) {
	for _, text := range []string{"", strings.Repeat("x", 5000)} {
		if _, err := qr.New(text); fault.CodeOf(err) != "qr.size" {
			t.Errorf("%d characters: %v", len(text), err)
		}
	}
}
