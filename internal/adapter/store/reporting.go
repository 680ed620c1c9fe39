package store

import (
	"encoding/json"
	"slices"
	"strings"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/reporting"
)

var _ reporting.Tx = (*Tx)(nil)

func reportingMissing() *fault.Error {
	return fault.New(fault.NotFound, "reporting.not_found", "没有这次报送、上传或义务", "there is no such submission, upload or obligation")
}

const uploadColumns = "id, org, by_account, name, size, received, sha256, at_ms, touched_ms"

func scanUpload(s scanner) (u reporting.Upload, err error) {
	err = s.Scan(&u.ID, &u.Org, &u.By, &u.Name, &u.Size, &u.Received, &u.SHA256, &u.At, &u.Touched)
	return u, err
}

// Upload implements reporting.Tx.
func (tx *Tx) Upload(s access.Scope, id string) (*reporting.Upload, error) {
	return single(tx, reportingMissing(), scanUpload, "SELECT "+uploadColumns+" FROM uploads WHERE id = $1 AND ($2 = 1 OR org = $3)", id, flag(s.All), s.Org)
}

// Uploads implements reporting.Tx.
func (tx *Tx) Uploads(s access.Scope) ([]reporting.Upload, error) {
	return all(tx, scanUpload, "SELECT "+uploadColumns+" FROM uploads WHERE ($1 = 1 OR org = $2) ORDER BY at_ms DESC, id DESC", flag(s.All), s.Org)
}

// AddUpload implements reporting.Tx.
func (tx *Tx) AddUpload(u *reporting.Upload) error {
	_, err := tx.exec("INSERT INTO uploads ("+uploadColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
		u.ID, u.Org, u.By, u.Name, u.Size, u.Received, u.SHA256, int64(u.At), int64(u.Touched))
	return err
}

// PutUpload implements reporting.Tx.
func (tx *Tx) PutUpload(u *reporting.Upload, received int64) error {
	return changed(tx.exec("UPDATE uploads SET received = $1, sha256 = $2, touched_ms = $3 WHERE id = $4 AND received = $5 AND sha256 = ''",
		u.Received, u.SHA256, int64(u.Touched), u.ID, received))
}

// DeleteUpload implements reporting.Tx.
func (tx *Tx) DeleteUpload(id string) error {
	_, err := tx.exec("DELETE FROM uploads WHERE id = $1", id)
	return err
}

const submissionColumns = `id, number, org, org_name, institution, office, kit, period, version, state, files_key, counts, errors, warnings,
	report_sha256, report_size, sums, basis, by_account, by_name, at_ms, checked_ms, decided_ms, decided_by, decided_name, note, receipt, signature, accepted_ms`

// isCurrent tells whether a row is the newest accepted one of its key.
const isCurrent = `(submissions.state = 'accepted' AND NOT EXISTS (SELECT 1 FROM submissions later WHERE later.org = submissions.org
	AND later.kit = submissions.kit AND later.period = submissions.period AND later.state = 'accepted' AND later.version > submissions.version))`

const submissionSelect = "SELECT " + submissionColumns + ", CASE WHEN " + isCurrent + ` THEN 1 ELSE 0 END,
	CASE WHEN EXISTS (SELECT 1 FROM snapshot_parts p WHERE p.submission = submissions.id) THEN 1 ELSE 0 END FROM submissions`

func scanSubmission(s scanner) (n reporting.Submission, err error) {
	var counts, sums, signature string
	err = s.Scan(&n.ID, &n.Number, &n.Org, &n.OrgName, &n.Institution, &n.Office, &n.Set, &n.Period, &n.Version, &n.State, &n.FilesKey, &counts,
		&n.Errors, &n.Warnings, &n.Report.SHA256, &n.Report.Size, &sums, &n.Basis, &n.By, &n.ByName, &n.At, &n.CheckedAt, &n.DecidedAt, &n.DecidedBy,
		&n.DecidedName, &n.Note, &n.Receipt, &signature, &n.AcceptedAt, &n.Current, &n.Frozen)
	if err != nil {
		return n, err
	}
	n.Files = []reporting.File{}
	for _, x := range []struct {
		text string
		v    any
	}{{counts, &n.Counts}, {sums, &n.Sums}, {signature, &n.Signature}} {
		if err := json.Unmarshal([]byte(x.text), x.v); err != nil {
			return n, err
		}
	}
	return n, nil
}

// encode writes JSON columns.
func encode(values ...any) ([]any, error) {
	texts := make([]any, len(values))
	for i, v := range values {
		b, err := json.Marshal(v)
		if err != nil {
			return nil, err
		}
		texts[i] = string(b)
	}
	return texts, nil
}

// whole reads the submissions that meet a condition, with their files.
func (tx *Tx) whole(condition string, args ...any) ([]reporting.Submission, error) {
	list, err := all(tx, scanSubmission, submissionSelect+" WHERE "+condition+" ORDER BY number", args...)
	if err != nil {
		return nil, err
	}
	at := map[string]*reporting.Submission{}
	for i := range list {
		at[list[i].ID] = &list[i]
	}
	_, err = all(tx, func(s scanner) (f reporting.File, err error) {
		var id string
		err = s.Scan(&id, &f.Name, &f.SHA256, &f.Size, &f.Rows)
		if n := at[id]; n != nil {
			n.Files = append(n.Files, f)
		}
		return f, err
	}, "SELECT submission, name, sha256, size, row_count FROM submission_files WHERE submission IN (SELECT id FROM submissions WHERE "+condition+
		") ORDER BY submission, name", args...)
	return list, err
}

// NextSubmission implements reporting.Tx.
func (tx *Tx) NextSubmission() (n int64, err error) {
	err = tx.one(nil, "SELECT coalesce(max(number), 0) + 1 FROM submissions", nil, &n)
	return n, err
}

// Submission implements reporting.Tx.
func (tx *Tx) Submission(s access.Scope, id string) (*reporting.Submission, error) {
	list, err := tx.whole("id = $1 AND ($2 = 1 OR org = $3)", id, flag(s.All), s.Org)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, reportingMissing()
	}
	return &list[0], nil
}

// Submissions implements reporting.Tx.
func (tx *Tx) Submissions(s access.Scope, q reporting.Query) ([]reporting.Submission, int, error) {
	const where = ` WHERE ($1 = 1 OR org = $2) AND (CAST($3 AS TEXT) = '' OR org = $3) AND (CAST($4 AS TEXT) = '' OR kit = $4)
		AND (CAST($5 AS TEXT) = '' OR period = $5) AND (CAST($6 AS TEXT) = '' OR state = $6)
		AND ($7 = 0 OR (first_month <= $8 AND last_month >= $9)) AND ($10 = 0 OR ` + isCurrent + ")"
	args := []any{
		flag(s.All), s.Org, q.Org, string(q.Set), string(q.Period), string(q.State), flag(q.Overlaps), int64(q.Last), int64(q.First), flag(q.OnlyCurrent),
	}
	var total int
	if err := tx.one(nil, "SELECT count(*) FROM submissions"+where, args, &total); err != nil {
		return nil, 0, err
	}
	limit := int64(q.Limit)
	if limit == 0 {
		limit = int64(total)
	}
	list, err := all(tx, scanSubmission, submissionSelect+where+" ORDER BY number DESC LIMIT $11 OFFSET $12", append(args, limit, q.Offset)...)
	return list, total, err
}

// Versions implements reporting.Tx.
func (tx *Tx) Versions(k reporting.Key) ([]reporting.Submission, error) {
	list, err := tx.whole("org = $1 AND kit = $2 AND period = $3", k.Org, string(k.Set), string(k.Period))
	slices.SortFunc(list, func(a, b reporting.Submission) int { return a.Version - b.Version })
	return list, err
}

// Current implements reporting.Tx.
func (tx *Tx) Current(orgs []string) ([]reporting.Submission, error) {
	if orgs == nil {
		return tx.whole(isCurrent)
	}
	var list []reporting.Submission
	for _, org := range orgs {
		some, err := tx.whole(isCurrent+" AND org = $1", org)
		if err != nil {
			return nil, err
		}
		list = append(list, some...)
	}
	slices.SortFunc(list, func(a, b reporting.Submission) int { return int(a.Number - b.Number) })
	return list, nil
}

// AddSubmission implements reporting.Tx.
func (tx *Tx) AddSubmission(n *reporting.Submission) error {
	first, last, err := n.Period.Months()
	if err != nil {
		return err
	}
	texts, err := encode(n.Counts, n.Sums, n.Signature)
	if err != nil {
		return err
	}
	_, err = tx.exec("INSERT INTO submissions ("+submissionColumns+`, first_month, last_month)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31)`,
		n.ID, n.Number, n.Org, n.OrgName, n.Institution, flag(n.Office), string(n.Set), string(n.Period), n.Version, string(n.State), n.FilesKey, texts[0],
		n.Errors, n.Warnings, n.Report.SHA256, n.Report.Size, texts[1], n.Basis, n.By, n.ByName, int64(n.At), int64(n.CheckedAt), int64(n.DecidedAt),
		n.DecidedBy, n.DecidedName, n.Note, n.Receipt, texts[2], int64(n.AcceptedAt), int64(first), int64(last))
	if err != nil {
		return err
	}
	for _, f := range n.Files {
		if _, err := tx.exec("INSERT INTO submission_files (submission, name, sha256, size, row_count) VALUES ($1, $2, $3, $4, $5)",
			n.ID, f.Name, f.SHA256, f.Size, f.Rows); err != nil {
			return err
		}
	}
	return nil
}

// PutSubmission implements reporting.Tx.
func (tx *Tx) PutSubmission(n *reporting.Submission, from reporting.State) error {
	if from == reporting.Accepted {
		return changed(tx.exec("UPDATE submissions SET state = $1, decided_ms = $2, decided_by = $3, decided_name = $4, note = $5 WHERE id = $6 AND state = $7",
			string(n.State), int64(n.DecidedAt), n.DecidedBy, n.DecidedName, n.Note, n.ID, string(from)))
	}
	texts, err := encode(n.Counts, n.Sums, n.Signature)
	if err != nil {
		return err
	}
	if err := changed(tx.exec(`UPDATE submissions SET state = $1, counts = $2, errors = $3, warnings = $4, report_sha256 = $5, report_size = $6, sums = $7,
		basis = $8, checked_ms = $9, decided_ms = $10, decided_by = $11, decided_name = $12, note = $13, receipt = $14, signature = $15, accepted_ms = $16
		WHERE id = $17 AND state = $18`,
		string(n.State), texts[0], n.Errors, n.Warnings, n.Report.SHA256, n.Report.Size, texts[1], n.Basis, int64(n.CheckedAt), int64(n.DecidedAt),
		n.DecidedBy, n.DecidedName, n.Note, n.Receipt, texts[2], int64(n.AcceptedAt), n.ID, string(from))); err != nil {
		return err
	}
	for _, f := range n.Files {
		if _, err := tx.exec("UPDATE submission_files SET row_count = $1 WHERE submission = $2 AND name = $3 AND sha256 = $4", f.Rows, n.ID, f.Name, f.SHA256); err != nil {
			return err
		}
	}
	return nil
}

const obligationColumns = "id, title, kind, orgs, kit, yearly, items, due_day, from_month, until_month, version"

func scanObligation(s scanner) (o reporting.Obligation, err error) {
	var orgs, items string
	if err := s.Scan(&o.ID, &o.Title, &o.Kind, &orgs, &o.Set, &o.Yearly, &items, &o.DueDay, &o.From, &o.Until, &o.Version); err != nil {
		return o, err
	}
	o.Orgs, o.Items = strings.Fields(orgs), strings.Fields(items)
	if o.Orgs == nil {
		o.Orgs = []string{}
	}
	if o.Items == nil {
		o.Items = []string{}
	}
	return o, nil
}

// Obligation implements reporting.Tx.
func (tx *Tx) Obligation(id string) (*reporting.Obligation, error) {
	return single(tx, reportingMissing(), scanObligation, "SELECT "+obligationColumns+" FROM obligations WHERE id = $1", id)
}

// Obligations implements reporting.Tx.
func (tx *Tx) Obligations() ([]reporting.Obligation, error) {
	return all(tx, scanObligation, "SELECT "+obligationColumns+" FROM obligations ORDER BY title, id")
}

// PutObligation implements reporting.Tx.
func (tx *Tx) PutObligation(o *reporting.Obligation) error {
	orgs, items := strings.Join(o.Orgs, " "), strings.Join(o.Items, " ")
	if o.Version == 0 {
		_, err := tx.exec("INSERT INTO obligations ("+obligationColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)",
			o.ID, o.Title, string(o.Kind), orgs, string(o.Set), flag(o.Yearly), items, o.DueDay, string(o.From), string(o.Until))
		return err
	}
	return changed(tx.exec(`UPDATE obligations SET title = $1, kind = $2, orgs = $3, kit = $4, yearly = $5, items = $6, due_day = $7, from_month = $8,
		until_month = $9, version = version + 1 WHERE id = $10 AND version = $11`,
		o.Title, string(o.Kind), orgs, string(o.Set), flag(o.Yearly), items, o.DueDay, string(o.From), string(o.Until), o.ID, o.Version))
}

// DeleteObligation implements reporting.Tx.
func (tx *Tx) DeleteObligation(id string, version int64) error {
	return changed(tx.exec("DELETE FROM obligations WHERE id = $1 AND version = $2", id, version))
}

// Remind implements reporting.Tx.
func (tx *Tx) Remind(key string, now civil.Instant) (bool, error) {
	n, err := affected(tx.exec("INSERT INTO reminders (id, at_ms) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING", key, int64(now)))
	return n > 0, err
}

const snapshotColumns = "id, from_month, to_month, at_ms, by_account, digest"

func scanSnapshot(s scanner) (x reporting.Snapshot, err error) {
	err = s.Scan(&x.ID, &x.From, &x.To, &x.At, &x.By, &x.SHA256)
	x.Parts = []reporting.SnapshotPart{}
	return x, err
}

// Snapshot implements reporting.Tx.
func (tx *Tx) Snapshot(id string) (*reporting.Snapshot, error) {
	x, err := single(tx, reportingMissing(), scanSnapshot, "SELECT "+snapshotColumns+" FROM snapshots WHERE id = $1", id)
	if err != nil {
		return nil, err
	}
	return x, tx.withParts(x)
}

// withParts adds the parts of a snapshot. Of what they name nothing ever changes.
func (tx *Tx) withParts(x *reporting.Snapshot) error {
	list, err := tx.whole("id IN (SELECT p.submission FROM snapshot_parts p WHERE p.snapshot = $1)", x.ID)
	if err != nil {
		return err
	}
	for i := range list {
		x.Parts = append(x.Parts, list[i].Part())
	}
	own, err := all(tx, scanOwnPart, "SELECT body FROM snapshot_own WHERE snapshot = $1", x.ID)
	if err != nil {
		return err
	}
	x.Parts = append(x.Parts, own...)
	if sum := reporting.Arrange(x.Parts); sum != x.SHA256 {
		return fault.Newf(fault.Internal, "reporting.snapshot_damaged", "冻结数据%s与其摘要不符", "snapshot %s is not what its hash says", x.ID)
	}
	return nil
}

// SnapshotBy implements reporting.Tx.
func (tx *Tx) SnapshotBy(sha256 string, from, to reporting.Period) (*reporting.Snapshot, error) {
	x, err := single(tx, reportingMissing(), scanSnapshot, "SELECT "+snapshotColumns+" FROM snapshots WHERE digest = $1 AND from_month = $2 AND to_month = $3",
		sha256, string(from), string(to))
	if err != nil {
		return nil, err
	}
	return x, tx.withParts(x)
}

// Snapshots implements reporting.Tx.
func (tx *Tx) Snapshots() ([]reporting.Snapshot, error) {
	return all(tx, scanSnapshot, "SELECT "+snapshotColumns+" FROM snapshots ORDER BY at_ms DESC, id DESC")
}

// AddSnapshot implements reporting.Tx.
func (tx *Tx) AddSnapshot(x *reporting.Snapshot) error {
	if _, err := tx.exec("INSERT INTO snapshots ("+snapshotColumns+", report_sha256, report_size, errors, warnings) VALUES ($1, $2, $3, $4, $5, $6, '', 0, 0, 0)",
		x.ID, string(x.From), string(x.To), int64(x.At), x.By, x.SHA256); err != nil {
		return err
	}
	for i := range x.Parts {
		if x.Parts[i].Platform {
			if err := tx.addOwnPart(x.ID, &x.Parts[i]); err != nil {
				return err
			}
			continue
		}
		if _, err := tx.exec("INSERT INTO snapshot_parts (snapshot, submission) VALUES ($1, $2)", x.ID, x.Parts[i].Submission); err != nil {
			return err
		}
	}
	return nil
}

// PutSnapshotReport implements reporting.Tx.
func (tx *Tx) PutSnapshotReport(id string, r reporting.Ref, errors, warnings int) error {
	return changed(tx.exec("UPDATE snapshots SET report_sha256 = $1, report_size = $2, errors = $3, warnings = $4 WHERE id = $5", r.SHA256, r.Size, errors, warnings, id))
}

// SnapshotReport implements reporting.Tx.
func (tx *Tx) SnapshotReport(id string) (r reporting.Ref, err error) {
	err = tx.one(reportingMissing(), "SELECT report_sha256, report_size FROM snapshots WHERE id = $1", []any{id}, &r.SHA256, &r.Size)
	return r, err
}
