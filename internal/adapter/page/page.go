// Package page draws self-contained HTML pages: one file each, no script, no
// font and no picture from elsewhere, readable on a phone and printable.
package page

import (
	"embed"
	"html/template"
	"io"

	"changrong/internal/base/fault"
)

//go:embed *.html
var files embed.FS

var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"yuan": func(v any) string { return yuan(v) },
}).ParseFS(files, "*.html"))

func draw(w io.Writer, name string, data any) error {
	if err := templates.ExecuteTemplate(w, name, data); err != nil {
		return fault.New(fault.Unavailable, "page.write", "页面无法写出", "the page cannot be written").Because(err)
	}
	return nil
}
