package signin

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"changrong/internal/access"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// OIDCConfig says which OpenID Connect provider to ask, and as whom.
type OIDCConfig struct {
	ID           string
	Title        string
	Issuer       string // its address; what it can do it says itself below it
	ClientID     string
	ClientSecret string
	Callback     string // the address of the operation finish-signin for this provider
}

// OIDC is a provider that speaks OpenID Connect: authorization code with PKCE (RFC
// 7636), state and nonce. It is first spoken to when somebody signs in, so that a
// server starts without it.
type OIDC struct {
	config OIDCConfig
	client *http.Client
	mu     sync.Mutex
	found  *oidc.Provider // what it said it can do; nil until asked
}

// NewOIDC returns a provider that has not been spoken to.
func NewOIDC(c OIDCConfig) *OIDC { return &OIDC{config: c, client: newClient()} }

// ID implements Provider.
func (o *OIDC) ID() string { return o.config.ID }

// Title implements Provider.
func (o *OIDC) Title() string { return o.config.Title }

// State implements Provider.
func (o *OIDC) State(a *Answer) *string { return &a.State }

// discover asks the provider what it can do, until it has answered once.
func (o *OIDC) discover(ctx context.Context) (*oidc.Provider, *oauth2.Config, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.found == nil {
		// Its keys are fetched later, when this request may be over.
		found, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), o.client), o.config.Issuer)
		if err != nil {
			return nil, nil, unreachable(o.config.Title, err)
		}
		o.found = found
	}
	return o.found, &oauth2.Config{
		ClientID: o.config.ClientID, ClientSecret: o.config.ClientSecret, Endpoint: o.found.Endpoint(),
		RedirectURL: o.config.Callback, Scopes: []string{oidc.ScopeOpenID},
	}, nil
}

// Start implements Provider.
func (o *OIDC) Start(ctx context.Context, f *access.Flow) (string, error) {
	_, c, err := o.discover(ctx)
	if err != nil {
		return "", err
	}
	return c.AuthCodeURL(f.State, oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier)), nil
}

// Finish implements Provider.
func (o *OIDC) Finish(ctx context.Context, f *access.Flow, a *Answer) (*access.Visitor, error) {
	title := o.config.Title
	if a.Error != "" || a.Code == "" {
		return nil, refused(title, errors.New("no code: "+a.Error))
	}
	if a.Issuer != "" && a.Issuer != o.config.Issuer {
		return nil, refused(title, errors.New("the answer is of another issuer"))
	}
	found, c, err := o.discover(ctx)
	if err != nil {
		return nil, err
	}
	ctx = oidc.ClientContext(ctx, o.client)
	token, err := c.Exchange(ctx, a.Code, oauth2.VerifierOption(f.Verifier))
	if err != nil {
		if r := (*oauth2.RetrieveError)(nil); errors.As(err, &r) && r.Response != nil && r.Response.StatusCode < http.StatusInternalServerError {
			return nil, refused(title, err)
		}
		return nil, unreachable(title, err)
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return nil, strange(title, errors.New("no id_token"))
	}
	id, err := found.Verifier(&oidc.Config{ClientID: c.ClientID}).Verify(ctx, raw)
	if err != nil {
		return nil, refused(title, err)
	}
	if id.Nonce != f.Nonce {
		return nil, refused(title, errors.New("the nonce is another"))
	}
	if id.Subject == "" {
		return nil, strange(title, errors.New("no subject"))
	}
	return &access.Visitor{Subject: id.Subject}, nil
}
