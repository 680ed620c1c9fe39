package policy

import (
	"maps"
	"regexp"
	"slices"

	"changrong/internal/base/fault"
)

// Names are written in decisions, files, SQL and addresses, so they are plain.
var (
	plainID        = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$`)  // rc-tech
	plainValue     = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$`) // yuan_floor
	plainParameter = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)                  // tech_sales_limit
	plainRegion    = regexp.MustCompile(`^\d{6}$`)
)

// checkNames checks what pack.yaml calls things.
func checkNames(doc *packDoc) error {
	if err := checkID(doc.ID, doc.ID.Text); err != nil {
		return err
	}
	if !plainRegion.MatchString(doc.Region.Text) {
		return wrong(doc.Region, "pack.region", "应为六位行政区划代码", "must be the six digits of a region")
	}
	for _, name := range slices.Sorted(maps.Keys(doc.Parameters)) {
		if !plainParameter.MatchString(name) {
			return badName(doc.Parameters[name].Value, name, "a-z、0-9 和 _，以字母开头", "a-z, 0-9 and _, a letter first")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(doc.Readings)) {
		d := doc.Readings[name]
		if err := checkID(d.Title, name); err != nil {
			return err
		}
		for _, v := range d.Values {
			if !plainValue.MatchString(v.Value.Text) {
				return badName(v.Value, v.Value.Text, "a-z、0-9、_ 和 -", "a-z, 0-9, _ and -")
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(doc.Exclusions)) {
		if err := checkID(doc.Exclusions[name].Title, name); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(doc.Pools)) {
		if err := checkID(doc.Pools[name].Title, name); err != nil {
			return err
		}
	}
	return nil
}

// checkID checks a name of a pack, an item, an indicator, a reading, a group or a
// pool; w says where it stands.
func checkID(w Word, name string) error {
	if plainID.MatchString(name) {
		return nil
	}
	return badName(w, name, "a-z、0-9 和 -", "a-z, 0-9 and -")
}

func badName(w Word, name, zh, en string) error {
	return fault.Invalidf("pack.name", "名称“%[1]s”应只用 %[2]s，至多 64 个字符", "the name %[1]q must be of %[3]s, at most 64 characters", fault.Clip(name), zh, en).In(w.Placed())
}
