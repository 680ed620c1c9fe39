package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"strconv"

	"changrong/internal/access"
	"changrong/internal/adapter/export"
	"changrong/internal/adapter/page"
	"changrong/internal/base/fault"
	"changrong/internal/rating"
	"changrong/internal/rating/scorecard"
	"changrong/internal/rating/train"
	"changrong/internal/rating/training"

	"github.com/danielgtaylor/huma/v2"
)

var modelColumns = []export.Column[rating.Model]{
	textColumn("编号", func(m *rating.Model) string { return m.ID }),
	textColumn("模型", func(m *rating.Model) string { return m.Name }),
	{Head: "版次", Cell: func(m *rating.Model) export.Cell { return export.Count(m.Edition) }},
	textColumn("状态", func(m *rating.Model) string { return string(m.State) }),
	textColumn("操作人", func(m *rating.Model) string { return m.Manifest.Name }),
	textColumn("来源", func(m *rating.Model) string { return m.Manifest.Origin }),
	{Head: "训练样本", Cell: func(m *rating.Model) export.Cell { return export.Count(m.Manifest.Rows) }},
	{Head: "坏样本", Cell: func(m *rating.Model) export.Cell { return export.Count(m.Manifest.Bad) }},
	textColumn("评分卡校验值", func(m *rating.Model) string { return m.CardSHA256 }),
	{Head: "更新时间", Cell: func(m *rating.Model) export.Cell { return export.Time(m.Changed) }},
}

// ShownModel is a model as it is shown: what it holds, what it still lacks, and what the
// caller may do with it.
type ShownModel struct {
	Model   WholeModel    `json:"model"`
	Missing []rating.Lack `json:"missing" doc:"what it lacks to be put into use"`
	Can     []rating.Verb `json:"can" doc:"what the caller may do with it"`
}

// WholeModel is a model with its documents.
type WholeModel struct {
	rating.Model
	Card       *scorecard.Card   `json:"card"`
	Report     *Trained          `json:"report,omitempty" doc:"of training; an imported card has none"`
	Validation *train.Validation `json:"validation,omitempty" doc:"on rows that it was not made of; none of an imported card that was not validated here yet"`
}

// Trained is the report of training, and what was inferred of firms that were refused.
type Trained struct {
	train.Report
	Rejects *train.Parcelled `json:"rejects,omitempty"`
}

// whole is a model with its documents read.
func whole(m *rating.Model) (*WholeModel, error) {
	w := &WholeModel{Model: *m}
	for _, d := range []struct {
		doc  json.RawMessage
		into any
	}{{m.Card, &w.Card}, {m.Report, &w.Report}, {m.Validation, &w.Validation}} {
		if len(d.doc) == 0 {
			continue
		}
		if err := json.Unmarshal(d.doc, d.into); err != nil {
			return nil, fault.New(fault.Internal, "rating.document", "模型的文件读不出来", "a document of the model cannot be read").Because(err)
		}
	}
	return w, nil
}

// shownModel answers a model as the caller sees it.
func shownModel(c *Call, m *rating.Model, err error) (*struct{ Body ShownModel }, error) {
	if err != nil {
		return nil, err
	}
	w, err := whole(m)
	if err != nil {
		return nil, err
	}
	out := ShownModel{Model: *w, Missing: m.Missing(), Can: m.Can(c.Principal)}
	if out.Missing == nil {
		out.Missing = []rating.Lack{}
	}
	return &struct{ Body ShownModel }{out}, nil
}

// ratingModels adds scorecards and how they are governed.
func (a *API) ratingModels() {
	lists(a, Route{ID: "list-rating-models", Method: "GET", Path: "/api/rating-models", Tag: "rating", Title: "评级模型", Need: access.ModelRead}, modelColumns,
		func(ctx context.Context, _ *Call, in *struct {
			Page
			Name  string       `query:"name" maxLength:"60" doc:"the whole name"`
			State rating.State `query:"state" enum:"made,submitted,approved,shadow,active,retired"`
		},
		) ([]rating.Model, int, error) {
			return a.Rating.Models(ctx, rating.ModelFilter{Name: in.Name, State: in.State, Limit: in.Limit, Offset: in.Offset})
		})
	handle(a, Route{ID: "get-rating-model", Method: "GET", Path: "/api/rating-models/{id}", Tag: "rating", Title: "评级模型详情", Need: access.ModelRead},
		func(ctx context.Context, c *Call, in *ByID) (*struct{ Body ShownModel }, error) {
			m, err := a.Rating.Model(ctx, in.ID)
			return shownModel(c, m, err)
		})
	handle(a, Route{ID: "describe-rating-model", Method: "PUT", Path: "/api/rating-models/{id}/manifest", Tag: "rating", Title: "填写模型清单", Need: access.ModelMake},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body struct {
				Version  int64        `json:"version" doc:"of the model as it was read"`
				Manifest rating.Texts `json:"manifest"`
			}
		},
		) (*struct{ Body ShownModel }, error) {
			m, err := a.Rating.Describe(ctx, c.Caller, in.ID, in.Body.Version, &in.Body.Manifest)
			return shownModel(c, m, err)
		})
	handle(a, Route{ID: "act-on-rating-model", Method: "POST", Path: "/api/rating-models/{id}/decisions", Tag: "rating", Title: "提交、评审、启用、退役模型", Need: access.ModelAct},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body struct {
				Version int64       `json:"version" doc:"of the model as it was read"`
				Verb    rating.Verb `json:"verb" enum:"submit,approve,return,cast,activate,retire" doc:"one of can of the model"`
				Words   string      `json:"words,omitempty" maxLength:"2000" doc:"of approve, return and retire: why"`
			}
		},
		) (*struct{ Body ShownModel }, error) {
			m, err := a.Rating.Act(ctx, c.Caller, in.ID, in.Body.Version, in.Body.Verb, in.Body.Words)
			return shownModel(c, m, err)
		})
	handle(a, Route{ID: "import-rating-model", Method: "POST", Path: "/api/rating-models/imports", Tag: "rating", Title: "导入评分卡", Need: access.ModelMake},
		func(ctx context.Context, c *Call, in *struct {
			Body struct {
				Name     string `json:"name"`
				Origin   string `json:"origin" doc:"who made the card, and where"`
				Card     string `json:"card" doc:"the file that export gave, to the byte"`
				Features string `json:"features,omitempty" doc:"YAML; empty: the features that the program ships"`
			}
		},
		) (*struct{ Body ShownModel }, error) {
			b := &in.Body
			m, err := a.Rating.Import(ctx, c.Caller, b.Name, b.Origin, b.Features, []byte(b.Card))
			return shownModel(c, m, err)
		})
	handle(a, Route{ID: "validate-rating-model", Method: "POST", Path: "/api/rating-models/{id}/validations", Tag: "rating", Title: "用样本验证导入的评分卡", Need: access.ModelMake},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body struct {
				training.Trial
				Version int64 `json:"version" doc:"of the model as it was read"`
			}
		},
		) (*struct{ Body ShownModel }, error) {
			m, err := a.Training.Assess(ctx, c.Caller, in.ID, in.Body.Version, in.Body.Trial)
			return shownModel(c, m, err)
		})
	a.ratingModelFiles()
}

// ratingModelFiles are what is taken away of a model.
func (a *API) ratingModelFiles() {
	types := map[rating.Form]string{rating.JSON: "application/json", rating.PMML: "application/xml", rating.SQL: "application/sql"}
	answers := asFile(types[rating.JSON])
	for _, t := range types {
		answers["200"].Content[t] = answers["200"].Content[types[rating.JSON]]
	}
	handle(a, Route{ID: "export-rating-model", Method: "GET", Path: "/api/rating-models/{id}/export", Tag: "rating", Title: "导出评分卡", Need: access.ModelRead, answers: answers},
		func(ctx context.Context, c *Call, in *struct {
			ID    string      `path:"id" maxLength:"64"`
			As    rating.Form `query:"as" enum:"json,pmml,sql" default:"json" doc:"json: to the byte what is kept; pmml: a PMML 4.4 Scorecard; sql: one query"`
			Table string      `query:"table" maxLength:"60" default:"firms" doc:"of sql: the table with a column a characteristic"`
			Key   string      `query:"key" maxLength:"60" default:"uscc" doc:"of sql: the column that names the firm"`
		},
		) (*fileAnswer, error) {
			card, m, err := a.Rating.Export(ctx, c.Caller, in.ID, in.As, in.Table, in.Key)
			if err != nil {
				return nil, err
			}
			name := m.Name + "-第" + strconv.FormatInt(m.Edition, 10) + "版." + string(in.As)
			return sendFile(io.NopCloser(bytes.NewReader(card)), name, types[in.As]), nil
		})
	const html = "text/html; charset=utf-8"
	handle(a, Route{ID: "show-rating-model-card", Method: "GET", Path: "/api/rating-models/{id}/card-page", Tag: "rating", Title: "模型卡（可打印的网页）", Need: access.ModelRead, answers: asFile(html)},
		func(ctx context.Context, _ *Call, in *struct {
			ID   string        `path:"id" maxLength:"64"`
			Lang page.Language `query:"lang" enum:"zh,en" default:"zh"`
		},
		) (*fileAnswer, error) {
			m, err := a.Rating.Model(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			w, err := whole(m)
			if err != nil {
				return nil, err
			}
			of := &page.ModelCard{Model: m, Card: w.Card, Validation: w.Validation}
			if w.Report != nil {
				of.Report, of.Rejects = &w.Report.Report, w.Report.Rejects
			}
			var b bytes.Buffer
			if err := page.Model(&b, of, in.Lang); err != nil {
				return nil, err
			}
			return &fileAnswer{func(ctx huma.Context) {
				ctx.SetHeader("Content-Type", html)
				b.WriteTo(ctx.BodyWriter()) //nolint:errcheck // the caller has gone
			}}, nil
		})
}
