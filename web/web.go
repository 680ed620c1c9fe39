// Package web holds the console as scripts/web.sh built it, so that the program is
// one file. Where it has not been built, the page says how to.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

//go:embed unbuilt.html
var unbuilt []byte

// Files returns the built files; without index.html when nothing was built.
func Files() (fs.FS, error) { return fs.Sub(dist, "dist") }

// Unbuilt is the page that stands in for a console that was not built.
func Unbuilt() []byte { return unbuilt }
