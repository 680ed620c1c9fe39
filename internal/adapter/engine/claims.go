package engine

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"changrong/internal/adapter/strictjson"
	"changrong/internal/base/fault"
	"changrong/internal/policy"
	"changrong/internal/subsidy"
)

// ClaimRules is the file in a pack's folder that says how claims of the policy are
// dealt with while nobody has said otherwise on the platform: working days of each
// stage, public notice included, who is asked for comments, and the papers of each item.
// It is JSON, as the platform's interface has it, and no part of what is computed.
const ClaimRules = "claims.json"

// maxClaimRules is how long that file may be: fifty papers of a few lines each.
const maxClaimRules = 64 << 10

// ReadClaimRules reads how claims of a pack are dealt with.
//
// Errors: those of strictjson.Check, subsidy.rules, pack.size, pack.claims (an unknown
// word, an item that the pack does not have).
func ReadClaimRules(body []byte, plan *policy.Plan) (*subsidy.Rules, error) {
	if len(body) > maxClaimRules {
		return nil, fault.Invalidf("pack.size", "文件超过 %d 字节", "the file is over %d bytes", maxClaimRules)
	}
	if err := strictjson.Check(body); err != nil {
		return nil, err
	}
	var r subsidy.Rules
	in := json.NewDecoder(bytes.NewReader(body))
	in.DisallowUnknownFields() // a word misspelled must not be as good as none
	if err := in.Decode(&r); err != nil {
		return nil, fault.New(fault.Invalid, "pack.claims", "不是办理规则应有的内容", "this is not what rules of claims are").Because(err)
	}
	r.Policy, r.Version = plan.Policy, 0
	r.Complete()
	if r.Year == 0 { // the year in which it is asked
		r.Year, _, _ = plan.Scope.Last.YMD()
		defer func() { r.Year = 0 }()
	}
	for _, p := range r.Papers {
		for _, id := range p.Items {
			if !slices.ContainsFunc(plan.Items, func(i *policy.Item) bool { return i.ID == id }) {
				return nil, fault.Newf(fault.Invalid, "pack.claims", "材料“%s”所限的项目“%s”不在政策包中", "the paper %[1]s is for the item %[2]s, which the pack does not have", p.Title, fault.Clip(id))
			}
		}
	}
	return &r, r.Check()
}

// claimsIn reads the rules in a pack's folder; nil without the file.
func (i *Installed) claimsIn(folder string) error {
	body, err := os.ReadFile(filepath.Join(folder, ClaimRules))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fault.New(fault.Unavailable, "pack.unreadable", "办理规则无法读取", "the rules of claims cannot be read").In(fault.Place{File: ClaimRules}).Because(err)
	}
	if i.Claims, err = ReadClaimRules(body, i.Plan); err != nil {
		return fault.Of(err).In(fault.Place{File: ClaimRules})
	}
	return nil
}

// ClaimRules returns how claims of a pack are dealt with while nobody has said
// otherwise; nil when the pack does not say. Its Year is 0 where it leaves that open.
func (p *Packs) ClaimRules(id string) *subsidy.Rules {
	i := p.byID[id]
	if i == nil || i.Claims == nil {
		return nil
	}
	r := *i.Claims
	return &r
}
