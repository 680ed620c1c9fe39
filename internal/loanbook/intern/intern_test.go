package intern

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// TestLikeAMap: a Table is a map of (space, text) that numbers in order.
func TestLikeAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type key struct {
			space uint32
			text  string
		}
		var tab Table
		numbers := map[key]uint32{}
		for range rapid.IntRange(0, 300).Draw(t, "n") {
			k := key{rapid.Uint32Range(0, 2).Draw(t, "space"), rapid.StringMatching(`[ab]{0,6}`).Draw(t, "text")}
			want, known := numbers[k]
			if id, ok := tab.FindIn(k.space, []byte(k.text)); ok != known || ok && id != want {
				t.Fatalf("FindIn(%v) = %d, %v; want %d, %v", k, id, ok, want, known)
			}
			id, fresh := tab.AddIn(k.space, []byte(k.text))
			if !known {
				want = uint32(len(numbers))
				numbers[k] = want
			}
			if id != want || fresh == known {
				t.Fatalf("AddIn(%v) = %d, %v; want %d, %v", k, id, fresh, want, !known)
			}
		}
		for k, id := range numbers {
			if string(tab.Text(id)) != k.text || tab.Space(id) != k.space {
				t.Fatalf("text %d is %q in %d, want %v", id, tab.Text(id), tab.Space(id), k)
			}
		}
		if tab.Len() != len(numbers) || tab.Full() {
			t.Fatalf("%d texts, want %d", tab.Len(), len(numbers))
		}
	})
}

func BenchmarkFind(b *testing.B) {
	var tab Table
	texts := make([][]byte, 1<<20)
	for i := range texts {
		texts[i] = fmt.Appendf(nil, "JJ2021%010d", i)
		tab.AddIn(uint32(i&15), texts[i])
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		j := i * 7919 & (1<<20 - 1)
		tab.FindIn(uint32(j&15), texts[j])
	}
}
