package reporting

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// Preview returns what Freeze would freeze now, without doing so: for what is only
// tried out. It has no ID.
//
// Errors: reporting.period, reporting.nothing_accepted.
func (s *Service) Preview(ctx context.Context, from, to Period) (snap *Snapshot, err error) {
	own, err := s.own(ctx, from, to)
	if err != nil {
		return nil, err
	}
	err = s.Store.Read(ctx, func(tx Tx) error {
		snap, err = s.take(tx, from, to, own)
		return err
	})
	return snap, err
}

// own returns the part of a snapshot that the platform itself tells, nil when there is
// nothing to tell.
func (s *Service) own(ctx context.Context, from, to Period) (*SnapshotPart, error) {
	first, last, err := between(from, to)
	if err != nil || s.Own == nil {
		return nil, err
	}
	tables, err := s.Own(ctx, first, last)
	if err != nil || len(tables) == 0 {
		return nil, err
	}
	p := &SnapshotPart{Platform: true, OrgName: platformName, Set: Through, Period: to, Version: 1}
	for _, t := range tables {
		ref, err := s.Blobs.Put(ctx, bytes.NewReader(t.Text))
		if err != nil {
			return nil, err
		}
		p.Files = append(p.Files, File{Name: t.Name, SHA256: ref.SHA256, Size: ref.Size, Rows: t.Rows})
	}
	return p, nil
}

// Freeze takes a snapshot of what is current for the months from to to, and keeps
// it: nothing in it can be withdrawn from then on. When just this has been frozen
// before, it answers with that.
//
// Errors: reporting.period, reporting.nothing_accepted.
func (s *Service) Freeze(ctx context.Context, c access.Caller, from, to Period) (snap *Snapshot, err error) {
	id := s.NewID()
	own, err := s.own(ctx, from, to)
	if err != nil {
		return nil, err
	}
	err = s.Store.Write(ctx, func(tx Tx) error {
		if snap, err = s.take(tx, from, to, own); err != nil {
			return err
		}
		same, err := tx.SnapshotBy(snap.SHA256, from, to)
		if err == nil {
			snap = same
			return nil
		}
		if fault.KindOf(err) != fault.NotFound {
			return err
		}
		snap.ID = id
		if c.Principal != nil {
			snap.By = c.Account
		}
		if err := tx.AddSnapshot(snap); err != nil {
			return err
		}
		return tx.Audit(c.Entry(snap.At, "snapshot.freeze", id, map[string]string{
			"from": string(from), "to": string(to), "sha256": snap.SHA256, "submissions": strconv.Itoa(len(snap.Parts)),
		}))
	})
	return snap, err
}

func (s *Service) take(tx Tx, from, to Period, own *SnapshotPart) (*Snapshot, error) {
	first, last, err := between(from, to)
	if err != nil {
		return nil, err
	}
	current, err := tx.Current(nil)
	if err != nil {
		return nil, err
	}
	snap := &Snapshot{From: from, To: to, At: s.Now(), Parts: []SnapshotPart{}}
	for _, one := range Select(current, first, last) {
		snap.Parts = append(snap.Parts, one.Part())
	}
	if own != nil {
		snap.Parts = append(snap.Parts, *own)
	}
	if !slices.ContainsFunc(snap.Parts, func(p SnapshotPart) bool { return !p.Office }) {
		return nil, errNothing(from, to)
	}
	snap.SHA256 = Arrange(snap.Parts)
	return snap, nil
}

// between returns the first month of from and the last of to.
//
// Errors: reporting.period.
func between(from, to Period) (first, last civil.Month, err error) {
	first, _, err = from.Months()
	if err != nil {
		return 0, 0, err
	}
	_, last, err = to.Months()
	if err == nil && last < first {
		err = fault.New(fault.Invalid, "reporting.period", "止于的月份在起始的月份之前", "the last month is before the first").In(fault.Place{Field: "to", Value: string(to)})
	}
	return first, last, err
}

// Materialise makes a folder of facts of a snapshot in out, which is not there yet,
// and checks the banks side by side. With an error there is no folder, and
// Written is false. What was found is kept with a snapshot that has an ID.
//
// Errors: those of the files that cannot be read.
func (s *Service) Materialise(ctx context.Context, snap *Snapshot, out string, progress Progress) (*SnapshotFindings, error) {
	found, err := s.Checker.Materialise(ctx, snap.Parts, out, progress)
	if err != nil || snap.ID == "" {
		return found, err
	}
	text, err := json.Marshal(found)
	if err != nil {
		return nil, err
	}
	ref, err := s.Blobs.Put(ctx, bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	return found, s.Store.Write(ctx, func(tx Tx) error { return tx.PutSnapshotReport(snap.ID, ref, found.Errors, found.Warnings) })
}

// Snapshot returns one snapshot. Errors: reporting.not_found.
func (s *Service) Snapshot(ctx context.Context, id string) (snap *Snapshot, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		snap, err = tx.Snapshot(id)
		return err
	})
	return snap, err
}

// Snapshots returns every snapshot, the latest first, without their parts.
func (s *Service) Snapshots(ctx context.Context) (list []Snapshot, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		list, err = tx.Snapshots()
		return err
	})
	return list, err
}

// SnapshotFindings returns what was found when the facts of a snapshot were made.
//
// Errors: reporting.not_found, reporting.not_checked.
func (s *Service) SnapshotFindings(ctx context.Context, id string) (*SnapshotFindings, error) {
	var ref Ref
	err := s.Store.Read(ctx, func(tx Tx) (err error) {
		ref, err = tx.SnapshotReport(id)
		return err
	})
	if err != nil {
		return nil, err
	}
	if ref.SHA256 == "" {
		return nil, fault.New(fault.Conflict, "reporting.not_checked", "尚未检查完成", "it has not been checked yet")
	}
	r, err := s.Blobs.Open(ctx, ref)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	found := &SnapshotFindings{}
	return found, json.NewDecoder(r).Decode(found)
}
