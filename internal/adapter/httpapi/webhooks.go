package httpapi

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/adapter/export"
	"changrong/internal/adapter/webhook"
)

// NewWebhook is an address as it was registered, with the secret that is shown once.
type NewWebhook struct {
	webhook.Endpoint
	Secret string `json:"secret" doc:"for v1 signatures; shown this once"`
}

// WebhookSecret is what an address's messages are signed by from now on.
type WebhookSecret struct {
	Secret string `json:"secret" doc:"for v1 signatures; shown this once"`
	Public string `json:"public" doc:"for v1a signatures"`
}

// WebhookConfig is what a person says of an address.
type WebhookConfig struct {
	URL   string   `json:"url" maxLength:"500"`
	Kinds []string `json:"kinds,omitempty" doc:"of events, such as submission.accepted or submission.*; empty: all"`
	Off   bool     `json:"off,omitempty"`
}

type webhookID struct {
	ID string `path:"id"`
}

var endpointColumns = []export.Column[webhook.Endpoint]{
	{Head: "推送地址", Cell: func(e *webhook.Endpoint) export.Cell { return export.Text(e.URL) }},
	{Head: "机构编号", Cell: func(e *webhook.Endpoint) export.Cell { return export.Text(e.Org) }},
	{Head: "停用", Cell: func(e *webhook.Endpoint) export.Cell { return export.Flag(e.Off) }},
	{Head: "原因", Cell: func(e *webhook.Endpoint) export.Cell { return export.Text(e.Why) }},
	{Head: "连续失败", Cell: func(e *webhook.Endpoint) export.Cell { return export.Count(e.Failures) }},
	{Head: "最近送达", Cell: func(e *webhook.Endpoint) export.Cell { return export.Time(e.GoodAt) }},
}

var deliveryColumns = []export.Column[webhook.Delivery]{
	{Head: "消息编号", Cell: func(d *webhook.Delivery) export.Cell { return export.Text(d.ID) }},
	{Head: "事件", Cell: func(d *webhook.Delivery) export.Cell { return export.Text(d.Kind) }},
	{Head: "状态", Cell: func(d *webhook.Delivery) export.Cell { return export.Text(string(d.State)) }},
	{Head: "次数", Cell: func(d *webhook.Delivery) export.Cell { return export.Count(d.Tries) }},
	{Head: "产生时间", Cell: func(d *webhook.Delivery) export.Cell { return export.Time(d.Added) }},
	{Head: "下次时间", Cell: func(d *webhook.Delivery) export.Cell { return export.Time(d.Next) }},
}

func (a *API) webhooks() {
	lists(a, Route{ID: "list-webhooks", Method: "GET", Path: "/api/webhooks", Tag: "webhook", Title: "推送地址列表", Need: access.WebhookRead}, endpointColumns,
		func(ctx context.Context, c *Call, in *struct{ Page }) ([]webhook.Endpoint, int, error) {
			es, err := a.Webhooks.List(ctx, c.Scope)
			items, total := part(es, &in.Page)
			return items, total, err
		})
	handle(a, Route{ID: "add-webhook", Method: "POST", Path: "/api/webhooks", Tag: "webhook", Title: "新增推送地址", Need: access.WebhookWrite, Once: OnceNever},
		func(ctx context.Context, c *Call, in *struct{ Body WebhookConfig }) (*struct{ Body NewWebhook }, error) {
			e, secret, err := a.Webhooks.Add(ctx, c.Caller, webhook.Config(in.Body))
			if err != nil {
				return nil, err
			}
			return &struct{ Body NewWebhook }{NewWebhook{*e, secret}}, nil
		})
	handle(a, Route{ID: "get-webhook", Method: "GET", Path: "/api/webhooks/{id}", Tag: "webhook", Title: "推送地址", Need: access.WebhookRead},
		func(ctx context.Context, c *Call, in *webhookID) (*struct{ Body webhook.Endpoint }, error) {
			e, err := a.Webhooks.Get(ctx, c.Scope, in.ID)
			if err != nil {
				return nil, err
			}
			return &struct{ Body webhook.Endpoint }{*e}, nil
		})
	handle(a, Route{ID: "edit-webhook", Method: "PUT", Path: "/api/webhooks/{id}", Tag: "webhook", Title: "修改推送地址", Need: access.WebhookWrite},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id"`
			Body struct {
				WebhookConfig
				Version int64 `json:"version" doc:"of the address as it was read"`
			}
		},
		) (*empty, error) {
			return nil, a.Webhooks.Edit(ctx, c.Caller, c.Scope, in.ID, in.Body.Version, webhook.Config(in.Body.WebhookConfig))
		})
	handle(a, Route{ID: "drop-webhook", Method: "DELETE", Path: "/api/webhooks/{id}", Tag: "webhook", Title: "删除推送地址", Need: access.WebhookWrite},
		func(ctx context.Context, c *Call, in *webhookID) (*empty, error) {
			return nil, a.Webhooks.Drop(ctx, c.Caller, c.Scope, in.ID)
		})
	a.webhookMessages()
}

func (a *API) webhookMessages() {
	handle(a, Route{ID: "rotate-webhook", Method: "POST", Path: "/api/webhooks/{id}/secret", Tag: "webhook", Title: "更换推送密钥", Need: access.WebhookWrite, Once: OnceNever},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id"`
			Body struct {
				Version int64 `json:"version" doc:"of the address as it was read"`
			}
		},
		) (*struct{ Body WebhookSecret }, error) {
			secret, public, err := a.Webhooks.Rotate(ctx, c.Caller, c.Scope, in.ID, in.Body.Version)
			if err != nil {
				return nil, err
			}
			return &struct{ Body WebhookSecret }{WebhookSecret{secret, public}}, nil
		})
	handle(a, Route{ID: "ping-webhook", Method: "POST", Path: "/api/webhooks/{id}/ping", Tag: "webhook", Title: "试推送", Need: access.WebhookWrite},
		func(ctx context.Context, c *Call, in *webhookID) (*struct{ Body webhook.Delivery }, error) {
			d, err := a.Webhooks.Ping(ctx, c.Caller, c.Scope, in.ID)
			if err != nil {
				return nil, err
			}
			return &struct{ Body webhook.Delivery }{*d}, nil
		})
	lists(a, Route{ID: "list-deliveries", Method: "GET", Path: "/api/webhooks/{id}/deliveries", Tag: "webhook", Title: "推送记录", Need: access.WebhookRead}, deliveryColumns,
		func(ctx context.Context, c *Call, in *struct {
			Page
			ID    string        `path:"id"`
			State webhook.State `query:"state" enum:"waiting,taken,failed"`
		},
		) ([]webhook.Delivery, int, error) {
			return a.Webhooks.Log(ctx, c.Scope, in.ID, in.State, in.Limit, in.Offset)
		})
	handle(a, Route{ID: "list-attempts", Method: "GET", Path: "/api/deliveries/{id}/attempts", Tag: "webhook", Title: "推送尝试", Need: access.WebhookRead},
		func(ctx context.Context, c *Call, in *webhookID) (*struct{ Body []webhook.Attempt }, error) {
			as, err := a.Webhooks.Tries(ctx, c.Scope, in.ID)
			return &struct{ Body []webhook.Attempt }{as}, err
		})
	handle(a, Route{ID: "replay-delivery", Method: "POST", Path: "/api/deliveries/{id}/replay", Tag: "webhook", Title: "重新推送", Need: access.WebhookWrite},
		func(ctx context.Context, c *Call, in *webhookID) (*empty, error) {
			return nil, a.Webhooks.Replay(ctx, c.Caller, c.Scope, in.ID)
		})
}
