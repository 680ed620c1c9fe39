package webhook

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
)

// JobKind is the kind of the jobs that Deliver carries out.
const JobKind = "webhook.deliver"

// overseers are the kinds of organisation that are told what is told to nobody in
// particular.
var overseers = []access.OrgKind{access.OfficeOrg, access.BureauOrg, access.PBoCOrg, access.RegulatorOrg, access.AuditOrg}

// Keep makes the deliveries of e, in the transaction of the relay that tells it.
func (s *Service) Keep(tx Tx, e event.Event) error {
	var endpoints []Endpoint
	if len(e.Orgs) == 0 {
		all, err := tx.Endpoints(access.Scope{All: true})
		if err != nil {
			return err
		}
		for _, x := range all {
			org, err := tx.Org(x.Org)
			if err != nil {
				return err
			}
			if slices.Contains(overseers, org.Kind) {
				endpoints = append(endpoints, x)
			}
		}
	}
	for i, org := range e.Orgs {
		if slices.Contains(e.Orgs[:i], org) || org == "" {
			continue
		}
		some, err := tx.Endpoints(access.Scope{Org: org})
		if err != nil {
			return err
		}
		endpoints = append(endpoints, some...)
	}
	now := s.Now()
	for i := range endpoints {
		if !endpoints[i].wants(e.Kind) {
			continue
		}
		if _, err := s.add(tx, &endpoints[i], e, now); err != nil {
			return err
		}
	}
	return nil
}

// add makes the delivery of e to x and asks for it to be carried out.
func (s *Service) add(tx Tx, x *Endpoint, e event.Event, now civil.Instant) (*Delivery, error) {
	body, err := Message(e)
	if err != nil {
		return nil, err
	}
	d := &Delivery{ID: "msg_" + s.NewID(), Endpoint: x.ID, Event: e.ID, Kind: e.Kind, Body: body, State: Waiting, Next: now, Added: now}
	fresh, err := tx.AddDelivery(d)
	if err != nil || !fresh {
		return d, err
	}
	return d, tx.Enqueue(job(x.Org, d, now, now))
}

// Message is the body that tells e. Words that would make it too long are left out.
func Message(e event.Event) (string, error) {
	data := maps.Clone(e.Data)
	if data == nil {
		data = map[string]string{}
	}
	data["event"], data["subject"] = e.ID, e.Subject
	for {
		b, err := json.Marshal(struct {
			Type      string            `json:"type"`
			Timestamp string            `json:"timestamp"`
			Data      map[string]string `json:"data"`
		}{e.Kind, stamp(e.At), data})
		if err != nil || len(b) <= maxMessage {
			return string(b), err
		}
		data = map[string]string{"event": e.ID, "subject": fault.Clip(e.Subject)}
	}
}

// task is what a job is about: one try of one run of a delivery.
type task struct {
	Delivery string `json:"delivery"`
	Run      int64  `json:"run"`
	Try      int64  `json:"try"`
}

func job(org string, d *Delivery, now, after civil.Instant) event.Job {
	b, err := json.Marshal(task{d.ID, d.Run, d.Tries + 1})
	if err != nil { // strings and integers always marshal
		panic(err)
	}
	// The key tells a try that rests from the job that found it resting.
	key := d.ID + "/" + strconv.FormatInt(d.Run, 10) + "/" + strconv.FormatInt(d.Tries+1, 10) + "/" + strconv.FormatInt(int64(after), 10)
	return event.Job{Kind: JobKind, Key: key, Org: org, Payload: string(b), At: now, After: after}
}

// Deliver carries out a job: one try. What comes of it is written down; an error is
// only what keeps it from being tried or written.
func (s *Service) Deliver(ctx context.Context, j event.Job) error {
	var t task
	if err := json.Unmarshal([]byte(j.Payload), &t); err != nil {
		return fault.New(fault.Invalid, "webhook.job", "任务内容无法识别", "a job that cannot be read").Because(err)
	}
	now := s.Now()
	d, e, err := s.due(ctx, t, now)
	if err != nil || d == nil {
		return err
	}
	secrets, err := s.secrets(e, now)
	if err != nil {
		return err
	}
	status, header, note := s.try(ctx, e, d, secrets, now)
	if ctx.Err() != nil {
		return ctx.Err() // the server stops: this was no try of theirs
	}
	end := s.Now()
	return s.Store.Write(context.WithoutCancel(ctx), func(tx Tx) error {
		d, e, err := current(tx, t)
		if err != nil || d == nil {
			return err
		}
		d.Tries++
		if err := tx.AddAttempt(&Attempt{d.ID, d.Run*100 + d.Tries, now, int64(status), max(end-now, 0), note}); err != nil {
			return err
		}
		return conclude(tx, e, d, status, retryAfter(header, end), end)
	})
}

// current returns the delivery of t and its address, nil when t is not its next try.
func current(tx Tx, t task) (*Delivery, *Endpoint, error) {
	everything := access.Scope{All: true}
	d, err := tx.Delivery(everything, t.Delivery)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return nil, nil, nil // the address was dropped
	case err != nil:
		return nil, nil, err
	case d.State != Waiting || d.Run != t.Run || d.Tries+1 != t.Try:
		return nil, nil, nil
	}
	e, err := tx.Endpoint(everything, d.Endpoint)
	return d, e, err
}

// due returns what is to be sent now, nil when nothing is: an address that is off
// gets nothing, and for one that rests the job is put off.
func (s *Service) due(ctx context.Context, t task, now civil.Instant) (d *Delivery, e *Endpoint, err error) {
	err = s.Store.Read(ctx, func(tx Tx) error {
		d, e, err = current(tx, t)
		return err
	})
	if err != nil || d == nil || !e.Off && now >= e.RestTil {
		return d, e, err
	}
	return nil, nil, s.Store.Write(ctx, func(tx Tx) error {
		d, e, err := current(tx, t)
		if err != nil || d == nil {
			return err
		}
		if e.Off {
			d.State, d.Next = Failed, 0
			return tx.PutDelivery(d)
		}
		d.Next = e.RestTil + pause(d.ID, 1)
		if err := tx.PutDelivery(d); err != nil {
			return err
		}
		return tx.Enqueue(job(e.Org, d, now, d.Next))
	})
}

// secrets are those that sign at now, the newest first.
func (s *Service) secrets(e *Endpoint, now civil.Instant) ([]Secrets, error) {
	first, err := s.open(e.ID, e.Secret)
	if err != nil {
		return nil, err
	}
	all := []Secrets{first}
	if len(e.OldSecret) > 0 && now < e.OldTil {
		old, err := s.open(e.ID, e.OldSecret)
		if err != nil {
			return nil, err
		}
		all = append(all, old)
	}
	return all, nil
}

// try sends d once. The note says what went wrong in words that tell nothing of
// the platform's own network.
func (s *Service) try(ctx context.Context, e *Endpoint, d *Delivery, secrets []Secrets, now civil.Instant) (status int, header http.Header, note string) {
	if _, err := s.Guard.CheckURL(e.URL); err != nil {
		return 0, nil, "推送地址不可用"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.URL, bytes.NewReader([]byte(d.Body)))
	if err != nil {
		return 0, nil, "推送地址不可用"
	}
	at := seconds(now)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "changrong-webhook/1")
	req.Header.Set("Accept-Encoding", "identity")
	req.Header.Set("Webhook-Id", d.ID)
	req.Header.Set("Webhook-Timestamp", strconv.FormatInt(at, 10))
	req.Header.Set("Webhook-Signature", Sign(secrets, d.ID, at, []byte(d.Body)))
	base := s.Transport
	if base == nil {
		base = &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}}
	}
	resp, err := s.Guard.client(base).Do(req)
	if err != nil {
		return 0, nil, why(err)
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, io.LimitReader(resp.Body, maxAnswer)) //nolint:errcheck // the status is the answer
	switch {
	case resp.StatusCode/100 == 2:
		return resp.StatusCode, resp.Header, ""
	case resp.StatusCode/100 == 3:
		return resp.StatusCode, resp.Header, "对方要求转向其他地址，不予跟随"
	}
	return resp.StatusCode, resp.Header, "对方返回" + strconv.Itoa(resp.StatusCode)
}

func why(err error) string {
	var timeout net.Error
	var dns *net.DNSError
	var cert *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	switch {
	case errors.Is(err, errInside):
		return errInside.Zh
	case errors.As(err, &dns):
		return "域名解析失败"
	case errors.As(err, &cert), errors.As(err, &unknown):
		return "对方证书不可信"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "对方超时未应答"
	}
	return "连接失败"
}

// conclude writes what came of a try.
func conclude(tx Tx, e *Endpoint, d *Delivery, status int, wait, now civil.Instant) error {
	d.Next = 0
	off := ""
	switch {
	case status/100 == 2:
		d.State, e.Failures, e.RestTil, e.GoodAt = Taken, 0, 0, now
	case status == http.StatusGone:
		d.State, off = Failed, "对方返回410，不再接收"
	default:
		if e.Failures++; e.Failures >= restAfter {
			e.RestTil = now + rest
		}
		if d.Tries >= int64(maxTries) {
			d.State = Failed
			if e.GoodAt < d.Added && d.Run == 0 {
				off = "连续三天未能送达"
			}
			break
		}
		d.Next = now + max(pause(d.ID, int(d.Tries)), wait)
		if err := tx.Enqueue(job(e.Org, d, now, d.Next)); err != nil {
			return err
		}
	}
	if off != "" && !e.Off {
		e.Off, e.Why = true, off
		err := tx.Emit(event.Event{Kind: "webhook.turned_off", At: now, Orgs: []string{e.Org}, Subject: e.ID, Data: map[string]string{"why": off}})
		if err != nil {
			return err
		}
	}
	if err := tx.PutDelivery(d); err != nil {
		return err
	}
	return tx.PutHealth(e)
}
