package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"changrong/internal/adapter/bankside"
	"changrong/internal/adapter/crypto"
	"changrong/internal/adapter/webhook"
	"changrong/internal/base/fault"
	"changrong/internal/server/conformance"

	"github.com/spf13/cobra"
)

// bankFlags are the reference bank.
type bankFlags struct {
	platform, keyID, key, secret, rules, data, listen string
	demo                                              string
	print                                             bool
}

func bankCommand() *cobra.Command {
	var f bankFlags
	c := &cobra.Command{
		Use: "bank", Short: "运行参考银行：按规则答复受理件的银行系统，供试用和银行对接时参照", Args: cobra.NoArgs,
		Example: "  changrong bank --print > rules.yaml\n" +
			"  changrong bank --platform https://platform.example --key-id 密钥编号 --key bank.pem --secret-file secret.txt --rules rules.yaml --data bank --listen 127.0.0.1:8431",
		RunE: func(c *cobra.Command, _ []string) error {
			if f.print {
				_, err := io.WriteString(c.OutOrStdout(), bankside.Example())
				return err
			}
			for name, value := range map[string]string{"platform": f.platform, "key-id": f.keyID, "key": f.key, "secret-file": f.secret, "rules": f.rules, "data": f.data} {
				if value == "" {
					return usageError{fmt.Errorf("required flag(s) %q not set", name)}
				}
			}
			return f.serve(c.Context(), c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	flags := c.Flags()
	flags.StringVar(&f.platform, "platform", "", "平台的地址 https://主机")
	flags.StringVar(&f.keyID, "key-id", "", "在平台登记的密钥编号")
	flags.StringVar(&f.key, "key", "", "私钥文件（PKCS #8，PEM）")
	flags.StringVar(&f.secret, "secret-file", "", "推送密钥文件，每行一个；更换期间写新旧两个")
	flags.StringVar(&f.rules, "rules", "", "规则文件；用 --print 得到一份样例")
	flags.StringVar(&f.data, "data", "", "数据文件夹")
	flags.StringVar(&f.listen, "listen", "127.0.0.1:8431", "监听地址；推送地址为 /hooks")
	flags.StringVar(&f.demo, "demo-data", "", demoData)
	flags.BoolVar(&f.print, "print", false, "只显示规则样例")
	return c
}

// readFile reads a file that a flag names.
func readFile(path string) ([]byte, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	return b, nil
}

// open opens a file that a flag names.
func open(name string) (*os.File, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, unreadable(name, err)
	}
	return f, nil
}

// unreadable says that a file cannot be read.
func unreadable(path string, err error) error {
	return fault.New(fault.NotFound, "file.read", "文件无法读取", "the file cannot be read").In(fault.Place{File: path}).Because(err)
}

// hookSecrets reads the secrets of messages, one a line.
func hookSecrets(path string) (secrets [][]byte, err error) {
	text, err := readFile(path)
	if err != nil {
		return nil, err
	}
	for line := range strings.FieldsSeq(string(text)) {
		secret, err := webhook.ParseSecret(line)
		if err != nil {
			return nil, err
		}
		secrets = append(secrets, secret)
	}
	if len(secrets) == 0 {
		_, err = webhook.ParseSecret("")
	}
	return secrets, err
}

func (f *bankFlags) serve(ctx context.Context, out, log io.Writer) error {
	text, err := readFile(f.key)
	if err != nil {
		return err
	}
	key, err := bankside.ParseKey(text)
	if err != nil {
		return err
	}
	secrets, err := hookSecrets(f.secret)
	if err != nil {
		return err
	}
	rules, err := bankside.OpenRules(f.rules)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(f.data, 0o700); err != nil {
		return fault.Newf(fault.Unavailable, "bank.data", "数据文件夹 %s 无法使用", "the folder %s cannot be used", f.data).Because(err)
	}
	book, err := bankside.OpenBook(ctx, f.data)
	if err != nil {
		return err
	}
	defer book.Close()
	now, err := clockOf(f.demo)
	if err != nil {
		return err
	}
	bank, err := bankside.New(&bankside.Bank{
		Rules: rules, Client: &bankside.Client{Base: f.platform, KeyID: f.keyID, Key: key, Now: now}, Book: book, Secrets: secrets,
		Now: now, NewID: crypto.NewID, Log: slog.New(slog.NewTextHandler(log, nil)),
	})
	if err != nil {
		return err
	}
	l, err := listen(f.listen)
	if err != nil {
		return err
	}
	defer l.Close()
	fmt.Fprintf(out, "参考银行：http://%s%s\n", l.Addr(), bankside.HookPath)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	worked := make(chan error, 1)
	go func() { worked <- bank.Run(ctx) }()
	err = serveAll(ctx, map[net.Listener]http.Handler{l: bank.Handler()})
	stop()
	return errors.Join(err, <-worked)
}

// conformanceFlags are a look at a bank's side.
type conformanceFlags struct {
	bank, listen, public, keyID, secret, json string
	patience, silence                         time.Duration
}

func conformanceCommand() *cobra.Command {
	var f conformanceFlags
	c := &cobra.Command{
		Use: "conformance", Short: "检查银行一侧的系统是否符合 docs/bank-api.md：运行一个沙箱平台，逐条给出结果", Args: cobra.NoArgs,
		Example: "  changrong conformance --bank http://127.0.0.1:8431/hooks --listen 127.0.0.1:8430 --public bank.pub --secret-file secret.txt --json report.json",
		RunE:    func(c *cobra.Command, _ []string) error { return f.run(c.Context(), c.OutOrStdout()) },
	}
	flags := c.Flags()
	flags.StringVar(&f.bank, "bank", "", "银行接收推送的地址")
	flags.StringVar(&f.listen, "listen", "127.0.0.1:8430", "沙箱平台的监听地址，银行的系统向它发请求")
	flags.StringVar(&f.public, "public", "", "银行的公钥文件（PEM）")
	flags.StringVar(&f.keyID, "key-id", "conformance", "银行签名时用的密钥编号")
	flags.StringVar(&f.secret, "secret-file", "", "推送密钥文件；没有则生成")
	flags.StringVar(&f.json, "json", "", "把结果写到这个文件（JSON）")
	flags.DurationVar(&f.patience, "patience", time.Minute, "每一步等多久")
	flags.DurationVar(&f.silence, "silence", 2*time.Second, "不应有动作时，观察多久")
	mustHave(c, "bank", "public", "secret-file")
	return c
}

// shared returns the secret of messages, which is made when there is none.
func (f *conformanceFlags) shared() ([]byte, error) {
	if _, err := os.Stat(f.secret); errors.Is(err, fs.ErrNotExist) {
		text := webhook.Secrets{HMAC: []byte(crypto.NewSecret())[:32]}.Secret()
		if err := os.WriteFile(f.secret, []byte(text+"\n"), 0o600); err != nil {
			return nil, fault.New(fault.Unavailable, "file.write", "文件无法写入", "the file cannot be written").In(fault.Place{File: f.secret}).Because(err)
		}
	}
	secrets, err := hookSecrets(f.secret)
	if err != nil {
		return nil, err
	}
	return secrets[0], nil
}

func (f *conformanceFlags) run(ctx context.Context, out io.Writer) error {
	public, err := readFile(f.public)
	if err != nil {
		return err
	}
	secret, err := f.shared()
	if err != nil {
		return err
	}
	s, err := conformance.Open(ctx, conformance.Options{
		Bank: f.bank, KeyID: f.keyID, Public: string(public), Secret: secret, Patience: f.patience, Silence: f.silence, Now: time.Now,
		Said: func(what string) { fmt.Fprintln(out, "·", what) },
	})
	if err != nil {
		return err
	}
	l, err := listen(f.listen)
	if err != nil {
		return errors.Join(err, s.Close())
	}
	fmt.Fprintf(out, "沙箱平台：http://%s（密钥编号 %s，推送密钥 %s）\n", l.Addr(), f.keyID, f.secret)
	serving, stop := context.WithCancel(ctx)
	served := make(chan error, 1)
	go func() { served <- serveAll(serving, map[net.Listener]http.Handler{l: s}) }()
	r, err := s.Run(ctx)
	stop()
	if err = errors.Join(err, <-served, s.Close()); err != nil {
		return err
	}
	return f.tell(out, r)
}

// tell prints what was found, and writes it where it was asked for.
func (f *conformanceFlags) tell(out io.Writer, r *conformance.Report) error {
	if err := r.Write(out); err != nil {
		return err
	}
	if f.json != "" {
		b, err := json.MarshalIndent(r, "", "  ")
		if err != nil {
			return err
		}
		if err := os.WriteFile(f.json, append(b, '\n'), 0o600); err != nil {
			return fault.New(fault.Unavailable, "file.write", "文件无法写入", "the file cannot be written").In(fault.Place{File: f.json}).Because(err)
		}
	}
	if len(r.Failed()) > 0 {
		return errReported
	}
	return nil
}
