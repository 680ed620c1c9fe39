package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"os"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/programme"
	"changrong/internal/reporting"
)

// Reported freezes what the desk has accepted. A trial looks at what is current;
// for the record it is frozen, and can no longer be withdrawn.
type Reported struct{ Desk *reporting.Service }

// Freeze implements Facts. It asks for the months of the scope and the one before,
// at whose end balances open.
//
// Errors: engine.findings, and those of the desk.
func (r Reported) Freeze(ctx context.Context, o programme.Order, dir string, report programme.Report) (programme.Frozen, error) {
	from := reporting.Period((o.Choices.Scope.First.Month() - 1).String())
	to := reporting.Period(o.Choices.Scope.Last.Month().String())
	var snap *reporting.Snapshot
	var err error
	if o.Purpose == programme.Official {
		snap, err = r.Desk.Freeze(ctx, o.By, from, to)
	} else {
		snap, err = r.Desk.Preview(ctx, from, to)
	}
	if err != nil {
		return programme.Frozen{}, err
	}
	f := programme.Frozen{At: snap.At, Snapshot: snap.ID, Submissions: int64(len(snap.Parts))}
	found, err := r.Desk.Materialise(ctx, snap, dir, report)
	if err != nil {
		return f, err
	}
	if !found.Written {
		return f, findings(found)
	}
	f.Sources, err = r.sources(ctx, snap.Parts)
	return f, err
}

// sources keeps the list of what was frozen, to tell later which of it changed.
func (r Reported) sources(ctx context.Context, parts []reporting.SnapshotPart) (programme.File, error) {
	text, err := json.Marshal(parts)
	if err != nil {
		return programme.File{}, err
	}
	ref, err := r.Desk.Blobs.Put(ctx, bytes.NewReader(text))
	return programme.File(ref), err
}

// findings says that facts which single banks got past their checks do not fit
// together, with the first of what was found.
func findings(found *reporting.SnapshotFindings) error {
	example := ""
	for i := range found.Findings {
		if found.Findings[i].Severity == "error" {
			example = found.Findings[i].OrgName + " " + found.Findings[i].Zh
			break
		}
	}
	return fault.Newf(fault.Conflict, "engine.findings", "各机构的数据放在一起有%[1]d处错误，请先在报送中更正。例如：%[2]s",
		"the institutions' data have %[1]d errors side by side; mend them first, for example: %[2]s", found.Errors, fault.Clip(example))
}

// Ready are facts that lie in a folder, whatever period is asked for: of a
// demonstration, or brought over from elsewhere.
type Ready struct {
	Folder string
	Now    func() civil.Instant
}

// Freeze implements Facts: it copies the folder.
func (r Ready) Freeze(_ context.Context, _ programme.Order, dir string, _ programme.Report) (programme.Frozen, error) {
	f := programme.Frozen{At: r.Now()}
	if err := os.CopyFS(dir, os.DirFS(r.Folder)); err != nil {
		return f, diskFault(err)
	}
	return f, nil
}
