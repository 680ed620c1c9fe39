package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"changrong/internal/adapter/connect/reference"
	identity "changrong/internal/adapter/signin/reference"
	"changrong/internal/base/fault"
	"changrong/internal/server"
	"changrong/internal/sim"
	simcity "changrong/internal/sim/city"

	"github.com/spf13/cobra"
)

// departmentsFlags are the reference departments of a city.
type departmentsFlags struct {
	seed            uint64
	enterprises     int
	listen, control string
	platform, out   string
	print           bool
	modes           []string
	demo            string
}

func departmentsCommand() *cobra.Command {
	var f departmentsFlags
	c := &cobra.Command{
		Use: "departments", Short: "运行参考部门服务：一座模拟县城的税务、社保、法院等部门和法人身份认证，不含任何真实数据", Args: cobra.NoArgs,
		Example: "  changrong departments --out out/departments\n  changrong serve --data data --config out/departments/platform.env\n" +
			"  changrong departments --mode tax=slow:3000 --mode court=down\n  curl -X PUT -d '{\"mode\":\"drift\",\"field\":\"pjjg\"}' http://127.0.0.1:8421/departments/tax",
		RunE: func(c *cobra.Command, _ []string) error {
			if f.enterprises < 1 || f.enterprises > sim.MaxEnterprises {
				return usageError{fmt.Errorf("--enterprises 应在 1 至 %d 之间", sim.MaxEnterprises)}
			}
			if f.print {
				fmt.Fprint(c.OutOrStdout(), reference.Config(f.seed, "http://"+f.listen))
				return nil
			}
			return f.serve(c.Context(), c.OutOrStdout())
		},
	}
	flags := c.Flags()
	flags.Uint64Var(&f.seed, "seed", 1, "随机种子，与 changrong city、live 相同则企业相同")
	flags.IntVar(&f.enterprises, "enterprises", 2000, "企业户数")
	flags.StringVar(&f.listen, "listen", "127.0.0.1:8420", "部门服务的监听地址")
	flags.StringVar(&f.control, "control", "127.0.0.1:8421", "控制开关的监听地址：可使部门变慢、停止或答错；留空则不开")
	flags.StringVar(&f.platform, "platform", "http://127.0.0.1:8321", "平台的对外地址，写入 platform.env")
	flags.StringVar(&f.out, "out", "", "把接入这些部门的设置和企业登记库写到这个文件夹：departments.yaml、platform.env、firms.csv")
	flags.BoolVar(&f.print, "print-config", false, "只显示 serve --departments 所用的文件")
	flags.StringVar(&f.demo, "demo-data", "", demoData)
	flags.StringArrayVar(&f.modes, "mode", nil, "开始时的状态，如 tax=slow:3000（毫秒）、tax=drift:pjjg（数据项）；可用 "+fmt.Sprint(reference.Modes()))
	return c
}

// demoData says what --demo-data is, of what goes with a demonstration.
const demoData = "演示平台（serve --demo）的数据目录：按它的时钟办事；不写则按真实时间"

// clockOf returns the clock of the demonstration in a folder, the real one for "".
func clockOf(demo string) (func() time.Time, error) {
	if demo == "" {
		return time.Now, nil
	}
	return server.DemoClock(demo)
}

// The reference identity provider.
const (
	identityApp = "changrong-reference"
	identityKey = "ak-changrong-reference"
)

// people finds who acts for an enterprise by its code: one person each.
func people(firms reference.Firms) func(string) (identity.Person, bool) {
	return func(code string) (identity.Person, bool) {
		f, ok := firms(strings.ToUpper(strings.TrimSpace(code)))
		if !ok {
			return identity.Person{}, false
		}
		return identity.Person{ID: "legal-" + f.USCC, Name: "演经办", USCC: f.USCC, Firm: f.Name}, true
	}
}

// settings are the lines for serve --config that lead to the departments and to the
// identity provider.
func (f *departmentsFlags) settings(address, config string) string {
	var b strings.Builder
	b.WriteString("# 参考部门服务和参考身份认证：仅供试用和测试\n")
	for _, line := range [][2]string{
		{"PUBLIC_URL", f.platform},
		{"DEPARTMENTS", config},
		{"ZLB_TITLE", "法人身份认证（参考）"},
		{"ZLB_VOUCHES", "true"},
		{"ZLB_LOGIN_URL", address + identity.TicketLogin},
		{"ZLB_GATEWAY", address},
		{"ZLB_TOKEN_PATH", identity.TicketToken},
		{"ZLB_USER_PATH", identity.TicketUser},
		{"ZLB_APP_ID", identityApp},
		{"ZLB_ACCESS_KEY", identityKey},
		{"ZLB_SECRET_KEY", reference.Secret(f.seed, "identity")},
	} {
		b.WriteString(envPrefix + line[0] + "=" + line[1] + "\n")
	}
	return b.String()
}

// write writes the two files of settings, and the registry of firms.
func (f *departmentsFlags) write(address string, m *simcity.Model, server *reference.Server) error {
	if err := os.MkdirAll(f.out, 0o700); err != nil {
		return fault.New(fault.Invalid, "departments.out", "文件夹无法建立", "the folder cannot be made").In(fault.Place{File: f.out}).Because(err)
	}
	config, err := filepath.Abs(filepath.Join(f.out, "departments.yaml"))
	if err != nil {
		return err
	}
	failed := func(path string, err error) error {
		return fault.New(fault.Invalid, "departments.out", "文件无法写入", "the file cannot be written").In(fault.Place{File: path}).Because(err)
	}
	for path, text := range map[string]string{config: reference.Config(f.seed, address), filepath.Join(f.out, "platform.env"): f.settings(address, config)} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return failed(path, err)
		}
	}
	path := filepath.Join(f.out, "firms.csv")
	file, err := os.Create(path)
	if err == nil {
		err = errors.Join(sim.WriteRegistry(file, m, server), file.Close())
	}
	if err != nil {
		return failed(path, err)
	}
	return nil
}

// status reads id=mode, id=slow:milliseconds or id=drift:field.
func status(text string) (reference.Status, error) {
	id, mode, ok := strings.Cut(text, "=")
	name, more, with := strings.Cut(mode, ":")
	s := reference.Status{ID: id, Mode: reference.Mode(name)}
	var err error
	switch {
	case !ok:
		err = errors.New("no =")
	case with && s.Mode == reference.Drift:
		s.Field = more
	case with:
		s.DelayMS, err = strconv.ParseInt(more, 10, 64)
	}
	if err != nil {
		return s, usageError{fmt.Errorf("--mode 应如 tax=slow:3000：%s", text)}
	}
	return s, nil
}

func (f *departmentsFlags) serve(ctx context.Context, out io.Writer) error {
	m := sim.City(f.seed, f.enterprises)
	firms := sim.Known(m)
	now, err := clockOf(f.demo)
	if err != nil {
		return err
	}
	server := reference.NewServer(f.seed, firms, now)
	server.Identity = &identity.Ticket{
		AppID: identityApp, AccessKey: identityKey, SecretKey: reference.Secret(f.seed, "identity"), Find: people(firms), Now: now,
	}
	for _, text := range f.modes {
		s, err := status(text)
		if err != nil {
			return err
		}
		if !server.Set(s) {
			return usageError{fmt.Errorf("--mode 中没有这个部门或状态：%s", text)}
		}
	}
	l, err := listen(f.listen)
	if err != nil {
		return err
	}
	defer l.Close()
	address := "http://" + l.Addr().String()
	if f.out != "" {
		if err := f.write(address, m, server); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "参考部门服务：%s\n", address)
	both := map[net.Listener]http.Handler{l: server}
	if f.control != "" {
		c, err := listen(f.control)
		if err != nil {
			return err
		}
		defer c.Close()
		both[c] = server.Control()
		fmt.Fprintf(out, "控制开关：http://%s/departments\n", c.Addr())
	}
	if f.out != "" {
		fmt.Fprintf(out, "接入平台：changrong serve --data data --config %s\n", filepath.Join(f.out, "platform.env"))
	}
	return serveAll(ctx, both)
}

func listen(address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fault.Newf(fault.Conflict, "serve.listen", "无法监听 %s：地址被占用或无权使用", "cannot listen at %s", address).Because(err)
	}
	return l, nil
}

// serveAll serves until ctx ends.
func serveAll(ctx context.Context, all map[net.Listener]http.Handler) error {
	ended := make(chan error, len(all))
	var servers []*http.Server
	for l, h := range all {
		s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute}
		servers = append(servers, s)
		go func() { ended <- s.Serve(l) }()
	}
	var err error
	left := len(all)
	select {
	case <-ctx.Done():
	case err = <-ended:
		left--
	}
	for _, s := range servers {
		err = errors.Join(err, s.Close())
	}
	for range left {
		if end := <-ended; !errors.Is(end, http.ErrServerClosed) {
			err = errors.Join(err, end)
		}
	}
	return err
}
