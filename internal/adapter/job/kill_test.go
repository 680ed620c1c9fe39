package job_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"changrong/internal/access"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/job"
	"changrong/internal/adapter/postgres/pgtest"
	"changrong/internal/adapter/store"
	"changrong/internal/base/civil"
	"changrong/internal/base/event"
	"changrong/internal/base/fault"
)

// victimOf is set in a process that this test starts in order to kill it: the
// address of the database whose jobs it does.
const victimOf = "CHANGRONG_TEST_VICTIM"

// killsEnv says how often to kill; without it a few times.
const killsEnv = "CHANGRONG_TEST_KILLS"

// victim does jobs until it is killed. A job notes itself once, as an organisation,
// and is slow enough to be killed at any point.
func victim(address string) {
	fail := func(err error) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	db, err := store.Open(context.Background(), address)
	if err != nil {
		fail(err)
	}
	wake, _ := db.Watch(store.Jobs)
	r := &job.Runner{
		Store: of(db), Now: func() civil.Instant { return civil.Instant(time.Now().UnixMilli()) }, NewID: crypto.NewID, Workers: 4, Wake: wake,
		Log: quiet(), Alone: true, // the test starts one at a time
		Handlers: map[string]job.Handler{"a.do": func(ctx context.Context, j event.Job, report func(int64, int64, string)) error {
			report(1, 2, j.Key)
			err := db.Write(ctx, func(tx *store.Tx) error {
				_, err := tx.Org(j.ID)
				if fault.KindOf(err) != fault.NotFound {
					return err
				}
				return tx.PutOrg(&access.Org{ID: j.ID, Kind: access.BankOrg, Name: j.Key})
			})
			report(2, 2, j.Key)
			return err
		}},
	}
	fmt.Println("ready")
	r.Run(context.Background())
}

func TestKilledServersJobsAreDoneOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("what is killed is another process: the whole run does it")
	}
	kills := 6
	if n, err := strconv.Atoi(os.Getenv(killsEnv)); err == nil {
		kills = n
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d, %d kills on each database", seed, kills)
	chance := rand.New(rand.NewPCG(seed, 0))
	for name, address := range map[string]string{"sqlite": filepath.Join(t.TempDir(), "a.db"), "postgres": pgtest.Start(t)} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			for range kills {
				db, err := store.Open(t.Context(), address)
				if err != nil {
					t.Fatal(err)
				}
				for range 40 {
					asked++
					ask(t, db, named("a.do", fmt.Sprint("job ", asked), fmt.Sprint(asked%5)))
				}
				if err := db.Close(); err != nil {
					t.Fatal(err)
				}
				killSoon(t, address, time.Duration(chance.IntN(150))*time.Millisecond)
			}
			db, err := store.Open(t.Context(), address)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			check(t, db, asked)
		})
	}
}

// killSoon starts a victim and kills it when it has worked for d.
func killSoon(t *testing.T, address string, d time.Duration) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), victimOf+"="+address)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fscanln(out, new(string)); err != nil {
		t.Error(err)
	}
	<-time.After(d)
	if err := cmd.Process.Kill(); err != nil {
		t.Error(err)
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) {
		t.Error(err)
	}
}

// check lets what is left be done, and looks whether every job was done, once.
func check(t *testing.T, db *store.DB, asked int) {
	t.Helper()
	again := 0
	start(t, db, &job.Runner{Now: func() civil.Instant { return civil.Instant(time.Now().UnixMilli()) }, Alone: true, Workers: 1, Handlers: map[string]job.Handler{
		"a.do": func(ctx context.Context, j event.Job, _ func(int64, int64, string)) error {
			return db.Write(ctx, func(tx *store.Tx) error {
				_, err := tx.Org(j.ID)
				if fault.KindOf(err) != fault.NotFound {
					again++
					return err
				}
				return tx.PutOrg(&access.Org{ID: j.ID, Kind: access.BankOrg, Name: j.Key})
			})
		},
	}})
	records := until(t, db, ended)
	names := map[string]bool{}
	for _, r := range records {
		if r.State != job.Done {
			t.Errorf("%+v", r)
		}
		names[r.Key] = true
	}
	var orgs []access.Org
	if err := db.Read(t.Context(), func(tx *store.Tx) (err error) {
		orgs, err = tx.Orgs(all())
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if len(records) != asked || len(names) != asked || len(orgs) != asked {
		t.Errorf("%d were asked for, %d are there, %d with names of their own, %d were done", asked, len(records), len(names), len(orgs))
	}
	t.Logf("%d jobs; %d of them were begun again after they had been done", asked, again)
}
