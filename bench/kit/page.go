package kit

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// Markdown is a table; all but its first column are numbers.
func Markdown(head []string, rows [][]string) string {
	lines := []string{"| " + strings.Join(head, " | ") + " |", "| ---" + strings.Repeat(" | ---:", len(head)-1) + " |"}
	for _, cells := range rows {
		lines = append(lines, "| "+strings.Join(cells, " | ")+" |")
	}
	return strings.Join(lines, "\n")
}

// Each returns what f makes of every one.
func Each[T, U any](of []T, f func(T) U) []U {
	var out []U
	for _, v := range of {
		out = append(out, f(v))
	}
	return out
}

// Quantile is what so many hundredths of them do not exceed; of sorted ones.
func Quantile(sorted []time.Duration, hundredths int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[max(0, (len(sorted)*hundredths+99)/100-1)]
}

// Median is the middle one, or the lower of the two there.
func Median[T cmp.Ordered](of []T) T {
	sorted := slices.Sorted(slices.Values(of))
	return sorted[(len(sorted)-1)/2]
}

// Milliseconds writes a time.
func Milliseconds(d time.Duration) string { return fmt.Sprintf("%.1f", d.Seconds()*1000) }

// Seconds writes a time.
func Seconds(d time.Duration) string { return fmt.Sprintf("%.1f", d.Seconds()) }

// Megabytes writes a size.
func Megabytes(n int64) string { return fmt.Sprintf("%.0f MB", float64(n)/1e6) }

// Said is what a command prints, "unknown" when it fails.
func Said(name string, args ...string) string {
	out, err := exec.Command(name, args...).Output() //nolint:noctx // named above
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}

// Processor is what the machine's processor is called.
func Processor() string {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown"
	}
	_, rest, _ := strings.Cut(string(info), "model name")
	first, _, _ := strings.Cut(rest, "\n")
	return strings.TrimLeft(first, "\t :")
}

// Renew puts what was measured between two marks of a page.
func Renew(path, begin, end, what string) error {
	page, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, ok := strings.Cut(string(page), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		return fmt.Errorf("%s has no place for the figures", path)
	}
	return os.WriteFile(path, []byte(before+begin+what+end+after), 0o644)
}
