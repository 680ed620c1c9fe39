package webhook

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"changrong/internal/base/fault"
)

// Guard decides which addresses are called.
type Guard struct {
	// Resolve looks a name up; net.Resolver.LookupNetIP does.
	Resolve func(ctx context.Context, network, host string) ([]netip.Addr, error)
	Allow   []netip.Prefix // networks that are not public and may be called all the same: a bank's line to the county
	Plain   bool           // http is allowed too, to an address within Allow: for a demonstration, where nobody vouches for a certificate
}

// maxURL is how long an address may be, in characters.
const maxURL = 500

// CheckURL tells whether messages may be sent to text, as far as can be told
// without looking its name up.
//
// Errors: webhook.url.
func (g *Guard) CheckURL(text string) (*url.URL, error) {
	bad := func(zh, en string) (*url.URL, error) {
		return nil, fault.New(fault.Invalid, "webhook.url", "推送地址不可用："+zh, "not a usable address: "+en).In(fault.Place{Field: "url", Value: text})
	}
	if utf8.RuneCountInString(text) > maxURL {
		return bad("过长", "too long")
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Opaque != "" {
		return bad("不是网址", "no URL")
	}
	host := u.Hostname()
	ip, notIP := netip.ParseAddr(host)
	switch {
	case u.Scheme != "https" && (u.Scheme != "http" || !g.Plain || notIP != nil || !g.allowed(ip)):
		return bad("须以https://开头", "it begins with https://")
	case u.User != nil || u.Fragment != "" || strings.HasSuffix(text, "#"):
		return bad("不得含用户名、密码或#", "no user, password or #")
	case host == "" || strings.HasSuffix(host, ".") || strings.ContainsAny(host, "%\\"):
		return bad("主机名不正确", "a bad host")
	}
	if notIP == nil {
		if !g.callable(ip) {
			return bad("不得指向内部网络", "it is inside a network")
		}
		return u, nil
	}
	// What a resolver may take for a number, such as 127.1 or 0x7f000001, is no name.
	last := host[strings.LastIndexByte(host, '.')+1:]
	if !strings.Contains(host, ".") && len(g.Allow) == 0 || last == "" || last[0] >= '0' && last[0] <= '9' {
		return bad("须为完整的域名", "a full domain name is needed")
	}
	return u, nil
}

// special are the networks that are not the public internet, by the registries of
// special-purpose addresses (RFC 6890), and hosts of clouds that give secrets away.
var special = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
	"192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32",
	"2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
)

// global is where public IPv6 addresses are; all others are special.
var global = netip.MustParsePrefix("2000::/3")

func prefixes(texts ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(texts))
	for i, t := range texts {
		out[i] = netip.MustParsePrefix(t)
	}
	return out
}

// callable tells whether ip may be called.
func (g *Guard) callable(ip netip.Addr) bool {
	if ip.Zone() != "" || !ip.IsValid() {
		return false
	}
	ip = ip.Unmap()
	return g.allowed(ip) || !within(ip, special) && (ip.Is4() || global.Contains(ip))
}

// allowed tells whether ip is inside a network that may be called though it is not public.
func (g *Guard) allowed(ip netip.Addr) bool { return within(ip.Unmap(), g.Allow) }

func within(ip netip.Addr, networks []netip.Prefix) bool {
	return slices.ContainsFunc(networks, func(p netip.Prefix) bool { return p.Contains(ip) })
}

// errInside is why a connection is not made.
var errInside = fault.New(fault.Forbidden, "webhook.inside", "推送地址解析到内部网络，已拒绝", "the address leads inside a network")

// dial connects to host after looking it up once: what was checked is what is
// called, whatever the name means a moment later. One address inside a network is
// enough to refuse all.
func (g *Guard) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	addrs := []netip.Addr{}
	if ip, err := netip.ParseAddr(host); err == nil {
		addrs = append(addrs, ip)
	} else if addrs, err = g.Resolve(ctx, "ip", host); err != nil {
		return nil, err
	}
	if len(addrs) == 0 {
		return nil, errors.New("webhook: the name has no address")
	}
	for _, ip := range addrs {
		if !g.callable(ip) {
			return nil, errInside
		}
	}
	var d net.Dialer
	var last error
	for _, ip := range addrs[:min(len(addrs), maxAddresses)] {
		conn, err := d.DialContext(ctx, network, net.JoinHostPort(ip.Unmap().String(), port))
		if err == nil {
			return conn, nil
		}
		last = err
	}
	return nil, last
}

// Limits of a try.
const (
	maxAddresses = 4
	tryTimeout   = 20 * time.Second
	maxAnswer    = 64 << 10 // bytes read of an answer
	maxMessage   = 20_000   // bytes of a message
)

// client returns a client that calls what g lets it.
func (g *Guard) client(base *http.Transport) *http.Client {
	t := base.Clone()
	t.Proxy, t.DialContext, t.DisableKeepAlives, t.MaxResponseHeaderBytes = nil, g.dial, true, maxAnswer
	t.ForceAttemptHTTP2 = false
	return &http.Client{
		Transport: t, Timeout: tryTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
