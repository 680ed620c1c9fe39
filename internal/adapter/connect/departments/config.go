package departments

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"changrong/internal/adapter/connect"
	"changrong/internal/adapter/gateway"
	"changrong/internal/adapter/httpsig"
	"changrong/internal/policy/strict"

	"github.com/emmansun/gmsm/smx509"
)

// SecretPrefix begins the names of the environment that hold departments' secrets:
// CHANGRONG_DEPARTMENT_SECRET_TAX. They go before what the file says.
const SecretPrefix = "CHANGRONG_DEPARTMENT_SECRET_"

// Options are what a Router is opened with beside its file.
type Options struct {
	Env func(name string) (string, bool)
	Now func() time.Time
	// Transport, where there is one, is what all clients send with; a test brings one.
	Transport http.RoundTripper
	// Changed is told when a department's breaker opens and closes.
	Changed func(title string, open bool)
	// More are connectors beside All.
	More []*connect.Connector
}

// The file, in YAML or JSON.
type (
	fileDoc struct {
		Departments []departmentDoc `yaml:"departments" required:"true" doc:"接入的部门"`
	}
	departmentDoc struct {
		ID         strict.Word            `yaml:"id" required:"true" doc:"部门标识，如 tax"`
		Address    strict.Word            `yaml:"address" required:"true" doc:"接口地址，服务的路径接在其后"`
		Requester  strict.Word            `yaml:"requester" required:"true" doc:"请求方标识：交换平台的 rid，IRS 的 AK，或密钥编号 keyid"`
		Secret     strict.Word            `yaml:"secret" doc:"应用授权码、SK 或共享密钥；宜写在环境变量中"`
		KeyFile    strict.Word            `yaml:"key_file" doc:"私钥文件（PKCS #8，PEM），代替共享密钥"`
		KeyService strict.Word            `yaml:"key_service" doc:"交换平台密钥服务的地址"`
		Services   map[string]strict.Word `yaml:"services" doc:"交换平台上每个数据集的服务标识 sid"`
		Timeout    strict.Whole           `yaml:"timeout_seconds" doc:"每次调用的时限，缺省 5 秒"`
		AtOnce     strict.Whole           `yaml:"at_once" doc:"同时调用数，缺省 8"`
		Failures   strict.Whole           `yaml:"breaker_failures" doc:"连续失败几次后暂停，缺省 5"`
		Rest       strict.Whole           `yaml:"breaker_seconds" doc:"暂停多少秒，缺省 30"`
		Authority  strict.Word            `yaml:"ca_file" doc:"对方证书的签发机构（PEM），缺省用系统的"`
		Plain      strict.Flag            `yaml:"plain_http" doc:"允许 http，仅限专线或本机"`
	}
)

// Limits of settings.
const (
	maxTimeout = 60 // seconds
	maxAtOnce  = 200
)

// Open reads the file of departments and returns the router to them. Nobody is called.
//
// Errors: those of strict.Read, connect.config, each placed in the file.
func Open(path string, o Options) (*Router, error) {
	var doc fileDoc
	if err := strict.Read(os.DirFS(filepath.Dir(path)), filepath.Base(path), &doc); err != nil {
		return nil, err
	}
	return newRouter(&doc, filepath.Dir(path), o)
}

// Parse is Open of a file that has been read.
//
// Errors: those of strict.Decode, connect.config.
func Parse(text []byte, o Options) (*Router, error) {
	var doc fileDoc
	if err := strict.Decode(text, &doc); err != nil {
		return nil, err
	}
	return newRouter(&doc, ".", o)
}

func newRouter(doc *fileDoc, folder string, o Options) (*Router, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Env == nil {
		o.Env = os.LookupEnv
	}
	r := &Router{routes: map[string]*route{}, clients: map[string]*connect.Client{}}
	for i := range doc.Departments {
		if err := r.add(&doc.Departments[i], folder, &o); err != nil {
			r.Close()
			return nil, err
		}
	}
	return r, nil
}

// add connects one department.
func (r *Router) add(d *departmentDoc, folder string, o *Options) error {
	all := append(All(), o.More...)
	i := slices.IndexFunc(all, func(c *connect.Connector) bool { return c.ID == d.ID.Text })
	if i < 0 {
		return d.ID.Wrong("connect.config", "没有这个部门的连接器", "there is no connector of that name")
	}
	c := all[i]
	if r.clients[c.ID] != nil {
		return d.ID.Wrong("connect.config", "部门重复", "the department stands twice")
	}
	base, err := d.url(d.Address)
	if err != nil {
		return err
	}
	settings := connect.Settings{
		Title: c.Source, Base: base, AtOnce: d.AtOnce.N, Failures: d.Failures.N, Timeout: time.Duration(d.Timeout.N) * time.Second, Rest: time.Duration(d.Rest.N) * time.Second,
		Transport: o.Transport, Now: o.Now, Changed: o.Changed,
	}
	switch {
	case d.Timeout.N > maxTimeout:
		return d.Timeout.Wrong("connect.config", "时限至多 60 秒", "at most 60 seconds")
	case d.AtOnce.N > maxAtOnce:
		return d.AtOnce.Wrong("connect.config", "同时调用数至多 200", "at most 200 calls at a time")
	}
	if !d.Authority.Blank() {
		if settings.TLS, err = d.trusted(folder); err != nil {
			return err
		}
	}
	client := connect.NewClient(settings)
	r.clients[c.ID] = client
	for name := range d.Services {
		if c.Service(name) == nil {
			return d.Services[name].Wrong("connect.config", "这个部门没有这项数据："+name, "the department has no dataset "+name)
		}
	}
	for i := range c.Services {
		signer, err := d.signer(c, &c.Services[i], folder, o)
		if err != nil {
			return err
		}
		r.routes[c.Services[i].Dataset] = &route{c, &c.Services[i], client, signer}
	}
	return nil
}

// url reads an address: https, or http where that is allowed.
func (d *departmentDoc) url(w strict.Word) (*url.URL, error) {
	u, err := url.Parse(w.Text)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Scheme != "https" && u.Scheme != "http":
		return nil, w.Wrong("connect.config", "应为地址，如 https://gw.example.cn/api", "it must be an address like https://gw.example.cn/api")
	case u.Scheme == "http" && !d.Plain.On:
		return nil, w.Wrong("connect.config", "http 未加密：专线或本机须写明 plain_http: true", "http is not encrypted: say plain_http: true on a private line")
	}
	return u, nil
}

func (d *departmentDoc) trusted(folder string) (*tls.Config, error) {
	b, err := readFile(folder, d.Authority)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(b) {
		return nil, d.Authority.Wrong("connect.config", "文件中没有证书", "there is no certificate in the file")
	}
	return &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, nil
}

// secret returns the department's secret: from the environment, else from the file.
func (d *departmentDoc) secret(o *Options) (string, error) {
	name := SecretPrefix + strings.ToUpper(d.ID.Text)
	if s, ok := o.Env(name); ok && s != "" {
		return s, nil
	}
	if d.Secret.Blank() {
		return "", d.ID.Wrong("connect.config", "缺少密钥：请写在环境变量 "+name+" 中", "there is no secret; put it into "+name)
	}
	return d.Secret.Text, nil
}

// signer makes what shows who asks for a dataset.
func (d *departmentDoc) signer(c *connect.Connector, s *connect.Service, folder string, o *Options) (connect.Signer, error) {
	if !d.KeyFile.Blank() && c.Scheme == connect.MessageScheme {
		key, err := d.private(folder)
		return &connect.Message{KeyID: d.Requester.Text, Key: key, Now: o.Now}, err
	}
	secret, err := d.secret(o)
	if err != nil {
		return nil, err
	}
	switch c.Scheme {
	case connect.GatewayScheme:
		return &connect.Gateway{Key: gateway.Key{Access: d.Requester.Text, Secret: secret}, Now: o.Now}, nil
	case connect.MessageScheme:
		return &connect.Message{KeyID: d.Requester.Text, Key: []byte(secret), Now: o.Now}, nil
	}
	if d.KeyService.Blank() {
		return nil, d.ID.Wrong("connect.config", "缺少密钥服务的地址 key_service", "key_service is missing")
	}
	at, err := d.url(d.KeyService)
	if err != nil {
		return nil, err
	}
	sid, ok := d.Services[s.Dataset]
	if !ok {
		return nil, d.ID.Wrong("connect.config", "services 中缺少 "+s.Dataset+" 的服务标识", "services lacks the id of "+s.Dataset)
	}
	return &connect.National{Title: c.Source, Requester: d.Requester.Text, Service: sid.Text, AppKey: secret, KeyURL: at, Now: o.Now}, nil
}

// private reads the private key of signed messages.
func (d *departmentDoc) private(folder string) (httpsig.Private, error) {
	b, err := readFile(folder, d.KeyFile)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(b)
	if block == nil || block.Type != "PRIVATE KEY" {
		return nil, d.KeyFile.Wrong("connect.config", "应为 PKCS #8 私钥（PEM）", "it must be a private key in PKCS #8 (PEM)")
	}
	key, err := smx509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, d.KeyFile.Wrong("connect.config", "私钥无法识别", "the private key cannot be read")
	}
	return key, nil
}

// maxKeyFile is how many bytes a file of keys or certificates has at most.
const maxKeyFile = 1 << 20

func readFile(folder string, w strict.Word) ([]byte, error) {
	path := w.Text
	if !filepath.IsAbs(path) {
		path = filepath.Join(folder, path)
	}
	if st, err := os.Stat(path); err != nil || st.Size() > maxKeyFile {
		return nil, w.Wrong("connect.config", "文件无法读取", "the file cannot be read")
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, w.Wrong("connect.config", "文件无法读取", "the file cannot be read")
	}
	return b, nil
}
