package server

import (
	"os"
	"strings"
	"syscall"

	"changrong/internal/adapter/crypto"
)

// nameOf returns what this server is called, the same each time it starts with this
// data folder on this machine, so that it knows as its own what it had begun when it
// was killed. A second server of the same folder, and one of a folder copied to
// another machine, has another name. free lets go of the name.
func (p *Platform) nameOf() (name string, free func()) {
	name, free = crypto.NewID(), func() {}
	host, err := os.Hostname()
	if err != nil {
		return name, free
	}
	free, err = flock(p.in(nameFile), syscall.LOCK_EX)
	if err != nil {
		return name, func() {}
	}
	if b, err := os.ReadFile(p.in(nameFile)); err == nil {
		if was, of, ok := strings.Cut(strings.TrimSuffix(string(b), "\n"), " "); ok && of == host && len(was) == len(name) {
			return was, free
		}
	}
	if err := os.WriteFile(p.in(nameFile), []byte(name+" "+host+"\n"), 0o600); err != nil {
		p.Log.Warn("the name of this server is not kept; what it begins goes on later when it is killed", "error", err)
	}
	return name, free
}
