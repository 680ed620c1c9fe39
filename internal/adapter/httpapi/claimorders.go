package httpapi

import (
	"bytes"
	"context"
	"io"

	"changrong/internal/access"
	"changrong/internal/adapter/document"
	"changrong/internal/adapter/export"
	"changrong/internal/base/civil"
	"changrong/internal/subsidy"
	"changrong/internal/workflow"
)

func (a *API) payeeAccounts() {
	handle(a, Route{ID: "list-payee-accounts", Method: "GET", Path: "/api/payee-accounts", Tag: "payment", Title: "收款账户", Need: access.PayeeRead},
		func(ctx context.Context, c *Call, in *struct {
			Limit  int `query:"limit" default:"50" minimum:"1" maximum:"200"`
			Offset int `query:"offset" default:"0" minimum:"0" maximum:"10000000"`
		},
		) (*list[subsidy.PayeeAccount], error) {
			items, total, err := a.Claims.Accounts(ctx, c.Scope, in.Limit, in.Offset)
			return listOf(items, total), err
		})
	handle(a, Route{ID: "set-payee-account", Method: "PUT", Path: "/api/payee-accounts/{payee}", Tag: "payment", Title: "登记收款账户", Need: access.PayeeWrite},
		func(ctx context.Context, c *Call, in *struct {
			Payee string `path:"payee" maxLength:"100"`
			Body  struct {
				Version  int64  `json:"version" doc:"of the account as it was read; 0: a new one"`
				Name     string `json:"name" doc:"账户名称"`
				Number   string `json:"number" doc:"账号"`
				BankName string `json:"bank_name" doc:"开户行"`
				BankNo   string `json:"bank_no" doc:"支付系统行号"`
			}
		},
		) (*struct{ Body subsidy.PayeeAccount }, error) {
			b := &in.Body
			return bodyOf(a.Claims.SetAccount(ctx, c.Caller, c.Scope,
				subsidy.PayeeAccount{Payee: in.Payee, Name: b.Name, BankName: b.BankName, BankNo: b.BankNo, Version: b.Version}, b.Number))
		})
	handle(a, Route{ID: "confirm-payee-account", Method: "PUT", Path: "/api/payee-accounts/{payee}/confirmation", Tag: "payment", Title: "核对收款账户", Need: access.PayeeConfirm},
		func(ctx context.Context, c *Call, in *struct {
			Payee string `path:"payee" maxLength:"100"`
			Body  struct {
				Version int64 `json:"version" doc:"of the account as it was read"`
			}
		},
		) (*struct{ Body subsidy.PayeeAccount }, error) {
			return bodyOf(a.Claims.ConfirmAccount(ctx, c.Caller, in.Payee, in.Body.Version))
		})
}

func (a *API) paymentOrders() {
	handle(a, Route{ID: "list-payment-orders", Method: "GET", Path: "/api/payment-orders", Tag: "payment", Title: "支付单", Need: access.OrderRead},
		func(ctx context.Context, _ *Call, in *struct {
			Policy string         `query:"policy" maxLength:"100"`
			Stage  workflow.Stage `query:"stage" enum:"prepared,released,done,cancelled"`
			Limit  int            `query:"limit" default:"50" minimum:"1" maximum:"200"`
			Offset int            `query:"offset" default:"0" minimum:"0" maximum:"10000000"`
		},
		) (*list[subsidy.PaymentOrder], error) {
			items, total, err := a.Claims.Orders(ctx, subsidy.OrderFilter{Policy: in.Policy, Stage: in.Stage, Limit: in.Limit, Offset: in.Offset})
			return listOf(items, total), err
		})
	handle(a, Route{ID: "get-payment-order", Method: "GET", Path: "/api/payment-orders/{id}", Tag: "payment", Title: "支付单详情", Need: access.OrderRead},
		func(ctx context.Context, c *Call, in *ByID) (*struct{ Body subsidy.OrderView }, error) {
			return bodyOf(a.Claims.Order(ctx, c.Caller, in.ID))
		})
	handle(a, Route{ID: "prepare-payment-order", Method: "POST", Path: "/api/payment-orders", Tag: "payment", Title: "编制支付单", Need: access.OrderWrite},
		func(ctx context.Context, c *Call, in *struct {
			Body struct {
				Policy  string   `json:"policy"`
				Purpose string   `json:"purpose" doc:"用途"`
				Claims  []string `json:"claims"`
			}
		},
		) (*struct{ Body subsidy.PaymentOrder }, error) {
			return bodyOf(a.Claims.PrepareOrder(ctx, c.Caller, in.Body.Policy, in.Body.Purpose, in.Body.Claims))
		})
	handle(a, Route{ID: "release-payment-order", Method: "POST", Path: "/api/payment-orders/{id}/release", Tag: "payment", Title: "签发支付单", Need: access.OrderRelease},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body struct {
				Version int64 `json:"version" doc:"of the order as it was read"`
			}
		},
		) (*struct{ Body subsidy.PaymentOrder }, error) {
			return bodyOf(a.Claims.ReleaseOrder(ctx, c.Caller, in.ID, in.Body.Version))
		})
	handle(a, Route{ID: "cancel-payment-order", Method: "POST", Path: "/api/payment-orders/{id}/cancellation", Tag: "payment", Title: "作废支付单", Need: access.OrderWrite},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body struct {
				Version int64  `json:"version" doc:"of the order as it was read"`
				Reason  string `json:"reason"`
			}
		},
		) (*struct{ Body subsidy.PaymentOrder }, error) {
			return bodyOf(a.Claims.CancelOrder(ctx, c.Caller, in.ID, in.Body.Reason, in.Body.Version))
		})
	handle(a, Route{ID: "get-payment-order-pdf", Method: "GET", Path: "/api/payment-orders/{id}/pdf", Tag: "payment", Title: "支付单（PDF）", Need: access.OrderExport, answers: asFile("application/pdf")},
		func(ctx context.Context, c *Call, in *ByID) (*fileAnswer, error) {
			return a.orderFile(ctx, c, in.ID, ".pdf", "application/pdf", func(w io.Writer, s *subsidy.OrderSheet) error {
				return document.OrderPDF(w, s, a.Font)
			})
		})
	handle(a, Route{ID: "get-payment-order-xlsx", Method: "GET", Path: "/api/payment-orders/{id}/xlsx", Tag: "payment", Title: "支付单（Excel）", Need: access.OrderExport, answers: asFile(export.XLSX.ContentType())},
		func(ctx context.Context, c *Call, in *ByID) (*fileAnswer, error) {
			return a.orderFile(ctx, c, in.ID, ".xlsx", export.XLSX.ContentType(), document.OrderExcel)
		})
}

// orderFile answers a payment order as a file.
func (a *API) orderFile(ctx context.Context, c *Call, id, ending, contentType string, write func(io.Writer, *subsidy.OrderSheet) error) (*fileAnswer, error) {
	sheet, err := a.Claims.Sheet(ctx, c.Caller, id)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := write(&b, sheet); err != nil {
		return nil, err
	}
	return sendFile(io.NopCloser(&b), "支付单"+sheet.Order.Number+ending, contentType), nil
}

func (a *API) bankReceipts() {
	handle(a, Route{ID: "register-receipt", Method: "POST", Path: "/api/payments/{id}/receipt", Tag: "payment", Title: "登记回单", Need: access.OrderWrite},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64" doc:"of the line of the order"`
			Body subsidy.BankReceipt
		},
		) (*struct{ Body subsidy.OrderLine }, error) {
			return bodyOf(a.Claims.RegisterReceipt(ctx, c.Caller, in.ID, in.Body))
		})
	handle(a, Route{ID: "register-failed-payment", Method: "POST", Path: "/api/payments/{id}/failure", Tag: "payment", Title: "登记支付未成", Need: access.OrderWrite},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64" doc:"of the line of the order"`
			Body struct {
				Reason string `json:"reason"`
			}
		},
		) (*struct{ Body subsidy.OrderLine }, error) {
			return bodyOf(a.Claims.FailLine(ctx, c.Caller, in.ID, in.Body.Reason))
		})
	handle(a, Route{ID: "match-receipts", Method: "POST", Path: "/api/payment-orders/{id}/receipts", Tag: "payment", Title: "批量匹配回单", Need: access.OrderWrite},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body struct {
				Receipts []subsidy.BankReceipt `json:"receipts,omitempty" doc:"left out: the lines of the bank that were imported for these days"`
				First    civil.Date            `json:"first_on,omitempty"`
				Last     civil.Date            `json:"last_on,omitempty"`
			}
		},
		) (*list[subsidy.Match], error) {
			matches, err := a.Claims.RegisterAll(ctx, c.Caller, in.ID, in.Body.Receipts, civil.Range{First: in.Body.First, Last: in.Body.Last})
			return listOf(matches, len(matches)), err
		})
}
