package main

import (
	"fmt"
	"slices"
	"strings"

	"changrong/internal/adapter/signin"
	"changrong/internal/server"
)

// elsewhereFlags say where else people may sign in.
type elsewhereFlags struct {
	oidc    signin.OIDCConfig
	ticket  signin.TicketConfig
	vouches string
	code    signin.CodeConfig
}

// settings are those that stand in the environment or the file alone.
func (e *elsewhereFlags) settings() map[string]*string {
	return map[string]*string{
		"OIDC_ISSUER": &e.oidc.Issuer, "OIDC_CLIENT_ID": &e.oidc.ClientID, "OIDC_CLIENT_SECRET": &e.oidc.ClientSecret, "OIDC_TITLE": &e.oidc.Title,

		"ZLB_LOGIN_URL": &e.ticket.LoginURL, "ZLB_APP_ID": &e.ticket.AppID, "ZLB_GATEWAY": &e.ticket.Gateway,
		"ZLB_TOKEN_PATH": &e.ticket.TokenPath, "ZLB_USER_PATH": &e.ticket.UserPath, "ZLB_ACCESS_KEY": &e.ticket.AccessKey, "ZLB_SECRET_KEY": &e.ticket.SecretKey,
		"ZLB_TITLE": &e.ticket.Title, "ZLB_SUBJECT": &e.ticket.Subject, "ZLB_PERSON": &e.ticket.Person, "ZLB_USCC": &e.ticket.USCC, "ZLB_FIRM": &e.ticket.Firm,
		"ZLB_VOUCHES": &e.vouches,

		"ZZD_LOGIN_URL": &e.code.LoginURL, "ZZD_GATEWAY": &e.code.Base, "ZZD_APP_KEY": &e.code.AppKey, "ZZD_APP_SECRET": &e.code.AppSecret,
		"ZZD_IP": &e.code.Address, "ZZD_MAC": &e.code.MAC, "ZZD_TITLE": &e.code.Title, "ZZD_SUBJECT": &e.code.Subject,
	}
}

// fill puts the providers into the platform's configuration.
func (e *elsewhereFlags) fill(c *server.Config) error {
	all := e.settings()
	for _, p := range []struct {
		id, title string
		needs     []string // settings that it does not work without; the first turns it on
		set       func(title, callback string) signin.Provider
	}{
		{"oidc", "统一身份认证", []string{"OIDC_ISSUER", "OIDC_CLIENT_ID"}, func(title, callback string) signin.Provider {
			e.oidc.ID, e.oidc.Title, e.oidc.Callback = "oidc", title, callback
			return signin.NewOIDC(e.oidc)
		}},
		{"zlb", "浙里办", []string{"ZLB_LOGIN_URL", "ZLB_APP_ID", "ZLB_GATEWAY", "ZLB_TOKEN_PATH", "ZLB_USER_PATH", "ZLB_ACCESS_KEY", "ZLB_SECRET_KEY"}, func(title, callback string) signin.Provider {
			e.ticket.ID, e.ticket.Title, e.ticket.Callback, e.ticket.Vouches = "zlb", title, callback, e.vouches == "true"
			return signin.NewTicket(e.ticket)
		}},
		{"zzd", "浙政钉", []string{"ZZD_LOGIN_URL", "ZZD_GATEWAY", "ZZD_APP_KEY", "ZZD_APP_SECRET"}, func(title, callback string) signin.Provider {
			e.code.ID, e.code.Title, e.code.Callback = "zzd", title, callback
			return signin.NewCode(e.code)
		}},
	} {
		if *all[p.needs[0]] == "" {
			continue
		}
		if c.PublicURL == "" {
			return usageError{fmt.Errorf("外部登录需要用 --public-url 写明对外地址")}
		}
		if i := slices.IndexFunc(p.needs, func(name string) bool { return *all[name] == "" }); i >= 0 {
			return usageError{fmt.Errorf("%s登录还需要写明 %s%s", p.title, envPrefix, p.needs[i])}
		}
		title := *all[strings.ToUpper(p.id)+"_TITLE"]
		if title == "" {
			title = p.title
		}
		c.SignIn = append(c.SignIn, p.set(title, strings.TrimSuffix(c.PublicURL, "/")+"/api/signin/"+p.id+"/callback"))
	}
	if e.vouches != "" && e.vouches != "true" && e.vouches != "false" {
		return usageError{fmt.Errorf("%sZLB_VOUCHES 应为 true 或 false：%s", envPrefix, e.vouches)}
	}
	return nil
}
