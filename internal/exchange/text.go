package exchange

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/fault"
	"changrong/internal/policy/strict"
)

// The files of consent texts, one for each version.
type (
	textsDoc struct {
		Version strict.Word `yaml:"version" required:"true" doc:"版本，与文件名相同"`
		Texts   []textDoc   `yaml:"texts" required:"true" doc:"各用途的授权书"`
	}
	textDoc struct {
		Purpose  strict.Word  `yaml:"purpose" required:"true" enum:"loan_application,loan_management,city_rating,bank_naming" doc:"用途"`
		Days     strict.Whole `yaml:"days" required:"true" doc:"授权最长多少天"`
		Rating   strict.Flag  `yaml:"rating" doc:"融资申请的授权书写明被授权人可以请平台评级"`
		Zh       strict.Word  `yaml:"zh" required:"true" doc:"授权书"`
		Personal strict.Word  `yaml:"personal" required:"true" doc:"完整查看个人信息的单独同意"`
	}
)

// Texts are the texts of consents: of each purpose the latest version that has it.
type Texts struct {
	texts map[Purpose]versioned
	rates map[string]bool // versions by which a bank that looks at an application may have the firm rated
}

// versioned is the text of one purpose.
type versioned struct {
	version string
	textDoc
}

// Text is the text of one consent, as it is shown to who gives it.
type Text struct {
	Version   string     `json:"version"`
	Zh        string     `json:"text"`
	Hash      string     `json:"text_sha256"`
	ExpiresOn civil.Date `json:"expires_on"` // the last day
}

// LoadTexts returns the texts that the program ships.
//
// Errors: those of LoadTextsFrom; none in a program that passed its tests.
func LoadTexts() (*Texts, error) {
	sub, err := fs.Sub(shipped, "texts")
	if err != nil {
		return nil, err
	}
	return LoadTextsFrom(sub)
}

// LoadTextsFrom reads consent texts: every *.yaml of fsys. Of a purpose the last in byte
// order that has it is in use.
//
// Errors, placed: those of strict.Read, exchange.catalogue.
func LoadTextsFrom(fsys fs.FS) (*Texts, error) {
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, err
	}
	t := &Texts{texts: map[Purpose]versioned{}, rates: map[string]bool{}}
	for _, name := range names {
		doc := new(textsDoc)
		if err := strict.Read(fsys, name, doc); err != nil {
			return nil, err
		}
		if doc.Version.Text+".yaml" != name {
			return nil, fault.Of(doc.Version.Wrong("exchange.catalogue", "版本应与文件名相同", "the version is the file's name")).In(fault.Place{File: name})
		}
		for _, x := range doc.Texts {
			p := Purpose(x.Purpose.Text)
			for _, mark := range []string{"{firm}", "{firm_id}", "{recipient}", "{datasets}", "{expires}"} {
				if !strings.Contains(x.Zh.Text, mark) && (mark != "{datasets}" || p != BankNaming) {
					return nil, fault.Of(x.Purpose.Wrong("exchange.catalogue", "授权书没有写明"+mark, "the text does not say "+mark)).In(fault.Place{File: name})
				}
			}
			if p == LoanApplication && x.Rating.On != strings.Contains(x.Zh.Text, "评级") {
				return nil, fault.Of(x.Purpose.Wrong("exchange.catalogue", "融资申请的授权书写明评级的，须标明rating，反之亦然", "a text says that the firm is rated and is marked so, or neither")).In(fault.Place{File: name})
			}
			t.texts[p] = versioned{doc.Version.Text, x}
			t.rates[doc.Version.Text] = t.rates[doc.Version.Text] || p == LoanApplication && x.Rating.On
		}
	}
	return t, nil
}

// longest returns for how many days a consent to p may be.
func (t *Texts) longest(p Purpose) int { return t.texts[p].Days.N }

// parties are who a text speaks of.
type parties struct{ firm, firmID, recipient string }

// write writes the text of a consent out.
func (t *Texts) write(who parties, p Purpose, datasets []*Dataset, personal bool, expires civil.Date) Text {
	var list, whole []string
	for _, d := range datasets {
		list = append(list, "　　"+d.Department.Zh+"："+d.Zh+"（"+strings.Join(d.labels(false), "、")+"）")
		whole = append(whole, d.labels(true)...)
	}
	doc := t.texts[p]
	text := doc.Zh.Text
	if personal {
		text += "\n" + doc.Personal.Text
	}
	text = strings.NewReplacer(
		"{firm}", who.firm, "{firm_id}", who.firmID, "{recipient}", who.recipient, "{datasets}", strings.Join(list, "\n"),
		"{expires}", expires.Zh(), "{personal}", strings.Join(whole, "、"),
	).Replace(text)
	sum := sha256.Sum256([]byte(text))
	return Text{Version: doc.version, Zh: text, Hash: hex.EncodeToString(sum[:]), ExpiresOn: expires}
}

// labels returns what the fields of d are called: all, or those about a person.
func (d *Dataset) labels(personal bool) []string {
	var out []string
	for i := range d.Fields {
		if !personal || d.Fields[i].Personal != "" {
			out = append(out, d.Fields[i].Zh)
		}
	}
	return out
}
