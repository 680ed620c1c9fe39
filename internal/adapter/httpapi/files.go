package httpapi

import (
	"io"
	"log/slog"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// fileAnswer is an answer that is written as it is read.
type fileAnswer struct{ Body func(huma.Context) }

// sendFile answers what r holds as a file called name. A failure on the way cuts
// the connection, so that half a file is not taken for a whole one.
func sendFile(r io.ReadCloser, name, contentType string) *fileAnswer {
	return &fileAnswer{func(ctx huma.Context) {
		defer r.Close()
		ctx.SetHeader("Content-Type", contentType)
		ctx.SetHeader("Content-Disposition", attachment(name))
		ctx.SetStatus(http.StatusOK)
		if _, err := io.Copy(ctx.BodyWriter(), r); err != nil {
			slog.Info("file cut short", "error", err)
			panic(http.ErrAbortHandler)
		}
	}}
}

// asFile describes an answer that is a file.
func asFile(contentType string) map[string]*huma.Response {
	return map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{
		contentType: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
	}}}
}
