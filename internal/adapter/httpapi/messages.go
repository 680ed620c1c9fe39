package httpapi

import (
	"context"

	"changrong/internal/adapter/notify"
)

// Messages is a part of what one is told.
type Messages struct {
	Items  []notify.Message `json:"items"`
	Total  int              `json:"total"`
	Unread int              `json:"unread" doc:"of all"`
}

func (a *API) messages() {
	handle(a, Route{ID: "list-messages", Method: "GET", Path: "/api/messages", Tag: "message", Title: "我的消息"},
		func(ctx context.Context, c *Call, in *struct {
			Limit  int  `query:"limit" default:"50" minimum:"1" maximum:"200"`
			Offset int  `query:"offset" default:"0" minimum:"0" maximum:"10000000"`
			Unread bool `query:"unread" doc:"only those that are unread"`
		},
		) (*struct{ Body Messages }, error) {
			items, total, unread, err := a.Notify.List(ctx, c.Account, in.Unread, in.Limit, in.Offset)
			return &struct{ Body Messages }{Messages{items, total, unread}}, err
		})
	handle(a, Route{ID: "read-messages", Method: "POST", Path: "/api/messages/read", Tag: "message", Title: "标为已读"},
		func(ctx context.Context, c *Call, in *struct {
			Body struct {
				IDs []string `json:"ids,omitempty" doc:"those to mark" maxItems:"500"`
				All bool     `json:"all,omitempty" doc:"instead of ids"`
			}
		},
		) (*empty, error) {
			ids := in.Body.IDs
			switch {
			case in.Body.All:
				ids = nil
			case ids == nil:
				ids = []string{}
			}
			return nil, a.Notify.Read(ctx, c.Account, ids)
		})
	handle(a, Route{ID: "get-message-settings", Method: "GET", Path: "/api/messages/settings", Tag: "message", Title: "消息设置"},
		func(ctx context.Context, c *Call, _ *empty) (*struct{ Body notify.Settings }, error) {
			s, err := a.Notify.Settings(ctx, c.Principal)
			return &struct{ Body notify.Settings }{s}, err
		})
	handle(a, Route{ID: "put-message-settings", Method: "PUT", Path: "/api/messages/settings", Tag: "message", Title: "修改消息设置"},
		func(ctx context.Context, c *Call, in *struct {
			Body struct {
				Mail    string          `json:"mail" maxLength:"254" doc:"a new address is sent a code"`
				Phone   string          `json:"phone" maxLength:"11"`
				Choices []notify.Choice `json:"choices,omitempty" maxItems:"100"`
			}
		},
		) (*empty, error) {
			return nil, a.Notify.Choose(ctx, c.Caller, in.Body.Mail, in.Body.Phone, in.Body.Choices)
		})
	handle(a, Route{ID: "confirm-mail", Method: "POST", Path: "/api/messages/settings/code", Tag: "message", Title: "确认邮箱"},
		func(ctx context.Context, c *Call, in *struct {
			Body struct {
				Code string `json:"code" maxLength:"100"`
			}
		},
		) (*empty, error) {
			return nil, a.Notify.Confirm(ctx, c.Caller, in.Body.Code)
		})
	handle(a, Route{ID: "stop-mail", Method: "POST", Path: "/api/messages/stop", Tag: "message", Title: "退订邮件", Open: Anybody},
		func(ctx context.Context, c *Call, in *struct {
			Token string `query:"token" required:"true" maxLength:"1000" doc:"of a letter"`
		},
		) (*empty, error) {
			return nil, a.Notify.Stop(ctx, c.Caller, in.Token)
		})
}
