package store

import (
	"encoding/json"

	"changrong/internal/rating/training"
)

var _ training.Tx = (*Tx)(nil)

const trainSampleColumns = "id, name, sha256, size, by_account, by_name, at_ms, row_count, columns, sealed, sealed_size"

func scanTrainSample(s scanner) (x training.Sample, err error) {
	var columns string
	if err := s.Scan(&x.ID, &x.Name, &x.SHA256, &x.Size, &x.By, &x.ByName, &x.At, &x.Rows, &columns, &x.Sealed.SHA256, &x.Sealed.Size); err != nil {
		return x, err
	}
	return x, json.Unmarshal([]byte(columns), &x.Columns)
}

// AddTrainSample implements training.Tx.
func (tx *Tx) AddTrainSample(x *training.Sample) error {
	columns, err := json.Marshal(x.Columns)
	if err != nil {
		return err
	}
	_, err = tx.exec("INSERT INTO rating_samples ("+trainSampleColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
		x.ID, x.Name, x.SHA256, x.Size, x.By, x.ByName, int64(x.At), x.Rows, string(columns), x.Sealed.SHA256, x.Sealed.Size)
	return err
}

// TrainSample implements training.Tx.
func (tx *Tx) TrainSample(id string) (*training.Sample, error) {
	return single(tx, ratingMissing(), scanTrainSample, "SELECT "+trainSampleColumns+" FROM rating_samples WHERE id = $1", id)
}

// TrainSamples implements training.Tx.
func (tx *Tx) TrainSamples(n, offset int) ([]training.Sample, int, error) {
	var total int
	if err := tx.one(nil, "SELECT count(*) FROM rating_samples", nil, &total); err != nil {
		return nil, 0, err
	}
	list, err := all(tx, scanTrainSample, "SELECT "+trainSampleColumns+" FROM rating_samples ORDER BY at_ms DESC, id DESC LIMIT $1 OFFSET $2", limit(n), offset)
	return list, total, err
}

const (
	trainingListed  = "id, name, sample, sample_name, state, step, figures, from_run, by_account, by_name, at_ms, started_ms, ended_ms, model, version"
	trainingColumns = trainingListed + ", whole"
)

// scanTraining reads a run; the column of trainingColumns beside the listed ones goes to more.
func scanTraining(s scanner, more ...any) (r training.Listed, err error) {
	var figures string
	into := []any{&r.ID, &r.Name, &r.Sample, &r.SampleName, &r.State, &r.Step, &figures, &r.From, &r.By, &r.ByName, &r.At, &r.Started, &r.Ended, &r.Model, &r.Version}
	if err := s.Scan(append(into, more...)...); err != nil {
		return r, err
	}
	return r, json.Unmarshal([]byte(figures), &r.Figures)
}

func scanTrainingListed(s scanner) (training.Listed, error) { return scanTraining(s) }

func scanTrainingWhole(s scanner) (r training.Run, err error) {
	var whole string
	if r.Listed, err = scanTraining(s, &whole); err != nil {
		return r, err
	}
	return r, json.Unmarshal([]byte(whole), &r.Whole)
}

// PutTraining implements training.Tx.
func (tx *Tx) PutTraining(r *training.Run) error {
	figures, err := json.Marshal(r.Figures)
	if err != nil {
		return err
	}
	whole, err := json.Marshal(r.Whole)
	if err != nil {
		return err
	}
	if r.Version == 0 {
		_, err := tx.exec("INSERT INTO rating_trainings ("+trainingColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1, $15)",
			r.ID, r.Name, r.Sample, r.SampleName, string(r.State), string(r.Step), string(figures), r.From, r.By, r.ByName, int64(r.At), int64(r.Started), int64(r.Ended), r.Model, string(whole))
		return err
	}
	err = changed(tx.exec(`UPDATE rating_trainings SET state = $1, step = $2, figures = $3, started_ms = $4, ended_ms = $5, model = $6, whole = $7, version = version + 1
		WHERE id = $8 AND version = $9`,
		string(r.State), string(r.Step), string(figures), int64(r.Started), int64(r.Ended), r.Model, string(whole), r.ID, r.Version))
	if err == nil {
		r.Version++
	}
	return err
}

// Training implements training.Tx.
func (tx *Tx) Training(id string) (*training.Run, error) {
	return single(tx, ratingMissing(), scanTrainingWhole, "SELECT "+trainingColumns+" FROM rating_trainings WHERE id = $1", id)
}

// Trainings implements training.Tx.
func (tx *Tx) Trainings(f training.Filter) ([]training.Listed, int, error) {
	a := args{}
	from := " FROM rating_trainings"
	if f.State != "" {
		from += " WHERE state = " + a.add(string(f.State))
	}
	var total int
	if err := tx.one(nil, "SELECT count(*)"+from, a, &total); err != nil {
		return nil, 0, err
	}
	list, err := all(tx, scanTrainingListed, "SELECT "+trainingListed+from+" ORDER BY at_ms DESC, id DESC LIMIT "+a.add(limit(f.Limit))+" OFFSET "+a.add(f.Offset), a...)
	return list, total, err
}

// TrainingsUnderWay implements training.Tx.
func (tx *Tx) TrainingsUnderWay() (n int, err error) {
	return n, tx.one(nil, "SELECT count(*) FROM rating_trainings WHERE state IN ($1, $2)", []any{string(training.Queued), string(training.Training)}, &n)
}
