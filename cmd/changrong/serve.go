package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"

	"changrong/internal/adapter/connect/departments"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/httpapi"
	"changrong/internal/base/fault"
	"changrong/internal/server"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// serveFlags are what a platform is opened with, from the command line, from the
// environment, and from a file, in this order.
type serveFlags struct {
	server.Config
	listen, suite, config string
	connected             string            // the file of departments
	departmentSecrets     map[string]string // of the file of settings, by their names in the environment
	proxies               []string
	elsewhere             elsewhereFlags
	tell                  tellFlags
	now                   func() time.Time // nil: the real time
}

// envPrefix begins the names of settings in the environment and in the file:
// --public-url is CHANGRONG_PUBLIC_URL.
const envPrefix = "CHANGRONG_"

// keep adds the flags that say where things are kept, which several commands have.
func (s *serveFlags) keep(f *pflag.FlagSet) {
	f.StringVar(&s.Data, "data", "", "数据目录：数据库、文件、密钥")
	f.StringVar(&s.Database, "database", "", "PostgreSQL 地址（postgres://…）；不写则用数据目录中的 SQLite")
	f.StringVar(&s.Blobs, "blobs", "", "文件库（s3://主机/桶/前缀）；不写则用数据目录")
	f.StringVar(&s.config, "config", "", "配置文件，每行一项，如 CHANGRONG_LISTEN=127.0.0.1:8321")
}

// lookEnv looks up a variable of the environment.
func lookEnv(name string) (string, bool) { return os.LookupEnv(name) }

func serveCommand() *cobra.Command {
	var s serveFlags
	c := &cobra.Command{
		Use: "serve", Short: "运行平台：网页控制台、接口、后台任务", Args: cobra.NoArgs,
		Example: "  changrong serve --data data\n  changrong serve --data /var/lib/changrong --database postgres:///changrong --public-url https://jr.example.cn --trusted-proxy 127.0.0.1/32",
		RunE: func(c *cobra.Command, _ []string) error {
			if err := s.settings(c.Flags(), lookEnv); err != nil {
				return err
			}
			return s.serve(c.Context(), c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	f := c.Flags()
	s.keep(f)
	f.StringVar(&s.listen, "listen", "127.0.0.1:8321", "监听地址")
	f.StringVar(&s.Font, "font", "", "支付单等 PDF 所用的中文 TrueType 字体（.ttf）；缺省为自带的，收 GB/T 2312 的字")
	f.StringVar(&s.PublicURL, "public-url", "", "对外地址，如 https://jr.example.cn")
	f.StringSliceVar(&s.proxies, "trusted-proxy", nil, "反向代理的网段，只信它所说的来源地址")
	f.StringSliceVar(&s.tell.allow, "webhook-allow", nil, "允许推送到的内部网段（银行专线），缺省只推送到公网")
	f.StringVar(&s.Packs, "packs", "", "政策包目录；不写则用数据目录中的 packs")
	f.StringVar(&s.suite, "suite", "intl", "密码算法：intl 或 gm（国密）")
	f.BoolVar(&s.RequireTOTP, "require-totp", false, "管理员、负责人和财政人员必须使用动态口令")
	f.IntVar(&s.TrialDays, "trial-days", 90, "试算明细留存天数，过后只留结算包；正式结算永久保存")
	f.IntVar(&s.Workers, "workers", 0, "同时执行的后台任务数，0 为自动")
	f.StringVar(&s.connected, "departments", "", "接入的部门（YAML 或 JSON），如 changrong departments --print-config 所显示的；不写则不接入")
	f.BoolVar(&s.Demo, "demo", false, "允许演示账号登录，不得用于正式环境")
	return c
}

// secrets are settings that stand in the environment or the file alone: a command
// line is there for everybody to see.
func (s *serveFlags) secrets() map[string]*string {
	return map[string]*string{
		"S3_KEY": &s.S3Key, "S3_SECRET": &s.S3Secret, "BEGIN_CODE": &s.BeginCode,
	}
}

// settings takes what the command line does not say from the environment, and what
// that does not say from the file.
//
// Errors: serve.config.
func (s *serveFlags) settings(f *pflag.FlagSet, env func(string) (string, bool)) error {
	if v, ok := env(envPrefix + "CONFIG"); ok && s.config == "" {
		s.config = v
	}
	file := map[string]string{}
	if s.config != "" {
		var err error
		if file, err = readSettings(s.config); err != nil {
			return err
		}
	}
	get := func(name string) (string, bool) {
		if v, ok := env(envPrefix + name); ok {
			delete(file, name)
			return v, true
		}
		v, ok := file[name]
		delete(file, name)
		return v, ok
	}
	var bad error
	f.VisitAll(func(flag *pflag.Flag) {
		name := strings.ToUpper(strings.ReplaceAll(flag.Name, "-", "_"))
		v, ok := get(name)
		if ok && !flag.Changed && flag.Name != "help" && flag.Name != "config" {
			if err := f.Set(flag.Name, v); err != nil && bad == nil {
				bad = fault.Invalidf("serve.config", "%s 的取值不正确", "%s has a wrong value", envPrefix+name).In(fault.Place{Value: v}).Because(err)
			}
		}
	})
	all := s.secrets()
	maps.Copy(all, s.tell.settings())
	maps.Copy(all, s.elsewhere.settings())
	for name, to := range all {
		if v, ok := get(name); ok {
			*to = v
		}
	}
	for _, flag := range serveOnly {
		delete(file, flag)
	}
	s.departmentSecrets = map[string]string{}
	for name, v := range file {
		if full := envPrefix + name; strings.HasPrefix(full, departments.SecretPrefix) {
			s.departmentSecrets[full] = v
			delete(file, name)
		}
	}
	for name := range file {
		return fault.Invalidf("serve.config", "配置文件中有未知的设置 %s", "the configuration has the unknown setting %s", envPrefix+name).In(fault.Place{File: s.config})
	}
	if bad == nil && s.Data == "" {
		return usageError{errors.New(`required flag(s) "data" not set`)}
	}
	return bad
}

// serveOnly are settings of serve that other commands pass over in the same file.
var serveOnly = []string{"LISTEN", "PUBLIC_URL", "TRUSTED_PROXY", "PACKS", "SUITE", "REQUIRE_TOTP", "TRIAL_DAYS", "WORKERS", "WEBHOOK_ALLOW", "DEMO", "DEPARTMENTS"}

// maxSettings is how many bytes a configuration has at most.
const maxSettings = 64 << 10

// readSettings reads lines NAME=value, as systemd does.
//
// Errors: serve.config.
func readSettings(path string) (map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fault.New(fault.NotFound, "serve.config", "配置文件无法读取", "the configuration cannot be read").In(fault.Place{File: path}).Because(err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxSettings+1))
	if err != nil || len(text) > maxSettings {
		return nil, fault.Newf(fault.Invalid, "serve.config", "配置文件无法读取，或超过 %d 字节", "the configuration cannot be read, or has more than %d bytes", maxSettings).In(fault.Place{File: path}).Because(err)
	}
	return parseSettings(path, bytes.NewReader(text))
}

func parseSettings(path string, r io.Reader) (map[string]string, error) {
	settings := map[string]string{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxSettings)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' || line[0] == ';' {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		name, mine := strings.CutPrefix(strings.TrimSpace(name), envPrefix)
		if value = strings.TrimSpace(value); len(value) > 1 && (value[0] == '"' || value[0] == '\'') && value[len(value)-1] == value[0] {
			value = value[1 : len(value)-1]
		}
		if _, twice := settings[name]; !ok || !mine || twice {
			return nil, fault.Invalidf("serve.config", "应写作 %s名称=取值，且不重复", "a line is %sNAME=value, once for each", envPrefix).In(fault.Place{File: path, Line: n})
		}
		settings[name] = value
	}
	if err := lines.Err(); err != nil {
		return nil, fault.New(fault.Invalid, "serve.config", "配置文件无法读取", "the configuration cannot be read").In(fault.Place{File: path}).Because(err)
	}
	return settings, nil
}

// open opens the platform.
func (s *serveFlags) open(ctx context.Context, stderr io.Writer) (*server.Platform, error) {
	s.Suite = crypto.Suite(s.suite)
	if !s.Suite.Valid() {
		return nil, usageError{fmt.Errorf("--suite 应为 intl 或 gm")}
	}
	for _, p := range s.proxies {
		prefix, err := netip.ParsePrefix(p)
		if ip, err2 := netip.ParseAddr(p); err != nil && err2 == nil {
			prefix, err = netip.PrefixFrom(ip, ip.BitLen()), nil
		}
		if err != nil {
			return nil, usageError{fmt.Errorf("--trusted-proxy 应为网段，如 10.0.0.0/8：%s", p)}
		}
		s.Proxies = append(s.Proxies, prefix)
	}
	if err := s.tell.fill(&s.Config); err != nil {
		return nil, err
	}
	if s.Demo { // those whom it signs to may go by its clock
		clock, err := server.DemoClock(s.Data)
		if err != nil {
			return nil, err
		}
		s.now, s.elsewhere.ticket.Now, s.elsewhere.code.Now = clock, clock, clock
	}
	if err := s.elsewhere.fill(&s.Config); err != nil {
		return nil, err
	}
	s.Log = slog.New(slog.NewJSONHandler(stderr, nil))
	slog.SetDefault(s.Log)
	if err := s.connect(); err != nil {
		return nil, err
	}
	s.Waiting = func(err error) {
		f := fault.Of(err)
		s.Log.Warn("waiting", "code", f.Code, "zh", f.Zh, "error", err)
	}
	return server.OpenPlatform(ctx, s.Config)
}

// connect leads to the departments of the file that --departments names.
func (s *serveFlags) connect() error {
	if s.connected == "" {
		return nil
	}
	router, err := departments.Open(s.connected, departments.Options{
		Env: func(name string) (string, bool) {
			if v, ok := lookEnv(name); ok {
				return v, true
			}
			v, ok := s.departmentSecrets[name]
			return v, ok
		},
		Now:     s.now,
		Changed: func(title string, open bool) { s.Log.Warn("department", "title", title, "paused", open) },
	})
	if err != nil {
		return err
	}
	s.Departments = router
	return nil
}

// stopIn is how long requests may go on when the server is to stop.
const stopIn = 20 * time.Second

func (s *serveFlags) serve(ctx context.Context, stdout, stderr io.Writer) (err error) {
	l, err := net.Listen("tcp", s.listen)
	if err != nil {
		return fault.Newf(fault.Conflict, "serve.listen", "无法监听 %s：地址被占用或无权使用", "cannot listen at %s", s.listen).Because(err)
	}
	defer l.Close()
	p, err := s.open(ctx, stderr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	if err := s.greet(ctx, stdout, p, l.Addr().String()); err != nil {
		return err
	}
	h := httpapi.NewServer(p.Handler())
	h.ErrorLog = slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug)
	stopped := make(chan error, 1)
	go func() { //nolint:gosec // requests go on for a while when ctx has ended
		<-ctx.Done()
		s.Log.Info("stopping")
		p.Drain()
		end, cancel := context.WithTimeout(context.Background(), stopIn)
		defer cancel()
		stopped <- h.Shutdown(end)
	}()
	if err := h.Serve(server.Limit(l, maxConnections)); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	if err := <-stopped; err != nil {
		s.Log.Warn("requests were cut off", "error", err)
		return h.Close()
	}
	return nil
}

// maxConnections is how many connections are open at a time; others wait.
const maxConnections = 4096

// greet says where the platform is, and how to begin.
func (s *serveFlags) greet(ctx context.Context, w io.Writer, p *server.Platform, address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	url := p.PublicURL
	if url == "" {
		url = "http://" + net.JoinHostPort(host, port)
	}
	fmt.Fprintf(w, "畅融已启动：%s\n", url)
	code, err := p.Begins(ctx)
	if err != nil {
		return err
	}
	if code != "" {
		fmt.Fprintf(w, "平台还没有账号。请打开上述地址建立首批管理员，初始化码：%s\n", code)
	}
	demo, err := p.DemoAccounts(ctx)
	switch {
	case err != nil:
		return err
	case demo > 0 && !s.Demo:
		fmt.Fprintln(w, "注意：库中有 "+strconv.Itoa(demo)+" 个演示账号，它们不能登录")
	case s.Demo:
		fmt.Fprintln(w, "注意：演示账号可以登录，不得用于正式环境")
	}
	return nil
}
