package xsdbind

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/vbem-go/vbem/xsdtype"
)

// bag is a Struct for tables whose elements are letters, with groups in groups. N tells the tables of the groups apart.
type bag[N slot] struct {
	t *Type // of the whole; groups have theirs in slotTables

	// One field for each letter: required, optional, a list.
	Ra, Rb, Rc, Rd, Re, Rf, Rg, Rh, Ri, Rj, Rk, Rl, Rm, Rn, Ro, Rp, Rq, Rr, Rs, Rt, Ru, Rv, Rw, Rx, Ry, Rz string
	Oa, Ob, Oc, Od, Oe, Of, Og, Oh, Oi, Oj, Ok, Ol, Om, On, Oo, Op, Oq, Or, Os, Ot, Ou, Ov, Ow, Ox, Oy, Oz *string
	La, Lb, Lc, Ld, Le, Lf, Lg, Lh, Li, Lj, Lk, Ll, Lm, Ln, Lo, Lp, Lq, Lr, Ls, Lt, Lu, Lv, Lw, Lx, Ly, Lz []string

	G0    []bag[slot0]
	G1    []bag[slot1]
	G2    []bag[slot2]
	G3    []bag[slot3]
	G4    []bag[slot4]
	G5    []bag[slot5]
	G6    []bag[slot6]
	G7    []bag[slot7]
	G8    []bag[slot8]
	G9    []bag[slot9]
	G10   []bag[slot10]
	G11   []bag[slot11]
	Extra *xsdtype.Extra
}

// slot numbers a group.
type slot interface{ slot() int }

type (
	slot0  struct{}
	slot1  struct{}
	slot2  struct{}
	slot3  struct{}
	slot4  struct{}
	slot5  struct{}
	slot6  struct{}
	slot7  struct{}
	slot8  struct{}
	slot9  struct{}
	slot10 struct{}
	slot11 struct{}
)

func (slot0) slot() int  { return 0 }
func (slot1) slot() int  { return 1 }
func (slot2) slot() int  { return 2 }
func (slot3) slot() int  { return 3 }
func (slot4) slot() int  { return 4 }
func (slot5) slot() int  { return 5 }
func (slot6) slot() int  { return 6 }
func (slot7) slot() int  { return 7 }
func (slot8) slot() int  { return 8 }
func (slot9) slot() int  { return 9 }
func (slot10) slot() int { return 10 }
func (slot11) slot() int { return 11 }

// slotTables are the tables of the groups that were bagged last.
var slotTables [12]*Type

func (b *bag[N]) XSDType() *Type {
	if b != nil && b.t != nil {
		return b.t
	}
	var n N
	return slotTables[n.slot()]
}

// newBag makes an empty value for a table, and gives the table's fields their Go names.
func newBag(t *Type) *bag[slot0] {
	nameFields(t, 0)
	return &bag[slot0]{t: t}
}

// nameFields returns the number of the next group.
func nameFields(t *Type, next int) int {
	for i := range t.Fields {
		switch f := &t.Fields[i]; {
		case f.Where == WhereGroup:
			f.Go = fmt.Sprintf("G%d", next)
			slotTables[next] = f.Group
			next = nameFields(f.Group, next+1)
		case f.Flags&FlagList != 0:
			f.Go = "L" + f.Name
		case f.Flags&FlagRequired != 0:
			f.Go = "R" + f.Name
		default:
			f.Go = "O" + f.Name
		}
	}
	return next
}

// groups counts the groups in a table.
func groups(t *Type) (n int) {
	for i := range t.Fields {
		if g := t.Fields[i].Group; g != nil {
			n += 1 + groups(g)
		}
	}
	return n
}

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
		if mk.next > 'z' || groups(typ) > len(slotTables) {
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
