package kit

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
)

// Run is one run of a measurement: what is measured, and where what comes out goes.
type Run struct {
	Program string // that is measured
	Packs   string // folder of policies
	Dir     string // folder for what is made on the way
	Record  string // page whose marked part is renewed; "" none
}

// Declare makes flags of r; dir is the folder when none is named.
func (r *Run) Declare(dir string) {
	flag.StringVar(&r.Program, "program", "bin/changrong", "the program that is measured")
	flag.StringVar(&r.Packs, "packs", "packs", "policies")
	flag.StringVar(&r.Dir, "dir", dir, "folder for what is made on the way")
	flag.StringVar(&r.Record, "record", "", "page whose marked part is renewed with what came out")
}

// In is the path of what is made on the way.
func (r *Run) In(name string) string { return filepath.Join(r.Dir, name) }

// Main reads the flags, which have to be sound, and measures, unless it is interrupted.
// The page of Markdown that comes out is printed, kept in the folder, and put between
// marks into the page to record it in.
func (r *Run) Main(sound func() bool, measure func(context.Context) (page string, err error), begin, end string) {
	log.SetFlags(log.Ltime)
	flag.Parse()
	if flag.NArg() > 0 || !sound() {
		flag.Usage()
		os.Exit(2)
	}
	if err := r.record(measure, begin, end); err != nil {
		log.Fatal(err)
	}
}

func (r *Run) record(measure func(context.Context) (string, error), begin, end string) (err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if r.Dir, err = filepath.Abs(r.Dir); err != nil {
		return err
	}
	if err := os.MkdirAll(r.Dir, 0o755); err != nil {
		return err
	}
	page, err := measure(ctx)
	if err != nil {
		return err
	}
	fmt.Print(page)
	if err := os.WriteFile(r.In("RESULTS.md"), []byte(page), 0o644); err != nil {
		return err
	}
	if r.Record != "" {
		return Renew(r.Record, begin, end, page)
	}
	return nil
}

// Goals is the table of what was promised, and what was got.
type Goals [][]string

// Add adds what was promised of one thing.
func (g *Goals) Add(what, target, got string, met bool) {
	*g = append(*g, []string{what, target, got, map[bool]string{true: "met", false: "missed"}[met]})
}

// Markdown is the table.
func (g Goals) Markdown() string { return Markdown([]string{"", "target", "got", ""}, g) }
