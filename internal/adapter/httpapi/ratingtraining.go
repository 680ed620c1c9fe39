package httpapi

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/adapter/export"
	"changrong/internal/adapter/job"
	"changrong/internal/base/fault"
	"changrong/internal/rating"
	"changrong/internal/rating/binning"
	"changrong/internal/rating/train"
	"changrong/internal/rating/training"
)

var trainSampleColumns = []export.Column[training.Sample]{
	textColumn("编号", func(x *training.Sample) string { return x.ID }),
	textColumn("文件", func(x *training.Sample) string { return x.Name }),
	numberColumn("行数", func(x *training.Sample) int64 { return x.Rows }),
	numberColumn("列数", func(x *training.Sample) int64 { return int64(len(x.Columns)) }),
	textColumn("SHA-256", func(x *training.Sample) string { return x.SHA256 }),
	textColumn("上传人", func(x *training.Sample) string { return x.ByName }),
	{Head: "上传时间", Cell: func(x *training.Sample) export.Cell { return export.Time(x.At) }},
}

var trainingColumns = []export.Column[training.Listed]{
	textColumn("编号", func(r *training.Listed) string { return r.ID }),
	textColumn("名称", func(r *training.Listed) string { return r.Name }),
	textColumn("样本", func(r *training.Listed) string { return r.SampleName }),
	textColumn("状态", func(r *training.Listed) string { return string(r.State) }),
	textColumn("发起人", func(r *training.Listed) string { return r.ByName }),
	{Head: "发起时间", Cell: func(r *training.Listed) export.Cell { return export.Time(r.At) }},
	textColumn("模型", func(r *training.Listed) string { return r.Model }),
}

// Training is a run, with the job that does it.
type Training struct {
	training.Run
	Job *job.Record `json:"job,omitempty" doc:"how far its step has come; a job is forgotten a month after it has ended"`
}

// SampleFeature is a feature, and whether a sample has a column of its name.
type SampleFeature struct {
	Name       string        `json:"name"`
	Zh         string        `json:"zh"`
	Unit       string        `json:"unit,omitempty"`
	Trend      binning.Trend `json:"trend,omitempty"`
	Categories []string      `json:"categories,omitempty"`
	There      bool          `json:"there"`
}

// SampleFeatures are a set of features beside a sample.
type SampleFeatures struct {
	Name     string          `json:"name"`
	Features []SampleFeature `json:"features"`
}

// training adds samples and the runs that make cards of them.
func (a *API) training() {
	const tag = "training"
	t := a.Training
	lists(a, Route{ID: "list-rating-samples", Method: "GET", Path: "/api/rating-samples", Tag: tag, Title: "建模样本", Need: access.ModelRead}, trainSampleColumns,
		func(ctx context.Context, _ *Call, in *struct{ Page }) ([]training.Sample, int, error) {
			return t.Samples(ctx, in.Limit, in.Offset)
		})
	handle(a, Route{ID: "add-rating-sample", Method: "POST", Path: "/api/rating-samples", Tag: tag, Title: "上传建模样本（CSV，UTF-8）", Need: access.ModelMake, Limit: training.MaxBytes + 1},
		func(ctx context.Context, c *Call, in *struct {
			Name string `query:"name" required:"true" maxLength:"500" doc:"of the file"`
		},
		) (*struct{ Body training.Sample }, error) {
			return told(t.Add(ctx, c.Caller, in.Name, c.req.Body)) // read as it comes
		})
	handle(a, Route{ID: "match-sample-features", Method: "POST", Path: "/api/rating-samples/{id}/features", Tag: tag, Title: "样本有指标集中的哪些指标", Need: access.ModelMake}, a.matchFeatures)
	handle(a, Route{ID: "get-training-plan", Method: "GET", Path: "/api/rating-training-plan", Tag: tag, Title: "通常的建模方案", Need: access.ModelRead},
		func(context.Context, *Call, *empty) (*struct{ Body train.Plan }, error) {
			return &struct{ Body train.Plan }{*train.DefaultPlan("")}, nil
		})
	lists(a, Route{ID: "list-trainings", Method: "GET", Path: "/api/rating-trainings", Tag: tag, Title: "模型训练", Need: access.ModelRead}, trainingColumns,
		func(ctx context.Context, _ *Call, in *struct {
			State training.State `query:"state" enum:"queued,training,done,failed,cancelled"`
			Page
		},
		) ([]training.Listed, int, error) {
			return t.Runs(ctx, training.Filter{State: in.State, Limit: in.Limit, Offset: in.Offset})
		})
	handle(a, Route{ID: "ask-training", Method: "POST", Path: "/api/rating-trainings", Tag: tag, Title: "发起训练", Need: access.ModelMake},
		func(ctx context.Context, c *Call, in *struct{ Body training.Ask }) (*struct{ Body Training }, error) {
			return told(a.withJob(ctx)(t.Ask(ctx, c.Caller, in.Body)))
		})
	handle(a, Route{ID: "get-training", Method: "GET", Path: "/api/rating-trainings/{id}", Tag: tag, Title: "一次训练及其报告", Need: access.ModelRead},
		func(ctx context.Context, _ *Call, in *ByID) (*struct{ Body Training }, error) {
			return told(a.withJob(ctx)(t.Run(ctx, in.ID)))
		})
	handle(a, Route{ID: "cancel-training", Method: "POST", Path: "/api/rating-trainings/{id}/cancel", Tag: tag, Title: "取消训练", Need: access.ModelMake},
		func(ctx context.Context, c *Call, in *ByID) (*struct{ Body Training }, error) {
			return told(a.withJob(ctx)(t.Cancel(ctx, c.Caller, in.ID)))
		})
	a.adjusting()
}

// adjusting adds what is done with a run that is done.
func (a *API) adjusting() {
	const tag = "training"
	t := a.Training
	handle(a, Route{ID: "preview-bins", Method: "POST", Path: "/api/rating-trainings/{id}/bins", Tag: tag, Title: "试看分箱", Need: access.ModelMake, Once: OnceNever},
		func(ctx context.Context, _ *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body struct {
				Characteristic string  `json:"characteristic"`
				Groups         [][]int `json:"groups" doc:"atoms of each bin, from 0"`
			}
		},
		) (*struct{ Body train.Bins }, error) {
			return told(t.Preview(ctx, in.ID, in.Body.Characteristic, in.Body.Groups))
		})
	handle(a, Route{ID: "adjust-training", Method: "POST", Path: "/api/rating-trainings/{id}/adjusted", Tag: tag, Title: "按手工分箱重新训练", Need: access.ModelMake},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body struct {
				Bins map[string][][]int `json:"bins" doc:"by characteristic, as in preview-bins"`
			}
		},
		) (*struct{ Body Training }, error) {
			return told(a.withJob(ctx)(t.Adjust(ctx, c.Caller, in.ID, in.Body.Bins)))
		})
	handle(a, Route{ID: "keep-training", Method: "POST", Path: "/api/rating-trainings/{id}/model", Tag: tag, Title: "保存为模型", Need: access.ModelMake},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body struct {
				Name string `json:"name" doc:"of the model; of a name that there is, another edition"`
			}
		},
		) (*struct{ Body rating.Model }, error) {
			return told(t.Keep(ctx, c.Caller, in.ID, in.Body.Name))
		})
}

// matchFeatures says which features a sample has.
func (a *API) matchFeatures(ctx context.Context, _ *Call, in *struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Features string `json:"features" doc:"smefeatures, or a declaration in YAML"`
	}
},
) (*struct{ Body SampleFeatures }, error) {
	name, list, err := a.Training.Match(ctx, in.ID, in.Body.Features)
	if err != nil {
		return nil, err
	}
	out := SampleFeatures{Name: name, Features: []SampleFeature{}}
	for _, f := range list {
		out.Features = append(out.Features, SampleFeature{f.Name, f.Zh, f.Unit, f.Trend, f.Categories, f.There})
	}
	return &struct{ Body SampleFeatures }{out}, nil
}

// withJob adds the job of a run. Whoever may see the run may see it.
func (a *API) withJob(ctx context.Context) func(*training.Run, error) (*Training, error) {
	return func(r *training.Run, err error) (*Training, error) {
		if err != nil {
			return nil, err
		}
		j, err := a.Jobs.Get(ctx, access.Scope{All: true}, r.ID)
		if fault.KindOf(err) == fault.NotFound {
			return &Training{Run: *r}, nil
		}
		return &Training{*r, j}, err
	}
}
