package inbox_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/inbox/inboxtest"
	"changrong/internal/adapter/job"
	"changrong/internal/adapter/store"
	"changrong/internal/adapter/store/storetest"
	"changrong/internal/base/civil"
	"changrong/internal/base/uscc"
	"changrong/internal/reporting"
)

// TestManyBanksAtOnce: 26 banks hand in at the same time, and two workers check;
// every other bank's file has an error, which that bank alone is told.
// CHANGRONG_ROWS makes the files longer, to measure.
func TestManyBanksAtOnce(t *testing.T) {
	rows, _ := strconv.Atoi(os.Getenv("CHANGRONG_ROWS"))
	rows = max(rows, 200)
	w := newTown(t, storetest.SQLite(t))
	const banks = 26
	var people [banks]access.Caller
	register := "institution_id,name,kind,local_legal_person\n"
	for i := range banks {
		id, err := uscc.Make("91", "331082", fmt.Sprintf("DEM%05d", 500+i))
		if err != nil {
			t.Fatal(err)
		}
		people[i] = w.Org(access.BankOrg, fmt.Sprintf("银行%02d", i), id)
		register += fmt.Sprintf("%s,银行%02d,other,0\n", id, i)
	}
	w.Take(w.office, reporting.Registers, "2021", inboxtest.Text("institutions.csv", register))
	wake, unwatch := w.DB.Watch(store.Jobs)
	defer unwatch()
	runner := &job.Runner{
		Store: store.Of[job.Tx]{DB: w.DB}, Now: func() civil.Instant { return civil.Instant(time.Now().UnixMilli()) }, NewID: crypto.NewID, Workers: 2,
		Handlers: map[string]job.Handler{reporting.CheckJob: w.Check}, Wake: wake, Log: slog.New(slog.DiscardHandler),
	}
	ctx, stop := context.WithCancel(t.Context())
	var running, sending sync.WaitGroup
	running.Go(func() { runner.Run(ctx) })
	defer running.Wait()
	defer stop()
	start := time.Now()
	var ids [banks]string
	for i := range banks {
		sending.Go(func() {
			org, err := w.orgCode(people[i].Org)
			if err != nil {
				t.Error(err)
				return
			}
			files := book(org, "2021-01", rows, "1000.00")
			if i%2 == 1 {
				files["month_balances.csv"] = []byte(strings.Replace(string(files["month_balances.csv"]), "L00007,2021-01,1000.00", "L00007,2021-01,1000.01", 1))
			}
			ids[i] = w.Submit(people[i], reporting.Lending, "2021-01", files).ID
		})
	}
	sending.Wait()
	for i := range banks {
		n := w.wait(ids[i])
		if i%2 == 0 && (n.State != reporting.Accepted || n.Sums[0].Notes != int64(rows)) ||
			i%2 == 1 && (n.State != reporting.Rejected || n.Errors != 1 || !strings.Contains(w.Found(n.ID)[0], "month_balances.csv:9 ")) {
			t.Errorf("bank %d: %s with %d errors: %q", i, n.State, n.Errors, w.Found(n.ID))
		}
	}
	status, err := os.ReadFile("/proc/self/status")
	if err == nil {
		_, peak, _ := strings.Cut(string(status), "VmHWM:")
		peak, _, _ = strings.Cut(peak, "\n")
		t.Logf("%d banks, %d rows each: %v, at most %s of memory", banks, rows, time.Since(start), strings.TrimSpace(peak))
	}
}

func (w *town) orgCode(id string) (code string, err error) {
	err = w.DB.Read(context.Background(), func(tx *store.Tx) error {
		o, err := tx.Org(id)
		if err == nil {
			code = o.USCC
		}
		return err
	})
	return code, err
}

// wait returns a submission once it is decided, woken by what the database writes.
func (w *town) wait(id string) *reporting.Submission {
	events, unwatch := w.DB.Watch(store.Events)
	defer unwatch()
	for {
		if n := w.Read(id); !n.State.Open() {
			return n
		}
		<-events
	}
}
