package httpapi

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"io"
	"strings"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/factfile"
	"changrong/internal/base/fault"
	"changrong/internal/fact"
	"changrong/internal/reporting"
)

// reporting adds the operations of the reporting desk.
func (a *API) reporting() {
	a.uploads()
	a.submissions()
	a.findings()
	a.receipts()
	a.calendar()
	a.obligations()
	a.snapshots()
}

// told is an answer that is one thing.
func told[T any](v *T, err error) (*struct{ Body T }, error) {
	if err != nil {
		return nil, err
	}
	return &struct{ Body T }{*v}, nil
}

// ByID is the input of an operation on one thing. The library reads what is embedded
// only when it is exported.
type ByID struct {
	ID string `path:"id" maxLength:"64"`
}

// withReason is the input of an operation on one thing that wants a reason.
type withReason struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Note string `json:"note" doc:"why; it stays with the submission"`
	}
}

const anyFile = "application/octet-stream"

func (a *API) uploads() {
	const tag = "upload"
	handle(a, Route{ID: "begin-upload", Method: "POST", Path: "/api/uploads", Tag: tag, Title: "开始上传", Need: access.UploadSend},
		func(ctx context.Context, c *Call, in *struct {
			Body struct {
				Name string `json:"name" doc:"of the file"`
				Size int64  `json:"size" doc:"in bytes"`
			}
		},
		) (*struct{ Body reporting.Upload }, error) {
			return told(a.Desk.BeginUpload(ctx, c.Caller, in.Body.Name, in.Body.Size))
		})
	lists(a, Route{ID: "list-uploads", Method: "GET", Path: "/api/uploads", Tag: tag, Title: "已上传待报送的文件", Need: access.UploadSend}, uploadColumns,
		func(ctx context.Context, c *Call, in *struct{ Page }) ([]reporting.Upload, int, error) {
			all, err := a.Desk.Uploads(ctx, c.Scope)
			items, n := part(all, &in.Page)
			return items, n, err
		})
	handle(a, Route{ID: "get-upload", Method: "GET", Path: "/api/uploads/{id}", Tag: tag, Title: "上传进度", Need: access.UploadSend},
		func(ctx context.Context, c *Call, in *ByID) (*struct{ Body reporting.Upload }, error) {
			return told(a.Desk.Upload(ctx, c.Scope, in.ID))
		})
	handle(a, Route{
		ID: "put-upload-chunk", Method: "PUT", Path: "/api/uploads/{id}/chunk", Tag: tag, Title: "上传一段", Need: access.UploadSend,
		Limit: reporting.MaxChunk + 1,
	}, a.putChunk)
	handle(a, Route{ID: "finish-upload", Method: "POST", Path: "/api/uploads/{id}/finish", Tag: tag, Title: "完成上传", Need: access.UploadSend},
		func(ctx context.Context, c *Call, in *struct {
			ByID
			Body struct {
				SHA256 string `json:"sha256" doc:"of the whole file"`
			}
		},
		) (*struct{ Body reporting.Upload }, error) {
			return told(a.Desk.FinishUpload(ctx, c.Caller, c.Scope, in.ID, in.Body.SHA256))
		})
	handle(a, Route{ID: "drop-upload", Method: "DELETE", Path: "/api/uploads/{id}", Tag: tag, Title: "删除上传", Need: access.UploadSend},
		func(ctx context.Context, c *Call, in *ByID) (*empty, error) {
			return nil, a.Desk.DropUpload(ctx, c.Caller, c.Scope, in.ID)
		})
}

// putChunk takes the next part of an upload. Its body is read as it comes, so that
// many at once take no memory.
func (a *API) putChunk(ctx context.Context, c *Call, in *struct {
	ByID
	Offset int64  `query:"offset" minimum:"0" doc:"where in the file the part begins: as many bytes as have been received"`
	Digest string `header:"Content-Digest" required:"true" doc:"sha-256=:…: of the part (RFC 9530)"`
},
) (*struct{ Body reporting.Upload }, error) {
	hash, err := digest(in.Digest)
	if err != nil {
		return nil, err
	}
	return told(a.Desk.Chunk(ctx, c.Scope, in.ID, in.Offset, hash, c.req.Body))
}

// digest reads the SHA-256 out of a Content-Digest (RFC 9530).
//
// Errors: http.digest.
func digest(header string) (string, error) {
	for one := range strings.SplitSeq(header, ",") {
		value, ok := strings.CutPrefix(strings.TrimSpace(one), "sha-256=:")
		if value, closed := strings.CutSuffix(value, ":"); ok && closed {
			if sum, err := base64.StdEncoding.DecodeString(value); err == nil && len(sum) == 32 {
				return hex.EncodeToString(sum), nil
			}
		}
	}
	return "", fault.Invalidf("http.digest", "请求头 Content-Digest 应为 sha-256=:…:", "Content-Digest must be sha-256=:…:").In(fault.Place{Field: "Content-Digest", Value: fault.Clip(header)})
}

// Draft is what is handed in.
type Draft struct {
	Set     reporting.Set    `json:"set" enum:"lending,supplement,guarantees,registers,decisions"`
	Period  reporting.Period `json:"period" doc:"2021-12, or 2021"`
	Uploads []string         `json:"uploads" maxItems:"400" doc:"finished uploads"`
	Kept    []reporting.Kept `json:"kept,omitempty" maxItems:"400" doc:"files of earlier submissions that go on being right"`
}

func (a *API) submissions() {
	const tag = "submission"
	handle(a, Route{ID: "add-submission", Method: "POST", Path: "/api/submissions", Tag: tag, Title: "报送", Need: access.SubmissionWrite},
		func(ctx context.Context, c *Call, in *struct{ Body Draft }) (*struct{ Body reporting.Submission }, error) {
			return told(a.Desk.Submit(ctx, c.Caller, reporting.Draft(in.Body)))
		})
	lists(a, Route{ID: "list-submissions", Method: "GET", Path: "/api/submissions", Tag: tag, Title: "报送记录", Need: access.SubmissionRead}, submissionColumns,
		func(ctx context.Context, c *Call, in *struct {
			Page
			Org     string           `query:"org"`
			Set     reporting.Set    `query:"set"`
			Period  reporting.Period `query:"period"`
			State   reporting.State  `query:"state"`
			Current bool             `query:"current" doc:"those that are current alone"`
		},
		) ([]reporting.Submission, int, error) {
			return a.Desk.Submissions(ctx, c.Scope, reporting.Query{
				Org: in.Org, Set: in.Set, Period: in.Period, State: in.State, OnlyCurrent: in.Current, Offset: in.Offset, Limit: in.Limit,
			})
		})
	handle(a, Route{ID: "get-submission", Method: "GET", Path: "/api/submissions/{id}", Tag: tag, Title: "报送详情", Need: access.SubmissionRead},
		func(ctx context.Context, c *Call, in *ByID) (*struct{ Body reporting.Submission }, error) {
			return told(a.Desk.Submission(ctx, c.Scope, in.ID))
		})
	handle(a, Route{ID: "confirm-submission", Method: "POST", Path: "/api/submissions/{id}/confirm", Tag: tag, Title: "确认警告", Need: access.SubmissionConfirm},
		func(ctx context.Context, c *Call, in *withReason) (*struct{ Body reporting.Submission }, error) {
			return told(a.Desk.Confirm(ctx, c.Caller, c.Scope, in.ID, in.Body.Note))
		})
	handle(a, Route{ID: "withdraw-submission", Method: "POST", Path: "/api/submissions/{id}/withdraw", Tag: tag, Title: "撤回报送", Need: access.SubmissionConfirm},
		func(ctx context.Context, c *Call, in *withReason) (*struct{ Body reporting.Submission }, error) {
			return told(a.Desk.Withdraw(ctx, c.Caller, c.Scope, in.ID, in.Body.Note))
		})
	handle(a, Route{ID: "recheck-submission", Method: "POST", Path: "/api/submissions/{id}/recheck", Tag: tag, Title: "重新检查", Need: access.SubmissionWrite},
		func(ctx context.Context, c *Call, in *ByID) (*empty, error) {
			return nil, a.Desk.Recheck(ctx, c.Caller, c.Scope, in.ID)
		})
	handle(a, Route{
		ID: "get-submission-file", Method: "GET", Path: "/api/submissions/{id}/files/{name}", Tag: tag, Title: "下载报送文件",
		Need: access.SubmissionRead, answers: asFile(anyFile),
	}, func(ctx context.Context, c *Call, in *struct {
		ByID
		Name string `path:"name" maxLength:"400"`
	},
	) (*fileAnswer, error) {
		f, r, err := a.Desk.Open(ctx, c.Scope, in.ID, in.Name)
		if err != nil {
			return nil, err
		}
		return sendFile(r, f.Name, anyFile), nil
	})
}

func (a *API) findings() {
	lists(a, Route{ID: "list-submission-findings", Method: "GET", Path: "/api/submissions/{id}/findings", Tag: "submission", Title: "检查结果", Need: access.SubmissionRead}, findingColumns,
		func(ctx context.Context, c *Call, in *struct {
			ByID
			Page
			Severity string `query:"severity" enum:"error,warning"`
			Code     string `query:"code"`
			File     string `query:"file"`
			Table    string `query:"table" doc:"table of the dictionary, or message"`
			Line     int    `query:"line"`
			Text     string `query:"text" maxLength:"100" doc:"anywhere in a finding"`
		},
		) ([]NamedFinding, int, error) {
			_, r, err := a.Desk.Findings(ctx, c.Scope, in.ID)
			if err != nil {
				return nil, 0, err
			}
			defer r.Close()
			q := reporting.Filter{Severity: in.Severity, Code: in.Code, File: in.File, Table: in.Table, Line: in.Line, Text: in.Text}
			page, total, err := reporting.Page(r, q, in.Offset, in.Limit)
			items := make([]NamedFinding, len(page))
			for i := range page {
				items[i] = NamedFinding{page[i], fieldWords(&page[i])}
			}
			return items, total, err
		})
}

// SigningKeys is where the keys are that the platform's signatures are verified with:
// a set as RFC 7517 has it, at an address as RFC 8615 has it.
const SigningKeys = "/.well-known/jwks.json"

func (a *API) receipts() {
	handle(a, Route{ID: "get-receipt", Method: "GET", Path: "/api/submissions/{id}/receipt", Tag: "submission", Title: "报送回执", Need: access.SubmissionRead},
		func(ctx context.Context, c *Call, in *ByID) (*struct{ Body reporting.GivenReceipt }, error) {
			return told(a.Desk.Receipt(ctx, c.Scope, in.ID))
		})
	const plain = "text/plain; charset=utf-8"
	handle(a, Route{
		ID: "print-receipt", Method: "GET", Path: "/api/submissions/{id}/receipt/text", Tag: "submission", Title: "报送回执（打印）",
		Need: access.SubmissionRead, answers: asFile(plain),
	}, func(ctx context.Context, c *Call, in *ByID) (*fileAnswer, error) {
		g, err := a.Desk.Receipt(ctx, c.Scope, in.ID)
		if err != nil {
			return nil, err
		}
		return sendFile(io.NopCloser(strings.NewReader(g.Text())), "回执 "+g.Receipt.Number+".txt", plain), nil
	})
	handle(a, Route{ID: "get-signing-keys", Method: "GET", Path: SigningKeys, Tag: "platform", Title: "验证平台签名的公钥", Open: Anybody},
		func(context.Context, *Call, *empty) (*struct{ Body crypto.JWKSet }, error) {
			return &struct{ Body crypto.JWKSet }{a.Signs.PublicKeys()}, nil
		})
}

// sheets are the tables of the dictionary that a form for set has.
func sheets(set reporting.Set) ([]*fact.Table, error) {
	info := set.Info()
	if info == nil {
		return nil, fault.New(fault.NotFound, "reporting.set", "没有这一报送品种", "there is no such set")
	}
	var tables []*fact.Table
	for _, name := range info.Tables {
		tables = append(tables, fact.Lookup(name))
	}
	return tables, nil
}

// template answers with a workbook to fill in.
func (a *API) template(_ context.Context, _ *Call, in *struct {
	Set reporting.Set `path:"set"`
},
) (*fileAnswer, error) {
	tables, err := sheets(in.Set)
	if err != nil {
		return nil, err
	}
	var book bytes.Buffer
	if err := factfile.WriteTemplate(&book, tables); err != nil {
		return nil, err
	}
	return sendFile(io.NopCloser(&book), in.Set.Info().Zh+"模板.xlsx", xlsx), nil
}
