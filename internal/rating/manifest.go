package rating

import (
	"encoding/json"
	"strings"

	"changrong/internal/base/civil"
)

// Manifest is what must be known of how a model was made (JR/T 0221-2021, traceability).
type Manifest struct {
	// Written by whoever makes the model.
	Target    string `json:"target"`    // what counts as bad, over which time
	Use       string `json:"use"`       // what the model is for, and what it is not
	Source    string `json:"source"`    // where the training data come from
	Medium    string `json:"medium"`    // number of the medium that they are kept on
	Sampling  string `json:"sampling"`  // how rows were chosen
	Objective string `json:"objective"` // why what is optimised does not favour or burden a group

	DataFrom *civil.Date `json:"data_from_on,omitempty"` // time over which the data were collected
	DataTo   *civil.Date `json:"data_to_on,omitempty"`

	Origin string `json:"origin,omitempty"` // of an imported card, who made it and where; "": it was made here

	// Written by the program that trains; of an imported card, by whoever imports it.
	Rows        int64           `json:"rows"`
	Bad         int64           `json:"bad"`
	SHA256      string          `json:"sha256"`          // of the training data, whole
	Features    string          `json:"features_sha256"` // of the declaration of features
	Program     string          `json:"program"`         // its version
	Environment string          `json:"environment"`     // language, system, processors
	Parameters  json.RawMessage `json:"parameters"`      // the plan
	Operator    string          `json:"operator"`        // account
	Name        string          `json:"operator_name"`
	Started     civil.Instant   `json:"started_ms"`
	Ended       civil.Instant   `json:"ended_ms"`
	Iterations  int             `json:"iterations"`
	Seed        uint64          `json:"seed"`
}

// Lack is something that a model must have, and has not.
type Lack struct {
	Field string `json:"field"`
	Zh    string `json:"title"`
	En    string `json:"title_en"`
}

// Limits, in characters: a text that is longer is not read, a name that is longer breaks
// tables.
const (
	maxText = 2000
	maxName = 60
)

// Missing lists what the manifest lacks.
func (m *Manifest) Missing() (out []Lack) {
	text := func(s string) bool { return strings.TrimSpace(s) != "" && len([]rune(s)) <= maxText }
	for _, x := range []struct {
		there         bool
		field, zh, en string
	}{
		{text(m.Target), "target", "好坏定义和观察期", "what counts as bad, over which time"},
		{text(m.Use), "use", "用途和限制", "use and limits"},
		{text(m.Source), "source", "训练数据来源", "source of the training data"},
		{text(m.Medium), "medium", "数据存储介质编号", "number of the storage medium"},
		{text(m.Sampling), "sampling", "抽样方法", "sampling"},
		{text(m.Objective), "objective", "目标函数无偏见的说明", "why the objective favours no group"},
		{m.DataFrom != nil, "data_from_on", "数据采集起始日期", "first day of the data"},
		{m.DataTo != nil && (m.DataFrom == nil || *m.DataTo >= *m.DataFrom), "data_to_on", "数据采集截止日期（不早于起始日期）", "last day of the data"},
		{m.Rows > 0 && m.Bad > 0 && m.Bad < m.Rows, "rows", "训练数据量", "volume of the data"},
		{len(m.SHA256) == 64, "sha256", "训练数据的完整校验值", "checksum of the training data"},
		{len(m.Features) == 64, "features_sha256", "指标文件的校验值", "checksum of the features"},
		{m.Program != "", "program", "程序版本", "version of the program"},
		{m.Environment != "", "environment", "软硬件环境", "environment"},
		{said(m.Parameters), "parameters", "参数", "parameters"},
		{m.Operator != "" && m.Name != "", "operator", "操作人", "operator"},
		{m.Started > 0 && m.Ended >= m.Started, "ended_ms", "训练起止时间", "times of training"},
		{m.Iterations > 0, "iterations", "迭代次数", "iterations"},
	} {
		if !x.there {
			out = append(out, Lack{x.field, x.zh, x.en})
		}
	}
	return out
}
