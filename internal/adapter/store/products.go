package store

import (
	"encoding/json"
	"strings"

	"changrong/internal/access"
	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/origination/product"
)

var _ product.Tx = (*Tx)(nil)

func productMissing() *fault.Error {
	return fault.New(fault.NotFound, "product.not_found", "没有这个产品，或已停办", "there is no such product, or it is retired")
}

const productColumns = "p.id, p.bank, o.name, p.state, p.edition, coalesce(e.terms, ''), p.draft, p.changed_ms, p.version"

const fromProducts = " FROM products p JOIN orgs o ON o.id = p.bank LEFT JOIN product_editions e ON e.product = p.id AND e.edition = p.edition"

func scanProduct(s scanner) (p product.Product, err error) {
	var terms, draft string
	if err = s.Scan(&p.ID, &p.Bank, &p.BankName, &p.State, &p.Edition, &terms, &draft, &p.Changed, &p.Version); err != nil {
		return p, err
	}
	if p.Terms, err = termsOf(terms); err != nil {
		return p, err
	}
	p.Draft, err = termsOf(draft)
	return p, err
}

func termsOf(text string) (*product.Terms, error) {
	if text == "" {
		return nil, nil
	}
	var t product.Terms
	return &t, json.Unmarshal([]byte(text), &t)
}

// Product implements product.Tx.
func (tx *Tx) Product(id string, s access.Scope) (*product.Product, error) {
	return single(tx, productMissing(), scanProduct, "SELECT "+productColumns+fromProducts+" WHERE p.id = $1 AND ($2 = 1 OR p.bank = $3)", id, flag(s.All), s.Org)
}

// Products implements product.Tx.
func (tx *Tx) Products(f product.Filter, s access.Scope) ([]product.Product, int, error) {
	var a args
	where := []string{"1 = 1"}
	if !s.All {
		where = append(where, "p.bank = "+a.add(s.Org))
	}
	if f.Bank != "" {
		where = append(where, "p.bank = "+a.add(f.Bank))
	}
	if f.State != "" {
		where = append(where, "p.state = "+a.add(string(f.State)))
	}
	if f.Written {
		where = append(where, "p.draft <> '' AND p.state <> "+a.add(string(product.Retired)))
	}
	if f.Text != "" { // what has the text in it is another without it
		where = append(where, "replace(p.name, "+a.add(f.Text)+", '') <> p.name")
	}
	from := " WHERE " + strings.Join(where, " AND ")
	var total int
	if err := tx.one(nil, "SELECT count(*) FROM products p"+from, a, &total); err != nil {
		return nil, 0, err
	}
	list, err := all(tx, scanProduct, "SELECT "+productColumns+fromProducts+from+" ORDER BY p.bank, p.id LIMIT "+a.add(limit(f.Limit))+" OFFSET "+a.add(f.Offset), a...)
	return list, total, err
}

// PutProduct implements product.Tx.
func (tx *Tx) PutProduct(p *product.Product) error {
	draft, name := "", ""
	if p.Terms != nil {
		name = p.Terms.Name
	}
	if p.Draft != nil {
		b, err := json.Marshal(p.Draft)
		if err != nil {
			return err
		}
		draft = string(b)
		if name == "" {
			name = p.Draft.Name
		}
	}
	if p.Version == 0 {
		_, err := tx.exec("INSERT INTO products (id, bank, state, name, edition, draft, changed_ms, version) VALUES ($1, $2, $3, $4, $5, $6, $7, 1)",
			p.ID, p.Bank, string(p.State), name, p.Edition, draft, int64(p.Changed))
		return err
	}
	return changed(tx.exec("UPDATE products SET state = $1, name = $2, edition = $3, draft = $4, changed_ms = $5, version = version + 1 WHERE id = $6 AND version = $7",
		string(p.State), name, p.Edition, draft, int64(p.Changed), p.ID, p.Version))
}

// CountProducts implements product.Tx.
func (tx *Tx) CountProducts(bank string) (n int, err error) {
	err = tx.one(nil, "SELECT count(*) FROM products WHERE bank = $1 AND state <> $2", []any{bank, string(product.Retired)}, &n)
	return n, err
}

// AddEdition implements product.Tx.
func (tx *Tx) AddEdition(e *product.Edition) error {
	b, err := json.Marshal(&e.Terms)
	if err != nil {
		return err
	}
	_, err = tx.exec("INSERT INTO product_editions (product, edition, terms, at_ms, by_account, by_name) VALUES ($1, $2, $3, $4, $5, $6)",
		e.Product, e.Edition, string(b), int64(e.At), e.By, e.Name)
	return err
}

const editionColumns = "product, edition, terms, at_ms, by_account, by_name"

func scanEdition(s scanner) (e product.Edition, err error) {
	var terms string
	if err = s.Scan(&e.Product, &e.Edition, &terms, &e.At, &e.By, &e.Name); err != nil {
		return e, err
	}
	return e, json.Unmarshal([]byte(terms), &e.Terms)
}

// Edition implements product.Tx.
func (tx *Tx) Edition(id string, edition int64) (*product.Edition, error) {
	return single(tx, productMissing(), scanEdition, "SELECT "+editionColumns+" FROM product_editions WHERE product = $1 AND edition = $2", id, edition)
}

// Editions implements product.Tx.
func (tx *Tx) Editions(id string) ([]product.Edition, error) {
	return all(tx, scanEdition, "SELECT "+editionColumns+" FROM product_editions WHERE product = $1 ORDER BY edition DESC", id)
}

// Offered implements product.Tx.
func (tx *Tx) Offered() ([]product.Offered, error) {
	return all(tx, func(s scanner) (o product.Offered, err error) {
		var terms string
		if err = s.Scan(&o.Product, &o.Edition, &o.Bank, &o.BankName, &o.BankCode, &terms); err != nil {
			return o, err
		}
		return o, json.Unmarshal([]byte(terms), &o.Terms)
	}, `SELECT p.id, p.edition, p.bank, o.name, o.uscc, e.terms FROM products p JOIN orgs o ON o.id = p.bank
		JOIN product_editions e ON e.product = p.id AND e.edition = p.edition WHERE p.state = $1 ORDER BY p.id`, string(product.Published))
}

// MarkProduct implements product.Tx.
func (tx *Tx) MarkProduct(key, id string, step product.Step, on civil.Date) (bool, error) {
	r, err := tx.exec("INSERT INTO product_marks (key, product, step, on_date) VALUES ($1, $2, $3, $4) ON CONFLICT (key, product, step) DO NOTHING", key, id, string(step), day(on))
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n == 1, translate(err)
}

// CountProduct implements product.Tx.
func (tx *Tx) CountProduct(id, bank string, on civil.Date, step product.Step) error {
	_, err := tx.exec(`INSERT INTO product_days (product, bank, on_date, step, n) VALUES ($1, $2, $3, $4, 1)
		ON CONFLICT (product, on_date, step) DO UPDATE SET n = product_days.n + 1`, id, bank, day(on), string(step))
	return err
}

// ProductFigures implements product.Tx.
func (tx *Tx) ProductFigures(from, to civil.Date, s access.Scope) ([]product.Figure, error) {
	type part struct {
		bank, name  string
		step        product.Step
		n, products int64
	}
	parts, err := all(tx, func(s scanner) (p part, err error) {
		err = s.Scan(&p.bank, &p.name, &p.step, &p.n, &p.products)
		return p, err
	}, `SELECT d.bank, o.name, d.step, CAST(sum(d.n) AS BIGINT), count(DISTINCT d.product) FROM product_days d JOIN orgs o ON o.id = d.bank
		WHERE d.on_date >= $1 AND d.on_date <= $2 AND ($3 = 1 OR d.bank = $4) GROUP BY d.bank, o.name, d.step ORDER BY d.bank, d.step`,
		day(from), day(to), flag(s.All), s.Org)
	list := []product.Figure{}
	for _, p := range parts {
		if len(list) == 0 || list[len(list)-1].Bank != p.bank {
			list = append(list, product.Figure{Bank: p.bank, BankName: p.name})
		}
		f := &list[len(list)-1]
		switch p.step {
		case product.Shown:
			f.Shown, f.Products = p.n, p.products
		case product.First:
			f.First = p.n
		case product.Chosen:
			f.Chosen = p.n
		case product.Won:
			f.Won = p.n
		}
	}
	return list, err
}

// SweepProductMarks implements product.Tx.
func (tx *Tx) SweepProductMarks(before civil.Date) error {
	_, err := tx.exec("DELETE FROM product_marks WHERE step IN ($1, $2) AND on_date < $3", string(product.Shown), string(product.First), day(before))
	return err
}
