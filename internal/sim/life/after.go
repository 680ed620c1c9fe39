package life

import (
	"context"
	"slices"

	"changrong/internal/access"
	"changrong/internal/base/money"
	"changrong/internal/subsidy"
	"changrong/internal/subsidy/followup"
)

// after draws from what was paid, looks at most of it, and takes a part of one payment
// back, of which half comes.
func (t *Town) after(ctx context.Context) error {
	head, looks := t.one(theOffice, access.OfficeLead), t.one(theOffice, access.Office)
	paid, err := t.at(ctx, subsidy.Paid)
	if err != nil || len(paid) == 0 {
		return err
	}
	draw := map[string]any{
		"policy": pack, "seed": "2022-03-07", "by_item": true,
		"strata": []followup.Stratum{{From: 0, Percent: 10}, {From: 50 * money.Wan, Percent: 50}},
	}
	var sample followup.Sample
	if err := head.Call(ctx, "POST", "/api/claim-samples", draw, &sample); err != nil {
		return err
	}
	largest, most := "", money.Fen(0)
	for i := range paid {
		if slices.Contains(sample.Drawn, paid[i].ID) && paid[i].Kept > most {
			largest, most = paid[i].ID, paid[i].Kept
		}
	}
	for i, id := range sample.Drawn {
		finding := map[string]any{"outcome": followup.Clean, "text": "核对借据、流水和台账，一致。"}
		switch {
		case id == largest:
			continue
		case i%5 == 3:
			continue // nobody has got to it yet
		case i%5 == 4:
			finding = map[string]any{"outcome": followup.Minor, "text": "材料装订不全，已责令补齐归档，不影响金额。"}
		}
		if err := looks.Call(ctx, "POST", "/api/claims/"+id+"/findings", finding, nil); err != nil {
			return err
		}
	}
	return t.takeBack(ctx, largest, most/10)
}

// takeBack orders a part of what was paid for a claim back; half of it comes.
func (t *Town) takeBack(ctx context.Context, claim string, part money.Fen) error {
	if part < 2 {
		return nil
	}
	lead, clerk := t.one(theBureau, access.BureauLead), t.one(theBureau, access.Bureau)
	var f followup.Finding
	finding := map[string]any{"outcome": followup.GoBack, "text": "抽查发现部分贷款在统计期内提前结清，多计余额。", "clawback": map[string]any{
		"claim": claim, "amount_fen": part, "why": "部分贷款在统计期内提前结清，多计余额", "basis": "财金〔2023〕75号 资金使用和绩效管理的规定", "deadline_on": (t.day + 30).String(),
	}}
	if err := t.one(theOffice, access.Office).Call(ctx, "POST", "/api/claims/"+claim+"/findings", finding, &f); err != nil {
		return err
	}
	path := "/api/clawbacks/" + f.Clawback
	if err := lead.Call(ctx, "POST", path+"/decisions", map[string]any{"verb": followup.Issue, "version": 0}, nil); err != nil {
		return err
	}
	receipt := map[string]any{"no": "TH2022030001", "amount_fen": part / 2, "on": t.day.String()}
	return clerk.Call(ctx, "POST", path+"/receipts", receipt, nil)
}
