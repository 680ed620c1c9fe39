// Command changrong runs a county's loan-support programme: it settles subsidies
// and risk compensation from the files banks already produce, explains every fen,
// and lets an auditor compute it again.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"changrong/internal/base/fault"

	"github.com/spf13/cobra"
)

// gcPercent is how much garbage, in percent of what is in use, is let pile up:
// less than Go's usual 100, since most of what a settlement holds are long columns
// that cost nothing to look through, and that must not be held twice over.
const gcPercent = 40

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// Exit statuses.
const (
	exitOK     = 0
	exitFailed = 1 // what was asked for could not be done, or does not hold
	exitUsage  = 2 // the command line is wrong
)

// errReported ends a command that has already said what is wrong.
var errReported = errors.New("reported")

// run is the whole program; tests call it too.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := &cobra.Command{
		Use:           "changrong",
		Short:         "畅融：惠企金融政策的计算、说明与复核",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.SetArgs(args)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(cityCommand(), historyCommand(), importCommand(), settleCommand(), explainCommand(), verifyCommand(), simulateCommand(), policyCommand(), templateCommand(), apiCommand(), serveCommand(), liveCommand(), departmentsCommand(), bankCommand(), conformanceCommand(), backupCommand(), restoreCommand(), migrateCommand(), auditCommand(), accountCommand(), receiptCommand(), keysCommand(), scheduleCommand(), ratingCommand())
	root.SetHelpCommand(&cobra.Command{Hidden: true})
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetUsageTemplate(usageTemplate)
	started := false
	prepare(root, &started)
	err := root.ExecuteContext(ctx)
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errReported):
		return exitFailed
	case errors.As(err, &usage), !started:
		printUsage(stderr, err)
		return exitUsage
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(stderr, "已中断")
		return exitFailed
	}
	printFault(stderr, err)
	return exitFailed
}

// printFault says what is wrong, where, and under which code.
func printFault(w io.Writer, err error) {
	var f *fault.Error
	if !errors.As(err, &f) {
		fmt.Fprintf(w, "错误：%v\n", err)
		return
	}
	if at := f.At.String(); at != "" {
		fmt.Fprintf(w, "%s\n", at)
	}
	fmt.Fprintf(w, "错误 [%s]：%s\n", f.Code, f.Zh)
	if f.At.Value != "" {
		fmt.Fprintf(w, "  所写：%s\n", f.At.Value)
	}
	fmt.Fprintf(w, "  %s\n", f.En)
	if f.Cause != nil {
		fmt.Fprintf(w, "  原因：%v\n", f.Cause)
	}
}
