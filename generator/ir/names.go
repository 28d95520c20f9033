package ir

import (
	"fmt"
	"go/token"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Lock remembers the Go name of each schema component, so that a schema which grows renames nothing.
type Lock interface {
	// Lookup returns the name that a component has.
	Lookup(component string) (string, bool)
	// Record adds a component. It is called once for each that Lookup does not find, in schema order.
	Record(component, name string)
	// Each calls f for all components.
	Each(f func(component, name string))
}

// namer hands out Go names that are unique in their scope.
type namer struct {
	lock   Lock
	global map[string]string // Go name in package scope → component
}

// Names that the generated package declares for itself.
var reservedGlobals = []string{"Namespace", "Ptr", "Val", "NewElement", "Elements"}

// Method names of every generated struct, and its Extra field.
var reservedMembers = map[string]bool{
	"Extra": true, "XSDType": true, "UnmarshalXML": true, "MarshalXML": true, "UnmarshalJSON": true, "MarshalJSON": true,
}

func newNamer(lock Lock) *namer {
	n := &namer{lock: lock, global: map[string]string{}}
	for _, r := range reservedGlobals {
		n.global[r] = "generated"
	}
	lock.Each(func(component, name string) {
		if !strings.Contains(component, "/") {
			n.global[name] = component
		}
	})
	return n
}

// typeName names something in package scope: the locked name, else the first of wants that is free, else the last with a number.
func (n *namer) typeName(component string, wants ...string) string {
	if name, ok := n.lock.Lookup(component); ok {
		return name
	}
	name := n.free(wants)
	n.global[name] = component
	n.lock.Record(component, name)
	return name
}

// derivedName is a name in package scope that follows from locked ones and is not locked itself.
func (n *namer) derivedName(of string, wants ...string) string {
	name := n.free(wants)
	n.global[name] = of
	return name
}

func (n *namer) free(wants []string) string {
	for _, w := range wants {
		if _, taken := n.global[w]; !taken {
			return w
		}
	}
	last := wants[len(wants)-1]
	for i := 2; ; i++ {
		w := fmt.Sprintf("%s%d", last, i)
		if _, taken := n.global[w]; !taken {
			return w
		}
	}
}

// memberName names a field of a struct. taken holds the names that the struct has already.
func (n *namer) memberName(component string, taken map[string]bool, want, suffix string) string {
	if name, ok := n.lock.Lookup(component); ok && !taken[name] {
		taken[name] = true
		return name
	} else if ok {
		// A field that an ancestor got later has the name now: the lock cannot hold for both.
		return uniqueMember(taken, name, suffix)
	}
	name := uniqueMember(taken, want, suffix)
	n.lock.Record(component, name)
	return name
}

func uniqueMember(taken map[string]bool, want, suffix string) string {
	bad := func(s string) bool { return taken[s] || reservedMembers[s] }
	name := want
	if bad(name) {
		name = want + suffix
	}
	for i := 2; bad(name); i++ {
		name = fmt.Sprintf("%s%s%d", want, suffix, i)
	}
	taken[name] = true
	return name
}

// goName makes an exported Go identifier of an XML name: punctuation separates words, the rest stays as it is.
func goName(s string) string {
	name := words(s)
	if r, _ := utf8.DecodeRuneInString(name); name == "" || !unicode.IsUpper(r) {
		name = "X" + name
	}
	return name
}

// words is goName for what follows a name: it may begin with a digit.
func words(s string) string {
	var b strings.Builder
	up := true
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			up = true
			continue
		}
		if up {
			r = unicode.ToUpper(r)
			up = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// stem is a type's name without the word Type (and what else says only that it is a type).
func stem(name string) string {
	for _, suffix := range []string{"EnumType", "Enumeration", "Type"} {
		if s, ok := strings.CutSuffix(name, suffix); ok && s != "" {
			return s
		}
	}
	return name
}

// unexported makes a variable's name of a Go name, with a suffix that keeps it from being a keyword.
func unexported(name, suffix string) string {
	r, n := utf8.DecodeRuneInString(name)
	s := string(unicode.ToLower(r)) + name[n:] + suffix
	if token.IsKeyword(s) {
		s += "_"
	}
	return s
}

// fileName is the Go file of a type: its name in snake case, lists beside what they list.
func fileName(name string) string {
	of := stem(name)
	for _, word := range []string{"List", "Entity"} {
		if rest := strings.TrimSuffix(of, word); rest != "" {
			of = rest
		}
	}
	s := snake(of)
	// The go command gives these endings a meaning.
	for _, end := range []string{"_test", "_linux", "_windows", "_darwin", "_amd64", "_arm64", "_js", "_wasm", "_android", "_ios", "_386", "_arm"} {
		if strings.HasSuffix(s, end) {
			s += "_type"
		}
	}
	return s + ".go"
}

func snake(s string) string {
	var b strings.Builder
	rs := []rune(s)
	for i, r := range rs {
		if unicode.IsUpper(r) && i > 0 && (unicode.IsLower(rs[i-1]) || unicode.IsDigit(rs[i-1]) || i+1 < len(rs) && unicode.IsLower(rs[i+1])) && b.Len() > 0 {
			b.WriteByte('_')
		}
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			r = '_'
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
