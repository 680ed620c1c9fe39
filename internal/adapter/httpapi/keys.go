package httpapi

import (
	"context"

	"changrong/internal/access"
	"changrong/internal/access/apikey"
	"changrong/internal/adapter/export"
)

// NewKey is a key as it was registered.
type NewKey struct {
	apikey.Key
	Secret string `json:"secret,omitempty" doc:"of hmac-sha256, shown this once"`
}

var keyColumns = []export.Column[apikey.Key]{
	{Head: "密钥编号", Cell: func(k *apikey.Key) export.Cell { return export.Text(k.ID) }},
	{Head: "机构编号", Cell: func(k *apikey.Key) export.Cell { return export.Text(k.Org) }},
	{Head: "用途", Cell: func(k *apikey.Key) export.Cell { return export.Text(k.Name) }},
	{Head: "算法", Cell: func(k *apikey.Key) export.Cell { return export.Text(string(k.Alg)) }},
	{Head: "指纹", Cell: func(k *apikey.Key) export.Cell { return export.Text(k.Fingerprint) }},
	{Head: "状态", Cell: func(k *apikey.Key) export.Cell { return export.Text(string(k.State)) }},
	{Head: "登记时间", Cell: func(k *apikey.Key) export.Cell { return export.Time(k.Added) }},
	{Head: "失效时间", Cell: func(k *apikey.Key) export.Cell { return export.Time(k.Expires) }},
}

func (a *API) keys() {
	lists(a, Route{ID: "list-keys", Method: "GET", Path: "/api/keys", Tag: "key", Title: "接口密钥列表", Need: access.KeyRead}, keyColumns,
		func(ctx context.Context, c *Call, in *struct{ Page }) ([]apikey.Key, int, error) {
			keys, err := a.Keys.List(ctx, c.Scope)
			items, total := part(keys, &in.Page)
			return items, total, err
		})
	handle(a, Route{ID: "add-key", Method: "POST", Path: "/api/keys", Tag: "key", Title: "登记接口密钥", Need: access.KeyWrite, Once: OnceNever},
		func(ctx context.Context, c *Call, in *struct {
			Body struct {
				Name   string     `json:"name"`
				Alg    apikey.Alg `json:"alg" enum:"ed25519,ecdsa-p256-sha256,rsa-pss-sha512,hmac-sha256,sm2-sm3"`
				Public string     `json:"public,omitempty" doc:"in PEM; not of hmac-sha256"`
			}
		},
		) (*struct{ Body NewKey }, error) {
			k, secret, err := a.Keys.Add(ctx, c.Caller, apikey.Key{Name: in.Body.Name, Alg: in.Body.Alg, Public: in.Body.Public})
			if err != nil {
				return nil, err
			}
			return &struct{ Body NewKey }{NewKey{*k, secret}}, nil
		})
	handle(a, Route{ID: "confirm-key", Method: "POST", Path: "/api/keys/{id}/confirm", Tag: "key", Title: "确认接口密钥", Need: access.KeyConfirm},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id"`
			Body struct {
				Version     int64  `json:"version" doc:"of the key as it was read"`
				Fingerprint string `json:"fingerprint" doc:"as the organisation told it by another way"`
			}
		},
		) (*empty, error) {
			return nil, a.Keys.Confirm(ctx, c.Caller, c.Scope, in.ID, in.Body.Version, in.Body.Fingerprint)
		})
	handle(a, Route{ID: "revoke-key", Method: "POST", Path: "/api/keys/{id}/revoke", Tag: "key", Title: "吊销接口密钥", Need: access.KeyRevoke},
		func(ctx context.Context, c *Call, in *struct {
			ID   string `path:"id"`
			Body struct {
				Version int64 `json:"version" doc:"of the key as it was read"`
			}
		},
		) (*empty, error) {
			return nil, a.Keys.Revoke(ctx, c.Caller, c.Scope, in.ID, in.Body.Version)
		})
}
