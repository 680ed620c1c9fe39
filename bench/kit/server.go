// Package kit is what the programs that measure the platform have in common: the
// program as a process of its own, what it costs, and tables of what was measured.
package kit

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Server is the program, serving.
type Server struct {
	URL string // where it is reached

	cmd *exec.Cmd
	log *os.File
}

// Serve starts the program with arguments, on an address that it finds by itself, and
// with settings in its environment. What it says goes to a file.
func Serve(ctx context.Context, program, logFile string, env []string, args ...string) (*Server, error) {
	f, err := os.Create(logFile)
	if err != nil {
		return nil, err
	}
	s := &Server{cmd: exec.CommandContext(ctx, program, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...), log: f}
	s.cmd.Cancel = func() error { return s.cmd.Process.Signal(syscall.SIGTERM) }
	s.cmd.WaitDelay = time.Minute
	s.cmd.Stderr = f
	s.cmd.Env = append(os.Environ(), env...)
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewReader(out)
	first, err := lines.ReadString('\n')
	_, url, ok := strings.Cut(strings.TrimSpace(first), "：")
	if err != nil || !ok {
		s.Stop()
		return nil, fmt.Errorf("the server did not start: see %s: %w", logFile, err)
	}
	s.URL = url
	go io.Copy(f, lines) //nolint:errcheck // it ends with the server
	return s, nil
}

// Stop ends the server and waits for it.
func (s *Server) Stop() {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err == nil || errors.Is(err, os.ErrProcessDone) {
		err = s.cmd.Wait()
		if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
			log.Print(err)
		}
	}
	s.log.Close() //nolint:errcheck // a log
}

// Memory returns the most memory the server has had since it began or since Forget, and
// what it has now, in bytes.
func (s *Server) Memory() (peak, now int64, err error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, 0, err
	}
	of := func(name string) int64 {
		_, rest, _ := strings.Cut(string(status), "\n"+name+":")
		n, err := strconv.ParseInt(strings.Fields(rest + " 0")[0], 10, 64)
		if err != nil {
			return 0
		}
		return n << 10
	}
	return of("VmHWM"), of("VmRSS"), nil
}

// Forget lets Memory count the peak from now on.
func (s *Server) Forget() error {
	return os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", s.cmd.Process.Pid), []byte("5"), 0o200)
}

// Busy returns how long the server has kept processors busy.
func (s *Server) Busy() (time.Duration, error) { return busyOf(s.cmd.Process.Pid) }

// ticks is how often the kernel counts in a second (USER_HZ, the same everywhere).
const ticks = 100

func busyOf(pid int) (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(stat), ") ") // a name may have spaces
	f := strings.Fields(rest)
	if len(f) < 15 {
		return 0, fmt.Errorf("/proc/%d/stat: %q", pid, stat)
	}
	sum := int64(0)
	for _, i := range []int{11, 12} { // utime, stime
		n, err := strconv.ParseInt(f[i], 10, 64)
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return time.Duration(sum) * time.Second / ticks, nil
}

// MachineBusy returns how long all processors together have been busy.
func MachineBusy() (time.Duration, error) {
	stat, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, err
	}
	sum := int64(0)
	for i, v := range strings.Fields(string(stat))[1:9] {
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil {
			return 0, err
		}
		if i != 3 && i != 4 { // idle, iowait
			sum += n
		}
	}
	return time.Duration(sum) * time.Second / ticks, nil
}
