package reference

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"changrong/internal/base/civil"
	"changrong/internal/base/money"
	"changrong/internal/base/uscc"
)

// Firm is what the departments know a firm by.
type Firm struct {
	USCC      string
	Name      string
	Kind      string // enterprise, sole_trader, coop
	Industry  string // GB/T 4754
	Town      string // nine digits
	Employees int
	Sales     money.Fen // of a year
	// Full says that every department has something about it.
	Full bool
}

// Firms finds a firm by its code.
type Firms func(code string) (*Firm, bool)

// digest is what chance follows from.
func digest(seed uint64, parts ...string) []byte {
	sum := sha256.Sum256([]byte(strconv.FormatUint(seed, 10) + "/" + strings.Join(parts, "/")))
	return sum[:]
}

// file is what one department writes down about one firm.
type file struct {
	*Firm
	seed  uint64
	today civil.Date // the day the data stands for
	rng   *rand.Rand
}

// open begins the file of a firm in a dataset: its chance is its own, so that it does
// not change with what was asked before.
func (s *Server) open(f *Firm, dataset string) *file {
	x := &file{Firm: f, seed: s.Seed, today: civil.Instant(s.Now().UnixMilli()).Date() - 1}
	x.deal(dataset)
	return x
}

func (x *file) deal(what string) {
	d := digest(x.seed, x.USCC, what)
	x.rng = rand.New(rand.NewPCG(binary.BigEndian.Uint64(d), binary.BigEndian.Uint64(d[8:])))
}

// has tells whether there is anything, so many times in a thousand.
func (x *file) has(perThousand int) bool { return x.rng.IntN(1000) < perThousand || x.Full }

// between returns a number from a to b, both included.
func (x *file) between(a, b int) int { return a + x.rng.IntN(b-a+1) }

// ago returns a day from a to b days before today.
func (x *file) ago(a, b int) civil.Date { return x.today - civil.Date(x.between(a, b)) }

// later returns a day so many days after d that has come, or never.
func (x *file) later(d civil.Date, days int) civil.Date {
	if d+civil.Date(days) > x.today {
		return civil.Never
	}
	return d + civil.Date(days)
}

// months returns the last n whole months, the earliest first.
func (x *file) months(n int) []civil.Month {
	months := make([]civil.Month, n)
	for i := range months {
		months[i] = x.today.Month() - civil.Month(n-i)
	}
	return months
}

// sales returns what was sold in a month: whole yuan around a twelfth of the year's.
func (x *file) sales(m civil.Month) money.Fen {
	y := *x
	y.deal("sales " + m.String())
	yearly := max(x.Sales, 10*money.Wan)
	return yearly / 12 * money.Fen(y.between(70, 130)) / 100 / money.Yuan * money.Yuan
}

// people returns how many work for the firm.
func (x *file) people() int { return max(1, x.Employees) }

// number returns a number with a prefix, its own for each i.
func (x *file) number(prefix string, i int) string {
	return prefix + strings.ToUpper(fmt.Sprintf("%x", digest(x.seed, x.USCC, prefix, strconv.Itoa(i))[:4])) + fmt.Sprintf("%02d", i+1)
}

// other returns another party by its number: a name and a code, neither real.
func other(kind string, n int) (name, code string) {
	code, err := uscc.Make("91", "331082", fmt.Sprintf("DEX%05d", n))
	if err != nil {
		panic(err) // digits always make a code
	}
	return fmt.Sprintf("演示%02d号%s", n, kind), code
}

// The ways departments write things.

func yuan(f money.Fen) string { return f.String() }

func yuanNumber(f money.Fen) json.Number { return json.Number(f.String()) }

// separated writes 1,234,567.80.
func separated(f money.Fen) string {
	whole, fraction, _ := strings.Cut(f.String(), ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return whole + "." + fraction
}

// wan writes an amount in 万元 with six decimals, exact to the fen.
func wan(f money.Fen) string { return fmt.Sprintf("%d.%06d", int64(f/money.Wan), int64(f%money.Wan)) }

func compact(d civil.Date) string { return strings.ReplaceAll(dash(d), "-", "") }

// dash writes 2021-03-05, and nothing for what has not happened.
func dash(d civil.Date) string {
	if d == civil.Never {
		return ""
	}
	return d.String()
}

// spelt writes 2021年3月5日.
func spelt(d civil.Date) string {
	if d == civil.Never {
		return ""
	}
	y, m, day := d.YMD()
	return fmt.Sprintf("%d年%d月%d日", y, m, day)
}

// padded writes 2021年03月05日.
func padded(d civil.Date) string {
	if d == civil.Never {
		return ""
	}
	y, m, day := d.YMD()
	return fmt.Sprintf("%d年%02d月%02d日", y, m, day)
}

// stamp writes 2021-03-05 00:00:00.
func stamp(d civil.Date) any {
	if d == civil.Never {
		return nil
	}
	return d.String() + " 00:00:00"
}

func compactMonth(m civil.Month) string { return strings.ReplaceAll(m.String(), "-", "") }

func speltMonth(m civil.Month) string {
	y, n := m.YM()
	return fmt.Sprintf("%d年%d月", y, n)
}

func whole(n int) json.Number { return json.Number(strconv.Itoa(n)) }

func yesNo(b bool) string {
	if b {
		return "是"
	}
	return "否"
}

// orNull is null in the place of nothing.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
