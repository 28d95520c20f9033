package xsdbind

import (
	"errors"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/vbem-go/vbem/xsdtype"
)

// bag is a Struct for any table whose elements are strings.
type bag struct {
	t      *Type
	values []string
	set    []bool
	lists  [][]string
	groups []bags
	extra  *xsdtype.Extra
}

// bags is a List of them.
type bags struct {
	t     *Type
	items []*bag
}

func newBag(t *Type) *bag {
	n := len(t.Fields)
	b := &bag{t: t, values: make([]string, n), set: make([]bool, n), lists: make([][]string, n), groups: make([]bags, n)}
	for i := range t.Fields {
		b.groups[i].t = t.Fields[i].Group
	}
	return b
}

func (b *bag) XSDType() *Type { return b.t }

func (b *bag) XSDField(i int, alloc bool) any {
	if i == len(b.t.Fields) {
		return &b.extra
	}
	f := &b.t.Fields[i]
	switch {
	case f.Where == WhereGroup:
		return &b.groups[i]
	case f.Flags&FlagList != 0:
		return (*Strings[string])(&b.lists[i])
	case f.Flags&FlagRequired == 0 && !b.set[i] && !alloc:
		return (*string)(nil)
	}
	b.set[i] = b.set[i] || alloc
	return &b.values[i]
}

func (l *bags) Len() int     { return len(l.items) }
func (l *bags) At(i int) any { return l.items[i] }
func (l *bags) Append() any {
	l.items = append(l.items, newBag(l.t))
	return l.items[len(l.items)-1]
}
func (l *bags) Clear()      { l.items = []*bag{} }
func (l *bags) IsNil() bool { return l.items == nil }

// flags sets what a generator would: lists and required fields.
func flags(t *Type, at int, required bool) {
	q := &t.Model[at]
	required = required && q.Min > 0
	switch q.Op {
	case OpElement:
		f := &t.Fields[q.Field]
		if q.Max != 1 {
			f.Flags |= FlagList
		}
		if required {
			f.Flags |= FlagRequired
		}
		return
	case OpGroup:
		flags(t.Fields[q.Field].Group, 0, true)
		return
	}
	for k := at + 1; k <= at+int(q.Len); k += 1 + int(t.Model[k].Len) {
		flags(t, k, required && q.Op != OpChoice)
	}
}

// wordDocument writes each letter as an element.
func wordDocument(word string) []byte {
	var b strings.Builder
	b.WriteString("<T>")
	for _, c := range word {
		b.WriteString("<" + string(c) + ">" + "</" + string(c) + ">")
	}
	b.WriteString("</T>")
	return []byte(b.String())
}

var letter = regexp.MustCompile(`<([a-zA-Z])[ />]`)

// wordOf reads the letters back.
func wordOf(doc []byte) string {
	var b strings.Builder
	for _, m := range letter.FindAllSubmatch(doc, -1) {
		if m[1][0] != 'T' {
			b.Write(m[1])
		}
	}
	return b.String()
}

// TestRandomModels runs all of the codec on random tables: strict mode accepts what the model's regular expression does, keeps
// its order, and Validate agrees; lenient mode loses nothing, and an unknown element comes back to its place.
func TestRandomModels(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	valid, invalid, inserted := 0, 0, 0
	for range 800 {
		mk := modelMaker{r: r, next: 'a', plain: true}
		typ := &Type{Name: "T", Go: "T", Root: "T", Model: []Particle{{Op: []Op{OpSequence, OpChoice}[r.IntN(2)], Min: 1, Max: 1}}}
		for range 1 + r.IntN(3) {
			mk.make(typ, 2, false)
		}
		typ.Model[0].Len = uint16(len(typ.Model) - 1)
		if mk.next > 'z' {
			continue
		}
		flags(typ, 0, true)
		expr := expression(typ, 0)
		re := regexp.MustCompile("^" + expr + "$")
		for range 30 {
			word := randomWord(r, typ, 0, int(mk.next-'a'))
			strict := newBag(typ)
			strictErr := UnmarshalXML(wordDocument(word), strict, Strict())
			if re.MatchString(word) {
				valid++
				if strictErr != nil {
					t.Fatalf("%q of %s: %v", word, expr, strictErr)
				}
				if err := Validate(strict); err != nil {
					t.Fatalf("%q of %s: Validate: %v", word, expr, err)
				}
				out, err := MarshalXML(strict)
				if err != nil || wordOf(out) != word {
					t.Fatalf("%q of %s: written as %s, %v", word, expr, out, err)
				}
				at := r.IntN(len(word) + 1)
				with := word[:at] + "Z" + word[at:]
				lenient := newBag(typ)
				if err := UnmarshalXML(wordDocument(with), lenient); err != nil {
					t.Fatalf("%q of %s: %v", with, expr, err)
				}
				if out, err := MarshalXML(lenient); err != nil || wordOf(out) != with {
					t.Fatalf("%q of %s: written as %s, %v", with, expr, out, err)
				}
				inserted++
				continue
			}
			invalid++
			var e *Error
			if !errors.As(strictErr, &e) || e.Line == 0 || e.Path == "" {
				t.Fatalf("%q of %s: %v", word, expr, strictErr)
			}
			lenient := newBag(typ)
			if err := UnmarshalXML(wordDocument(word), lenient); err != nil {
				if !strings.Contains(err.Error(), "occurs twice") {
					t.Fatalf("%q of %s: %v", word, expr, err)
				}
				continue
			}
			if out, err := MarshalXML(lenient); err == nil {
				if sortWord(wordOf(out)) != sortWord(word) {
					t.Fatalf("%q of %s: written as %s", word, expr, out)
				}
				if Validate(lenient) == nil && !re.MatchString(wordOf(out)) {
					t.Fatalf("%q of %s: written as %s, Validate: %v", word, expr, out, Validate(lenient))
				}
			} else if !errors.As(err, &e) || e.Rule != RuleChoice {
				t.Fatalf("%q of %s: %v", word, expr, err)
			}
		}
	}
	if valid < 2000 || invalid < 2000 || inserted < 2000 {
		t.Errorf("%d valid, %d invalid, %d with an unknown element: the test says little", valid, invalid, inserted)
	}
}

func sortWord(s string) string {
	b := []byte(s)
	slices.Sort(b)
	return string(b)
}
