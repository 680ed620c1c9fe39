package civil_test

import (
	"encoding/json"
	"testing"

	"changrong/internal/base/civil"
)

func TestDaysAreTextInJSON(t *testing.T) {
	type row struct {
		On   civil.Date            `json:"on"`
		Days map[civil.Date]string `json:"days"`
	}
	text := `{"on":"2021-08-27","days":{"2021-10-01":"国庆"}}`
	var r row
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatal(err)
	}
	if want, _ := civil.Of(2021, 8, 27); r.On != want {
		t.Errorf("read %v", r.On)
	}
	if b, err := json.Marshal(r); err != nil || string(b) != text {
		t.Errorf("written %s, %v", b, err)
	}
	if err := json.Unmarshal([]byte(`{"on":"2021-02-30"}`), &r); err == nil {
		t.Error("took the 30th of February")
	}
}

func TestWhatNeverHappenedIsEmptyInJSON(t *testing.T) {
	b, err := json.Marshal(civil.Never)
	if err != nil || string(b) != `""` {
		t.Fatalf("written %s, %v", b, err)
	}
	var d civil.Date
	if err := json.Unmarshal(b, &d); err != nil || d != civil.Never {
		t.Fatalf("read %v, %v", d, err)
	}
}

func TestMonthsAreTextInJSON(t *testing.T) {
	const text = `{"month":"2021-02"}`
	var r struct {
		Month civil.Month `json:"month"`
	}
	if err := json.Unmarshal([]byte(text), &r); err != nil || r.Month.String() != "2021-02" {
		t.Fatal(r.Month, err)
	}
	if b, err := json.Marshal(r); err != nil || string(b) != text {
		t.Fatalf("%s, %v", b, err)
	}
	if err := json.Unmarshal([]byte(`{"month":"2021-13"}`), &r); err == nil {
		t.Error("a thirteenth month is read")
	}
}
