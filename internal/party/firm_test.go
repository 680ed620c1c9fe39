package party

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestCoreOfNames(t *testing.T) {
	for name, want := range map[string]string{
		"浙江省台州市临海市宏达机械厂": "宏达机械厂", "浙江宏达机械有限公司": "宏达机械有限公司", "临海市杜桥镇好运小吃店": "好运小吃店", "临海宏达机械厂": "临海宏达机械厂", "宏达机械厂": "宏达机械厂",
		"临海市": "", "浙江省": "", "浙江": "浙江", "": "", "市场服务中心": "市场服务中心", "上海市静安区某店": "某店", "上海某店": "某店", "中国某公司": "某公司", "内蒙古自治区某厂": "某厂",
		"临海市\U00028c54\U00030729厂": "\U00028c54\U00030729厂", "🍀市某店": "某店", "  临海市某厂 ": "某厂",
	} {
		if got := Core(name); got != want {
			t.Errorf("%q: %q, not %q", name, got, want)
		}
	}
}

// TestCoreIsAnEnd: what is left of a name is its end, and of the beginning of a name
// what is left is found in what is left of the whole, or is its place.
func TestCoreIsAnEnd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringOf(rapid.SampledFrom([]rune("浙江省台州市临海县区镇宏达机械厂\U00028c54🍀"))).Draw(t, "name")
		core := Core(name)
		if !strings.HasSuffix(name, core) {
			t.Fatalf("%q: %q", name, core)
		}
	})
}
