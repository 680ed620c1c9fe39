package book

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"changrong/internal/fact"
	"changrong/internal/settlement/columnar/vec"
)

// someKeys makes keys out of first parts and texts.
func someKeys(first []uint32, texts []string) *Keys {
	k := &Keys{first: first, off: []uint32{0}}
	for _, s := range texts {
		k.text += s
		k.off = append(k.off, uint32(len(k.text)))
	}
	k.level()
	return k
}

// TestDecoderFindsWhatAMapFinds looks texts up in any order, coded in any way.
func TestDecoderFindsWhatAMapFinds(t *testing.T) {
	column := fact.Lookup("loans").Column("loan_id")
	rapid.Check(t, func(t *rapid.T) {
		type key struct {
			first uint32
			text  string
		}
		format := rapid.SampledFrom([]string{"%d", "%05d"}).Draw(t, "format") // of different lengths, or of one
		n, step := rapid.IntRange(0, 300).Draw(t, "n"), rapid.IntRange(1, 30).Draw(t, "step")
		want := map[key]uint32{}
		var all []key
		for i := range n {
			all = append(all, key{uint32(i * 3 / max(1, n)), fmt.Sprintf(format, i*step)})
		}
		slices.SortFunc(all, func(a, b key) int {
			if a.first != b.first {
				return int(a.first) - int(b.first)
			}
			return strings.Compare(a.text, b.text)
		})
		var first []uint32
		var texts []string
		for i, k := range all {
			want[k] = uint32(i)
			first, texts = append(first, k.first), append(texts, k.text)
		}
		d := decoder{keys: someKeys(first, texts)}
		dict := rapid.SampledFrom([]uint64{0, 0, 7}).Draw(t, "dict")
		for range rapid.IntRange(1, 4).Draw(t, "batches") {
			v := fact.NewVector(column)
			var firsts []uint32
			var keys []key
			at := rapid.IntRange(0, n+1).Draw(t, "at")
			for range rapid.IntRange(0, 60).Draw(t, "rows") {
				at += rapid.SampledFrom([]int{0, 0, 1, 1, 1, 2, 17, -40, 120}).Draw(t, "move")
				k := key{uint32(rapid.IntRange(0, 2).Draw(t, "first")), fmt.Sprintf(format, at*step)}
				if at >= 0 && at < n && rapid.Bool().Draw(t, "there") {
					k = all[at]
				}
				keys, firsts = append(keys, k), append(firsts, k.first)
				v.AppendText([]byte(k.text))
			}
			if rapid.Bool().Draw(t, "coded") {
				index := make([]int32, v.Len())
				for i := range index {
					index[i] = int32(slices.IndexFunc(keys, func(k key) bool { return k.text == keys[i].text }))
				}
				v.Texts.Index = index
				if dict > 0 {
					dict++ // every batch has a dictionary of its own
				}
				v.Texts.Dict = dict
			}
			rows := make([]uint32, v.Len())
			d.decode(v, firsts, rows)
			for i, k := range keys {
				row, ok := want[k]
				if !ok {
					row = NotFound
				}
				if rows[i] != row {
					t.Fatalf("%v is in row %d, want %d", k, rows[i], row)
				}
			}
		}
	})
}

// TestDecoderKeepsADictionary: what an entry stands for may differ with the first
// part, and is remembered from batch to batch.
func TestDecoderKeepsADictionary(t *testing.T) {
	d := decoder{keys: someKeys([]uint32{0, 0, 1}, []string{"a", "b", "a"})}
	v := fact.NewVector(fact.Lookup("loans").Column("loan_id"))
	for _, s := range []string{"a", "b"} {
		v.AppendText([]byte(s))
	}
	v.Texts.Index, v.Texts.Dict = []int32{0, 1, 0, 0, 1}, 9
	v.SetLen(5)
	for range 2 {
		rows := make([]uint32, 5)
		d.decode(v, []uint32{0, 0, 1, 0, 1}, rows)
		if want := []uint32{0, 1, 2, 0, NotFound}; !slices.Equal(rows, want) {
			t.Errorf("rows are %v, want %v", rows, want)
		}
	}
}

func TestEmptyLinksSayWhatTheyMean(t *testing.T) {
	d := decoder{keys: someKeys(nil, []string{"", "p"})}
	for _, c := range []struct {
		column string
		want   []uint32
	}{
		{"project_id", []uint32{1, vec.NoRow}},
		{"branch_id", []uint32{1, vec.UnknownRow}},
	} {
		v := fact.NewVector(fact.Lookup("loans").Column(c.column))
		v.AppendText([]byte("p"))
		v.AppendEmpty()
		rows := make([]uint32, 2)
		d.decode(v, nil, rows)
		if !slices.Equal(rows, c.want) {
			t.Errorf("%s: rows are %v, want %v", c.column, rows, c.want)
		}
	}
}

func TestSortParallel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.Uint32(), 1, 100).Draw(t, "rows")
		want := slices.Sorted(slices.Values(rows))
		got, err := sortParallel(t.Context(), rapid.IntRange(1, 9).Draw(t, "workers"), rows, func(a, b uint32) int {
			switch {
			case a < b:
				return -1
			case a > b:
				return 1
			}
			return 0
		})
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("%v, %v", got, err)
		}
	})
}

// TestBucketsAreFixed: digests and partitions hang on them.
func TestBucketsAreFixed(t *testing.T) {
	for id, want := range map[string]uint8{"": 0xc5, "91331082MA2K1G1N3T": 0x9f} {
		if got := bucketOf(id); got != want {
			t.Errorf("%q is in bucket %#x, want %#x", id, got, want)
		}
	}
	for of := 1; of <= buckets; of++ {
		next := 0
		for p := range of {
			s := spanOf(p, of)
			if s.from != next || s.to < s.from {
				t.Fatalf("partition %d of %d is %v", p, of, s)
			}
			next = s.to
		}
		if next != buckets {
			t.Fatalf("%d partitions end at %d", of, next)
		}
	}
}
