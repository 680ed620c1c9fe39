package reporting

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/base/money"
)

// Receipt (回执) says what was accepted. It never changes; its JSON is what is signed.
type Receipt struct {
	Number      string        `json:"number"`
	Submission  string        `json:"submission"`
	Org         string        `json:"org"`
	OrgName     string        `json:"org_name"`
	Institution string        `json:"institution_id"`
	Set         Set           `json:"set"`
	SetZh       string        `json:"set_zh"`
	Period      Period        `json:"period"`
	Version     int           `json:"version"`
	SubmittedAt civil.Instant `json:"submitted_ms"`
	SubmittedBy string        `json:"submitted_by"`
	AcceptedAt  civil.Instant `json:"accepted_ms"`
	ConfirmedBy string        `json:"confirmed_by"` // "" nothing had to be confirmed
	Note        string        `json:"note"`
	Warnings    int           `json:"warnings"`
	FilesSHA256 string        `json:"files_sha256"`
	Files       []File        `json:"files"`
	Rows        int64         `json:"rows"`
	Sums        []Sum         `json:"sums"`
}

// GivenReceipt is a receipt with the text that was signed.
type GivenReceipt struct {
	Receipt   Receipt   `json:"receipt"`
	Signed    string    `json:"signed"` // the receipt as JSON, byte for byte what the hash and the signature are of
	SHA256    string    `json:"sha256"`
	Signature Signature `json:"signature"` // empty when the platform has no key
}

// suiteZh says in Chinese what a suite is called.
var suiteZh = map[string]string{"intl": "国际（intl）", "gm": "国密（gm）"}

// NumberText renders the number of a submission: BS-000123.
func NumberText(n int64) string { return fmt.Sprintf("BS-%06d", n) }

// receiptOf makes the receipt of s, accepted at its AcceptedAt.
func receiptOf(s *Submission) Receipt {
	r := Receipt{
		Number: NumberText(s.Number), Submission: s.ID, Org: s.Org, OrgName: s.OrgName, Institution: s.Institution, Set: s.Set, Period: s.Period,
		Version: s.Version, SubmittedAt: s.At, SubmittedBy: s.ByName, AcceptedAt: s.AcceptedAt, ConfirmedBy: s.DecidedName, Note: s.Note,
		Warnings: s.Warnings, FilesSHA256: s.FilesKey, Files: s.Files, Sums: s.Sums,
	}
	if info := s.Set.Info(); info != nil {
		r.SetZh = info.Zh
	}
	for _, f := range s.Files {
		r.Rows += f.Rows
	}
	return r
}

// give writes the receipt of s into it, and signs it.
func give(s *Submission, signer Signer) error {
	b, err := json.Marshal(receiptOf(s))
	if err != nil {
		return err
	}
	s.Receipt = string(b)
	if signer != nil {
		s.Signature, err = signer.Sign(b)
	}
	return err
}

// given returns the receipt that s was given.
func given(s *Submission) (*GivenReceipt, error) {
	sum := sha256.Sum256([]byte(s.Receipt))
	g := &GivenReceipt{Signed: s.Receipt, SHA256: hex.EncodeToString(sum[:]), Signature: s.Signature}
	return g, json.Unmarshal([]byte(s.Receipt), &g.Receipt)
}

// ParseGivenReceipt reads a receipt as the desk gives it (回执文件), and tells whether
// what it shows is what was signed. Whether the signature holds is for whoever has
// the platform's public key to say.
//
// Errors: reporting.receipt (it is none), reporting.receipt_changed,
// reporting.receipt_unsigned.
func ParseGivenReceipt(b []byte) (*GivenReceipt, error) {
	bad := fault.New(fault.Invalid, "reporting.receipt", "这不是平台出具的回执文件", "this is no receipt of the platform")
	var g GivenReceipt
	if len(b) > maxReceipt {
		return nil, bad
	}
	if err := json.Unmarshal(b, &g); err != nil || g.Signed == "" {
		return nil, bad.Because(err)
	}
	signed, err := given(&Submission{Receipt: g.Signed, Signature: g.Signature})
	if err != nil {
		return nil, bad.Because(err)
	}
	if signed.SHA256 != g.SHA256 || !reflect.DeepEqual(signed.Receipt, g.Receipt) {
		return nil, fault.New(fault.Invalid, "reporting.receipt_changed", "回执内容与所签的文本不一致：回执被改动", "the receipt is not the text that was signed: it was changed")
	}
	if g.Signature == (Signature{}) {
		return nil, fault.New(fault.Invalid, "reporting.receipt_unsigned", "回执没有签名", "the receipt is not signed")
	}
	return &g, nil
}

// Text renders the receipt to be printed.
func (g *GivenReceipt) Text() string {
	r := &g.Receipt
	var b strings.Builder
	line := func(label, value string) {
		if value != "" {
			b.WriteString(label + "：" + value + "\n")
		}
	}
	b.WriteString("数据报送回执\n\n")
	line("回执编号", r.Number)
	line("报送机构", r.OrgName)
	line("统一社会信用代码", r.Institution)
	line("报送品种", r.SetZh)
	line("报送期", r.Period.Zh())
	line("版本", fmt.Sprintf("第%d版", r.Version))
	line("报送", r.SubmittedAt.String()+"　"+r.SubmittedBy)
	line("接收", r.AcceptedAt.String())
	line("确认", r.ConfirmedBy)
	line("确认说明", r.Note)
	line("警告", fmt.Sprintf("%d 条", r.Warnings))
	line("数据行数", fmt.Sprint(r.Rows))
	if len(r.Sums) > 0 {
		b.WriteString("\n控制总数\n")
		for _, s := range r.Sums {
			fmt.Fprintf(&b, "  %s　借据 %d 笔　余额合计 %s 元\n", s.Month.Zh(), s.Notes, money.Fen(s.BalanceFen))
		}
	}
	b.WriteString("\n文件（SHA-256）\n")
	for _, f := range r.Files {
		fmt.Fprintf(&b, "  %s　%d 字节　%d 行\n  %s\n", f.Name, f.Size, f.Rows, f.SHA256)
	}
	b.WriteString("\n")
	line("回执摘要（SHA-256）", g.SHA256)
	line("密码套件", suiteZh[g.Signature.Suite])
	line("签名算法", g.Signature.Algorithm)
	line("签名密钥", g.Signature.Key)
	line("签名", g.Signature.Value)
	return b.String()
}

// filesKey returns one hash for a set of files, whatever their order and names.
func filesKey(files []File) string {
	hashes := make([]string, len(files))
	for i, f := range files {
		hashes[i] = f.SHA256
	}
	slices.Sort(hashes)
	sum := sha256.Sum256([]byte(strings.Join(hashes, "\n")))
	return hex.EncodeToString(sum[:])
}
