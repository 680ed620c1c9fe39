package crypto

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"changrong/internal/base/fault"
)

// Ring is a Module whose keys are in a file that nobody but the server may read.
// Whoever has the file and the database has everything: keep copies of the two apart.
type Ring struct {
	path string
	mu   sync.RWMutex
	keys []key // of a suite and use, the last is the current one
}

// key is one key of a ring, as the file keeps it.
type key struct {
	ID     string `json:"id"`
	Suite  Suite  `json:"suite"`
	Use    Use    `json:"use"`
	Secret []byte `json:"secret"`
}

// ringFile is the form of the file.
type ringFile struct {
	Form int   `json:"form"` // 1
	Keys []key `json:"keys"`
}

// maxRing is how many bytes a ring's file may have: some ten thousand keys.
const maxRing = 4 << 20

// OpenRing opens the ring in the file at path. Where there is none it makes one, of
// mode 0600. The ring gets keys of suite s where it has none.
//
// Errors: crypto.ring_open (others may read the file), crypto.ring.
func OpenRing(path string, s Suite) (*Ring, error) {
	if !s.Valid() {
		return nil, fault.Invalidf("crypto.suite", "没有“%s”这套密码算法，可用 intl 或 gm", "there is no suite %q; there are intl and gm", fault.Clip(string(s)))
	}
	r := &Ring{path: path}
	if err := r.load(); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if _, err := r.Current(s, ForSeal); err == nil {
		return r, nil
	}
	return r, r.Rotate(s)
}

// Rotate adds new keys of a suite, which are used from now on. The others stay:
// what they sealed opens, what they signed verifies.
//
// Errors: crypto.ring.
func (r *Ring) Rotate(s Suite) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	keys := slices.Clone(r.keys)
	for _, use := range []Use{ForSeal, ForMAC, ForSign} {
		secret, err := newKey(s, use)
		if err != nil {
			return err
		}
		keys = append(keys, key{ID: fmt.Sprintf("%s-%s-%s", s, use, NewID()), Suite: s, Use: use, Secret: secret})
	}
	if err := save(r.path, keys); err != nil {
		return badRing(r.path, err)
	}
	r.keys = keys
	return nil
}

// newKey makes the secret of a key.
func newKey(s Suite, use Use) ([]byte, error) {
	if s == GM && use == ForSign {
		return newSM2Key()
	}
	n := 32
	if s == GM && use == ForSeal {
		n = 16 // SM4 has 128 bits
	}
	b := make([]byte, n)
	_, err := rand.Read(b)
	return b, err
}

func (r *Ring) load() error {
	info, err := os.Stat(r.path)
	if err != nil {
		return err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return fault.Newf(fault.Forbidden, "crypto.ring_open", "密钥文件 %s 可被他人读取（%s），请改为 0600", "the key ring %s may be read by others (%s); make it 0600", r.path, info.Mode().Perm())
	}
	if info.Size() > maxRing {
		return badRing(r.path, errors.New("the file is too large"))
	}
	b, err := os.ReadFile(r.path)
	if err != nil {
		return badRing(r.path, err)
	}
	r.keys, err = parseRing(b)
	if err != nil {
		return badRing(r.path, err)
	}
	return nil
}

// parseRing reads a ring's file.
func parseRing(b []byte) ([]key, error) {
	var f ringFile
	if err := json.Unmarshal(b, &f); err != nil {
		return nil, err
	}
	if f.Form != 1 {
		return nil, fmt.Errorf("form %d", f.Form)
	}
	seen := map[string]bool{}
	for i := range f.Keys {
		k := &f.Keys[i]
		if k.ID == "" || len(k.ID) > 255 || seen[k.ID] {
			return nil, fmt.Errorf("the id of key %d", i+1)
		}
		seen[k.ID] = true
		if err := k.check(); err != nil {
			return nil, fmt.Errorf("key %s: %w", fault.Clip(k.ID), err)
		}
	}
	return f.Keys, nil
}

func badRing(path string, err error) error {
	return fault.Newf(fault.Unavailable, "crypto.ring", "密钥文件 %s 无法读写", "the key ring %s cannot be read or written", path).Because(err)
}

// save writes the whole file beside the old one and puts it in its place, so that
// no failure leaves half a ring.
func save(path string, keys []key) error {
	b, err := json.MarshalIndent(ringFile{Form: 1, Keys: keys}, "", "  ")
	if err != nil {
		return err
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".keys-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(append(b, '\n'))
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// find returns a key by its id.
func (r *Ring) find(id string, use Use) (*key, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for i := range r.keys {
		if k := &r.keys[i]; k.ID == id && k.Use == use {
			return k, nil
		}
	}
	return nil, noKey(id)
}

// Current implements Module.
func (r *Ring) Current(s Suite, use Use) (string, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, k := range slices.Backward(r.keys) {
		if k.Suite == s && k.Use == use {
			return k.ID, nil
		}
	}
	return "", noKey(string(s) + "-" + string(use))
}

// MAC implements Module.
func (r *Ring) MAC(id string, data []byte) ([]byte, error) {
	k, err := r.find(id, ForMAC)
	if err != nil {
		return nil, err
	}
	return k.mac(data), nil
}

// Sign implements Module.
func (r *Ring) Sign(id string, data []byte) ([]byte, error) {
	k, err := r.find(id, ForSign)
	if err != nil {
		return nil, err
	}
	return k.sign(data)
}

// Verify implements Module.
func (r *Ring) Verify(id string, data, signature []byte) (bool, error) {
	k, err := r.find(id, ForSign)
	if err != nil {
		return false, err
	}
	return k.verify(data, signature)
}

// Public implements Module.
func (r *Ring) Public(id string) ([]byte, error) {
	k, err := r.find(id, ForSign)
	if err != nil {
		return nil, err
	}
	return k.public()
}

// Publics implements Module.
func (r *Ring) Publics() (all []Public) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for i := range r.keys {
		k := &r.keys[i]
		if k.Use != ForSign {
			continue
		}
		public, err := k.public()
		if err != nil { // what was read or made has been checked
			panic(err)
		}
		all = append(all, Public{k.ID, k.Suite, public})
	}
	return all
}

// Seal implements Module.
func (r *Ring) Seal(id string, plain, ad []byte) ([]byte, error) {
	k, err := r.find(id, ForSeal)
	if err != nil {
		return nil, err
	}
	c, err := k.aead()
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, c.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return nil, err
	}
	return c.Seal(nonce, nonce, plain, ad), nil
}

// Open implements Module.
func (r *Ring) Open(id string, sealed, ad []byte) ([]byte, error) {
	k, err := r.find(id, ForSeal)
	if err != nil {
		return nil, err
	}
	c, err := k.aead()
	if err != nil {
		return nil, err
	}
	if len(sealed) < c.NonceSize() {
		return nil, broken(errors.New("too short"))
	}
	plain, err := c.Open(nil, sealed[:c.NonceSize()], sealed[c.NonceSize():], ad)
	if err != nil {
		return nil, broken(err)
	}
	return plain, nil
}
