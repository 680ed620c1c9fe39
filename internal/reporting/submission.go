package reporting

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
)

// State is how far a submission has come.
type State string

// The states.
const (
	Received   State = "received"   // 待检查
	Checking   State = "checking"   // 检查中
	Confirming State = "confirming" // 有警告，待本机构负责人确认
	Accepted   State = "accepted"   // 已接收
	Rejected   State = "rejected"   // 有错误，已退回
	Replaced   State = "replaced"   // 未办结即被新版本代替
	Withdrawn  State = "withdrawn"  // 已撤回
)

// States returns every state, in the order a submission goes through them.
func States() []State {
	return []State{Received, Checking, Confirming, Accepted, Rejected, Replaced, Withdrawn}
}

// Zh names s in Chinese.
func (s State) Zh() string {
	return map[State]string{
		Received: "待检查", Checking: "检查中", Confirming: "待确认", Accepted: "已接收", Rejected: "已退回", Replaced: "已被新版本代替", Withdrawn: "已撤回",
	}[s]
}

// Open tells whether something is still to happen to a submission in state s.
func (s State) Open() bool { return s == Received || s == Checking || s == Confirming }

// Submission (报送) is what an organisation handed in for one period and set.
type Submission struct {
	ID          string `json:"id"`
	Number      int64  `json:"number"` // counts all submissions; on the receipt
	Org         string `json:"org"`
	OrgName     string `json:"org_name"`
	Institution string `json:"institution_id"`
	Office      bool   `json:"office"` // of the finance office: it may speak of everybody
	Set         Set    `json:"set"`
	Period      Period `json:"period"`
	Version     int    `json:"version"` // counts those of one organisation, set and period
	State       State  `json:"state"`
	Current     bool   `json:"current"` // it is the newest that was accepted
	Frozen      bool   `json:"frozen"`  // a snapshot holds it

	Files    []File  `json:"files"`
	FilesKey string  `json:"files_sha256"` // of the hashes of all files, whatever their order and names
	Counts   []Count `json:"counts"`       // of findings, by code
	Errors   int     `json:"errors"`
	Warnings int     `json:"warnings"`
	Report   Ref     `json:"-"` // the findings, as a file
	Sums     []Sum   `json:"sums"`
	Basis    string  `json:"-"` // what it was checked together with

	By          string        `json:"by"` // account
	ByName      string        `json:"by_name"`
	At          civil.Instant `json:"at_ms"`
	CheckedAt   civil.Instant `json:"checked_ms"`   // 0: not yet
	DecidedAt   civil.Instant `json:"decided_ms"`   // accepted, rejected, replaced or withdrawn; 0: not yet
	DecidedBy   string        `json:"decided_by"`   // account; "" of the check itself
	DecidedName string        `json:"decided_name"` // its name
	Note        string        `json:"note"`         // of who confirmed or withdrew
	Receipt     string        `json:"-"`            // as it was given, JSON; "" none
	Signature   Signature     `json:"-"`
	AcceptedAt  civil.Instant `json:"accepted_ms"` // also of what was withdrawn later; 0: never
}

// File is one file of a submission.
type File struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
	Rows   int64  `json:"rows"` // as it was read; 0 before the check
}

// Ref names content by its hash, as the store of blobs does.
type Ref struct {
	SHA256 string
	Size   int64
}

// Sum is a control sum: how many notes of an institution had a balance at the end
// of a month, and how much.
type Sum struct {
	Month       Period `json:"month"`
	Institution string `json:"institution_id"`
	Notes       int64  `json:"notes"`
	BalanceFen  int64  `json:"balance_fen"`
}

// Key is what versions are counted for.
type Key struct {
	Org    string
	Set    Set
	Period Period
}

// Key returns what s is a version of.
func (s *Submission) Key() Key { return Key{s.Org, s.Set, s.Period} }

// CheckName tells whether a file may be called name: a plain name with an ending
// that is read, so that it names one file in one folder wherever it is put.
//
// Errors: reporting.file_name, reporting.file_type.
func CheckName(name string) error {
	at := fault.Place{Field: "name", Value: fault.Clip(name)}
	bad := name == "" || !utf8.ValidString(name) || len(name) > maxFileName || name[0] == '.' || name[0] == '~' ||
		strings.TrimSpace(name) != name || strings.HasSuffix(name, ".")
	for _, c := range name {
		bad = bad || strings.ContainsRune(`/\:*?"<>|!`, c) || unicode.IsControl(c) || !unicode.IsGraphic(c)
	}
	if bad {
		return fault.Invalidf("reporting.file_name", "文件名不可用：不能含 / \\ : * ? \" < > | !，不能以点开头，最长%d字节", "not the name of a file: none of / \\ : * ? \" < > | !, no dot at the start, %d bytes at most", maxFileName).In(at)
	}
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 || !slices.Contains(endings, strings.ToLower(name[dot:])) {
		return fault.New(fault.Invalid, "reporting.file_type", "只接收 .zip、.dat、.log、.csv、.xlsx、.parquet 文件", "only .zip, .dat, .log, .csv, .xlsx and .parquet files are taken").In(at)
	}
	return nil
}

// endings are what the names of files that are read end in.
var endings = []string{".zip", ".dat", ".log", ".csv", ".xlsx", ".parquet"}

// checkFiles tells whether files may be one submission.
//
// Errors: reporting.no_files, reporting.too_many_files, reporting.same_name,
// reporting.too_large, those of CheckName.
func checkFiles(files []File) error {
	if len(files) == 0 {
		return fault.New(fault.Invalid, "reporting.no_files", "没有文件", "there is no file").In(fault.Place{Field: "files"})
	}
	if len(files) > maxFiles {
		return fault.Invalidf("reporting.too_many_files", "一次报送最多%d个文件", "a submission has at most %d files", maxFiles).In(fault.Place{Field: "files"})
	}
	seen, total := map[string]bool{}, int64(0)
	for _, f := range files {
		if err := CheckName(f.Name); err != nil {
			return err
		}
		if low := strings.ToLower(f.Name); seen[low] {
			return fault.New(fault.Invalid, "reporting.same_name", "有两个同名文件", "two files have one name").In(fault.Place{Field: "files", Value: f.Name})
		} else {
			seen[low] = true
		}
		total += f.Size
	}
	if total > maxSubmission {
		return fault.Invalidf("reporting.too_large", "一次报送的文件合计不能超过%dMB", "the files of a submission have at most %d MB together", maxSubmission>>20).In(fault.Place{Field: "files"})
	}
	return nil
}
