package main

import (
	"strings"
	"testing"
)

func TestSigningInElsewhereIsSet(t *testing.T) {
	whole := map[string]string{
		"DATA": "d", "PUBLIC_URL": "https://jr.example.cn/",
		"OIDC_ISSUER": "https://id.example.cn", "OIDC_CLIENT_ID": "changrong",
		"ZLB_LOGIN_URL": "https://a.example.cn/uc/sso/login", "ZLB_APP_ID": "1", "ZLB_GATEWAY": "https://g.example.cn", "ZLB_TOKEN_PATH": "/token", "ZLB_USER_PATH": "/user",
		"ZLB_ACCESS_KEY": "ak", "ZLB_SECRET_KEY": "sk", "ZLB_VOUCHES": "true",
		"ZZD_LOGIN_URL": "https://b.example.cn/oauth2/auth.htm", "ZZD_GATEWAY": "https://h.example.cn", "ZZD_APP_KEY": "k", "ZZD_APP_SECRET": "s", "ZZD_TITLE": "政钉",
	}
	fill := func(change map[string]string) (serveFlags, error) {
		env := map[string]string{}
		for _, m := range []map[string]string{whole, change} {
			for name, value := range m {
				env[envPrefix+name] = value
			}
		}
		s, err := settingsOf(t, nil, env, "")
		if err != nil {
			t.Fatal(err)
		}
		return s, s.elsewhere.fill(&s.Config)
	}
	s, err := fill(nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range s.SignIn {
		got = append(got, p.ID()+" "+p.Title())
	}
	if strings.Join(got, ", ") != "oidc 统一身份认证, zlb 浙里办, zzd 政钉" || !s.elsewhere.ticket.Vouches || s.elsewhere.ticket.Callback != "https://jr.example.cn/api/signin/zlb/callback" {
		t.Errorf("%v, %+v", got, s.elsewhere.ticket)
	}
	if s, err := fill(map[string]string{"ZLB_VOUCHES": ""}); err != nil || s.elsewhere.ticket.Vouches {
		t.Errorf("it vouches though nobody said so: %v", err)
	}
	for name, says := range map[string]string{"PUBLIC_URL": "--public-url", "ZLB_SECRET_KEY": "CHANGRONG_ZLB_SECRET_KEY", "ZZD_APP_SECRET": "CHANGRONG_ZZD_APP_SECRET", "OIDC_CLIENT_ID": "CHANGRONG_OIDC_CLIENT_ID"} {
		if _, err := fill(map[string]string{name: ""}); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("without %s: %v", name, err)
		}
	}
	if _, err := fill(map[string]string{"ZLB_VOUCHES": "yes"}); err == nil {
		t.Error("ZLB_VOUCHES=yes is taken")
	}
}
