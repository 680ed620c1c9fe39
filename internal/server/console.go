package server

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// console serves the built console, and the pages on a phone.
type console struct {
	pages   map[string]*page
	index   *page
	phone   *page
	unbuilt bool
}

// page is one file of the console.
type page struct {
	name, kind, etag string
	body             []byte
	packed           func() []byte // gzip; nil of what does not get smaller
}

// smallest is how large a file must be to be packed.
const smallest = 1024

func newConsole(files fs.FS, unbuilt []byte) (*console, error) {
	c := &console{pages: map[string]*page{}}
	err := fs.WalkDir(files, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		body, err := fs.ReadFile(files, name)
		c.pages["/"+name] = newPage(name, body)
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if c.index = c.pages["/index.html"]; c.index == nil {
		c.index, c.unbuilt = newPage("index.html", unbuilt), true
	}
	if c.phone = c.pages["/m.html"]; c.phone == nil {
		c.phone = c.index
	}
	return c, nil
}

func newPage(name string, body []byte) *page {
	p := &page{name: name, body: body, kind: kindOf(name)}
	sum := sha256.Sum256(body)
	p.etag = `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
	text := strings.HasPrefix(p.kind, "text/") || strings.HasPrefix(p.kind, "application/") || strings.HasPrefix(p.kind, "image/svg")
	if text && len(body) >= smallest {
		p.packed = sync.OnceValue(func() []byte {
			var b bytes.Buffer
			w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
			if err != nil { // of a level that is none
				panic(err)
			}
			w.Write(body) //nolint:errcheck // into memory
			w.Close()     //nolint:errcheck // into memory
			return b.Bytes()
		})
	}
	return p
}

// kindOf is the content type of a file, whatever the machine's own table says.
func kindOf(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".json", ".map":
		return "application/json"
	case ".txt":
		return "text/plain; charset=utf-8"
	case ".woff2":
		return "font/woff2"
	}
	if kind := mime.TypeByExtension(path.Ext(name)); kind != "" {
		return kind
	}
	return "application/octet-stream"
}

// ServeHTTP implements http.Handler. An address that is no file is a place within
// the console or, below /m, within the pages on a phone, which find it by
// themselves. /c is what is printed as a code: short, so that the code is coarse.
func (c *console) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	if token, ok := strings.CutPrefix(r.URL.Path, "/c/"); ok && token != "" {
		http.Redirect(w, r, "/m/scan/"+url.PathEscape(token), http.StatusSeeOther)
		return
	}
	p := c.pages[r.URL.Path]
	if r.URL.Path == "/m" || strings.HasPrefix(r.URL.Path, "/m/") {
		p = c.phone // also where a code has a dot in it
	}
	if p == nil {
		if path.Ext(r.URL.Path) != "" || strings.HasPrefix(r.URL.Path, "/assets/") {
			http.NotFound(w, r)
			return
		}
		p = c.index
	}
	p.serve(w, r)
}

func (p *page) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", p.kind)
	h.Set("ETag", p.etag)
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "no-cache") // asked for with its ETag
	if strings.HasPrefix(p.name, "assets/") {
		h.Set("Cache-Control", "public, max-age=31536000, immutable") // its name changes with it
	}
	if slices.Contains(strings.Split(r.Header.Get("If-None-Match"), ", "), p.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := p.body
	if p.packed != nil && takesGzip(r.Header.Get("Accept-Encoding")) {
		body = p.packed()
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodGet {
		w.Write(body) //nolint:errcheck // the caller has gone
	}
}

// takesGzip tells whether a caller that accepts these encodings takes gzip.
func takesGzip(accepts string) bool {
	for one := range strings.SplitSeq(accepts, ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(one), ";")
		if strings.TrimSpace(name) == "gzip" {
			q = strings.TrimSpace(q)
			return q != "q=0" && q != "q=0.0" && q != "q=0.00" && q != "q=0.000"
		}
	}
	return false
}
