package reference

import (
	"fmt"
	"strings"

	"changrong/internal/adapter/connect"
)

// Config returns the file of departments (package departments) that leads to a server of
// a seed at an address.
func Config(seed uint64, address string) string {
	address = strings.TrimSuffix(address, "/")
	var b strings.Builder
	b.WriteString("# 参考部门服务（种子 " + fmt.Sprint(seed) + "）：仅供试用和测试，不含任何真实数据\ndepartments:\n")
	for _, d := range departments() {
		at := address + "/" + d.id
		fmt.Fprintf(&b, "  - id: %s\n    address: %s\n    plain_http: true\n    requester: %s\n    secret: %s\n", d.id, at, Requester, Secret(seed, d.id))
		if d.scheme != connect.NationalScheme {
			continue
		}
		fmt.Fprintf(&b, "    key_service: %s%s\n    services:\n", at, KeyPath)
		for _, s := range d.services {
			fmt.Fprintf(&b, "      %s: %s\n", s.dataset, ServiceID(s.dataset))
		}
	}
	return b.String()
}
