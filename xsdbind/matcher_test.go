package xsdbind

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

// modelMaker makes random content models, each element with a name of its own: one letter.
type modelMaker struct {
	r     *rand.Rand
	next  byte
	plain bool // as generators make tables: what repeats is an element or a group of its own
}

func (m *modelMaker) make(t *Type, depth int, repeated bool) {
	at := len(t.Model)
	q := Particle{Min: int32(m.r.IntN(2)), Max: 1}
	if m.r.IntN(3) == 0 && !repeated {
		q.Max = []int32{2, 3, Unbounded}[m.r.IntN(3)]
		if q.Max != Unbounded && m.r.IntN(3) == 0 {
			q.Min = 2
		}
	}
	if depth == 0 || m.r.IntN(3) == 0 {
		q.Op, q.Field = OpElement, uint16(len(t.Fields))
		t.Fields = append(t.Fields, Field{Name: string(rune(m.next)), Go: string(rune(m.next)), Kind: KindString})
		m.next++
		t.Model = append(t.Model, q)
		return
	}
	kids := 1 + m.r.IntN(3)
	kind := m.r.IntN(4)
	if m.plain && kind != 1 {
		q.Max, q.Min = 1, min(q.Min, 1)
	}
	switch kind {
	case 0:
		q.Op = OpChoice
	case 1:
		// A group: rounds of another type's model.
		g := &Type{Name: "group", Flags: FlagGroup}
		if m.plain {
			q.Min, q.Max = min(q.Min, 1), Unbounded // counts of repeats in repeats are not deterministic
		}
		q.Op, q.Field = OpGroup, uint16(len(t.Fields))
		t.Fields = append(t.Fields, Field{Go: fmt.Sprintf("G%d", at), Where: WhereGroup, Flags: FlagList, Group: g})
		t.Model = append(t.Model, q)
		g.Model = append(g.Model, Particle{Op: []Op{OpSequence, OpChoice}[m.r.IntN(2)], Min: 1, Max: 1})
		for range kids {
			m.make(g, depth-1, repeated || q.Max != 1)
		}
		g.Model[0].Len = uint16(len(g.Model) - 1)
		return
	default:
		q.Op = OpSequence
	}
	t.Model = append(t.Model, q)
	for range kids {
		m.make(t, depth-1, repeated || q.Max != 1)
	}
	t.Model[at].Len = uint16(len(t.Model) - 1 - at)
}

// expression is the model as a regular expression over the letters: an oracle that has nothing of the matcher.
func expression(t *Type, at int) string {
	q := &t.Model[at]
	s := ""
	switch q.Op {
	case OpElement:
		s = t.Fields[q.Field].Name
	case OpGroup:
		s = expression(t.Fields[q.Field].Group, 0)
	default:
		var kids []string
		for k := at + 1; k <= at+int(q.Len); k += 1 + int(t.Model[k].Len) {
			kids = append(kids, expression(t, k))
		}
		sep := ""
		if q.Op == OpChoice {
			sep = "|"
		}
		s = strings.Join(kids, sep)
	}
	hi := ""
	if q.Max != Unbounded {
		hi = fmt.Sprint(q.Max)
	}
	return fmt.Sprintf("(?:%s){%d,%s}", s, q.Min, hi)
}

// TestMatcherAgainstRegexp compares the matcher with regular expressions, on random models and random words.
func TestMatcherAgainstRegexp(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	valid := 0
	for range 1500 {
		mk := modelMaker{r: r, next: 'a'}
		typ := &Type{Name: "T", Model: []Particle{{Op: []Op{OpSequence, OpChoice}[r.IntN(2)], Min: 1, Max: 1}}}
		for range 1 + r.IntN(3) {
			mk.make(typ, 2, false)
		}
		typ.Model[0].Len = uint16(len(typ.Model) - 1)
		if mk.next > 'z' {
			continue
		}
		expr := expression(typ, 0)
		re := regexp.MustCompile("^" + expr + "$")
		for range 60 {
			word := randomWord(r, typ, 0, int(mk.next-'a'))
			want := re.MatchString(word)
			if want {
				valid++
			}
			if got := matchWord(typ, word); got != want {
				t.Fatalf("%q against %s: %v, want %v", word, expr, got, want)
			}
		}
	}
	if valid < 5000 {
		t.Errorf("only %d words were valid: the test says little", valid)
	}
}

func matchWord(t *Type, word string) bool {
	var m matcher
	for i := range len(word) {
		if !m.accept(t, []byte(word[i:i+1]), "") {
			return false
		}
	}
	return m.end(t)
}

// randomWord makes a word of the model, and often spoils it.
func randomWord(r *rand.Rand, t *Type, at int, letters int) string {
	b := []byte(modelWord(r, t, at))
	for r.IntN(2) == 0 && letters > 0 {
		switch i := r.IntN(len(b) + 1); {
		case r.IntN(2) == 0 || len(b) == 0:
			b = append(b[:i], append([]byte{byte('a' + r.IntN(letters))}, b[i:]...)...)
		case i < len(b):
			b = append(b[:i], b[i+1:]...)
		}
	}
	return string(b)
}

func modelWord(r *rand.Rand, t *Type, at int) string {
	q := &t.Model[at]
	hi := int(q.Max)
	if hi == Unbounded {
		hi = int(q.Min) + 3
	}
	var b strings.Builder
	for range int(q.Min) + r.IntN(hi-int(q.Min)+1) {
		switch q.Op {
		case OpElement:
			b.WriteString(t.Fields[q.Field].Name)
		case OpGroup:
			b.WriteString(modelWord(r, t.Fields[q.Field].Group, 0))
		default:
			var kids []int
			for k := at + 1; k <= at+int(q.Len); k += 1 + int(t.Model[k].Len) {
				kids = append(kids, k)
			}
			if q.Op == OpChoice {
				b.WriteString(modelWord(r, t, kids[r.IntN(len(kids))]))
				continue
			}
			for _, k := range kids {
				b.WriteString(modelWord(r, t, k))
			}
		}
	}
	return b.String()
}

// TestMatcherAll: an xs:all is any order, each at most once.
func TestMatcherAll(t *testing.T) {
	typ := &Type{
		Fields: []Field{{Name: "a"}, {Name: "b"}, {Name: "c"}},
		Model: []Particle{
			{Op: OpAll, Min: 1, Max: 1, Len: 3},
			{Op: OpElement, Min: 1, Max: 1}, {Op: OpElement, Max: 1, Field: 1}, {Op: OpElement, Min: 1, Max: 1, Field: 2},
		},
	}
	for word, want := range map[string]bool{
		"ac": true, "ca": true, "bca": true, "cab": true, "abc": true,
		"": false, "a": false, "ab": false, "aca": false, "acbb": false, "acd": false,
	} {
		if got := matchWord(typ, word); got != want {
			t.Errorf("%q: %v, want %v", word, got, want)
		}
	}
	typ.Model[0].Min = 0
	if !matchWord(typ, "") {
		t.Error("an optional xs:all does not allow nothing")
	}
}

func TestWildcardAdmits(t *testing.T) {
	for _, test := range []struct {
		w    *Wildcard
		want string // of "", own, other: those that are admitted
	}{
		{nil, "|own|other|"},
		{&Wildcard{Any: true}, "|own|other|"},
		{&Wildcard{Not: true, Spaces: []string{"own", ""}}, "other|"},
		{&Wildcard{Spaces: []string{""}}, "|"},
		{&Wildcard{Spaces: []string{"own", "third"}}, "own|"},
	} {
		got := ""
		for _, space := range []string{"", "own", "other"} {
			if test.w.admits(space) {
				got += space + "|"
			}
		}
		if got != test.want {
			t.Errorf("%+v admits %s, want %s", test.w, got, test.want)
		}
	}
}
