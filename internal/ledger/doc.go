// Package ledger keeps the programme's money (专项资金台账): what was granted by
// which document, for whom it is bound, what was ordered, paid and came back. It
// moves no money itself; it says what may be moved and what was.
//
// A source (资金来源) is money of one budget year, one level and one document
// number (指标文号), for a purpose of its own (专款专用). Within a source every
// posting is double entry between the accounts
//
//	              Allot 下达            Reserve 预留        Approve 核定
//	origin 来源 ────────────► budget 可用 ◄──────► reserved ◄──────► approved
//	    ▲                     │  ▲   ▲   Unreserve        Unapprove     │  ▲
//	    └── Adjust 调整 ──────┘  │   │                          Order 开单 │  │ Cancel, Reissue
//	                             │   │ Release 恢复                     ▼  │
//	       carried 结转 ◄── Carry┘  returned 退回 ◄── Return ── paid ◄─ ordered
//	       recalled 收回 ◄── Recall from budget,        Pay 支付 needs the bank's receipt
//	                        HandOver from returned
//
// so that the balances of a source sum to zero at all times, origin being minus
// what was granted, and no other account is ever below zero: neither that of the
// source, nor the part of it held for one claim, item and order.
//
// An entry (分录) is never changed or taken away; what was wrong is reversed by a
// new one. It is known by its kind and the caller's reference: the same once more
// posts nothing, and something else under the same reference is refused. Where money leaves
// the programme, or is promised to a bank, two people are named (Move.Second).
//
// The functions that post work in one transaction of the caller and leave nothing
// written when they refuse. Who may call them, and the audit log, are the
// caller's business: a process package.
//
// Sources: 财金〔2023〕75号 (earmarked funds for inclusive finance); 国库集中支付
// (from 指标 to 回单); budget years are calendar years (预算法 第十八条).
package ledger
