package canonical

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// A Value says how the text of an element or attribute is compared.
type Value uint8

// The ways of comparing values.
const (
	Text    Value = iota // as it is
	Token                // without white space at the ends: dates, enumerations of tokens, …
	Boolean              // 1 is true
	Number               // by value
)

// A Typing is what is known of an element's type.
type Typing interface {
	// Spelling returns the name by which a child or attribute is written, when local is another spelling that is read.
	Spelling(local string) string
	// Child returns the type of a child element and whether it is known.
	Child(Name) (Typing, bool)
	// Attr says how an attribute is compared.
	Attr(Name) Value
	// Value says how the element's text is compared.
	Value() Value
	// ElementOnly: no text may stand in it.
	ElementOnly() bool
}

// Diff returns the differences of two elements, each with its path; nil when they say the same. A nil Typing is text all the way down.
func Diff(want, got *Node, t Typing) []string {
	var d differ
	d.element("/"+want.Name.Local, want, got, t)
	return d.list
}

// differ collects differences; after maxDifferences one learns nothing more.
type differ struct{ list []string }

const maxDifferences = 20

func (d *differ) add(path, format string, args ...any) {
	if len(d.list) < maxDifferences {
		d.list = append(d.list, path+": "+fmt.Sprintf(format, args...))
	}
}

func (d *differ) element(path string, want, got *Node, t Typing) {
	if want.Name != got.Name {
		d.add(path, "want element %s, got %s", want.Name, got.Name)
		return
	}
	d.attributes(path, want, got, t)
	a, b := content(want, t), content(got, t)
	if textOnly(a) && textOnly(b) {
		v := Text
		if t != nil {
			v = t.Value()
		}
		x, y := join(a), join(b)
		if normal(x, v) != normal(y, v) {
			d.add(path, "want text %q, got text %q", x, y)
		}
		return
	}
	count := make(map[string]int)
	for i := range max(len(a), len(b)) {
		switch {
		case i >= len(a):
			d.add(path, "got too much: %s", describe(b[i]))
			return
		case i >= len(b):
			d.add(path, "lost: %s", describe(a[i]))
			return
		}
		x, y := a[i], b[i]
		if x.IsText() || y.IsText() {
			if x.Name != y.Name || x.Text != y.Text {
				d.add(path, "want %s, got %s", describe(x), describe(y))
				return
			}
			continue
		}
		xName, yName := spelled(x.Name, t), spelled(y.Name, t)
		if xName != yName {
			d.add(path, "want %s as child %d, got %s", xName, i+1, yName)
			return
		}
		count[xName.Local]++
		child, _ := childType(t, xName)
		if x.Name != y.Name { // two spellings of one name
			x = &Node{Name: y.Name, Attrs: x.Attrs, Children: x.Children}
		}
		d.element(fmt.Sprintf("%s/%s[%d]", path, xName.Local, count[xName.Local]), x, y, child)
	}
}

func (d *differ) attributes(path string, want, got *Node, t Typing) {
	left := make(map[Name]Attr)
	for _, a := range got.Attrs {
		left[spelled(a.Name, t)] = a
	}
	for _, a := range want.Attrs {
		name := spelled(a.Name, t)
		b, ok := left[name]
		if !ok {
			d.add(path, "lost: attribute %s", name)
			continue
		}
		delete(left, name)
		v := Text
		switch {
		case name == Name{XSI, "nil"}:
			v = Boolean
		case t != nil:
			v = t.Attr(name)
		}
		if a.QName != b.QName || a.QName == "" && normal(a.Value, v) != normal(b.Value, v) {
			d.add(path+"/@"+name.Local, "want %q, got %q", a.Value, b.Value)
		}
	}
	for _, a := range got.Attrs {
		if _, ok := left[spelled(a.Name, t)]; ok {
			d.add(path, "got too much: attribute %s", a.Name)
		}
	}
}

func childType(t Typing, n Name) (Typing, bool) {
	if t == nil {
		return nil, false
	}
	child, ok := t.Child(n)
	if !ok {
		return nil, false
	}
	return child, true
}

func spelled(n Name, t Typing) Name {
	if t != nil {
		n.Local = t.Spelling(n.Local)
	}
	return n
}

// content returns an element's children without the white space between elements.
func content(n *Node, t Typing) []*Node {
	elementOnly := t != nil && t.ElementOnly() || len(n.Elements()) > 0
	return slices.DeleteFunc(slices.Clone(n.Children), func(c *Node) bool {
		return elementOnly && c.IsText() && isSpace(c.Text)
	})
}

func textOnly(nodes []*Node) bool {
	return !slices.ContainsFunc(nodes, func(n *Node) bool { return !n.IsText() })
}

func join(nodes []*Node) string {
	var b strings.Builder
	for _, n := range nodes {
		b.WriteString(n.Text)
	}
	return b.String()
}

func describe(n *Node) string {
	if n.IsText() {
		return fmt.Sprintf("text %q", n.Text)
	}
	return fmt.Sprintf("<%s>", n.Name.Local)
}

const space = " \t\r\n"

func isSpace(s string) bool { return strings.Trim(s, space) == "" }

// normal brings a value into the form in which it is compared.
func normal(s string, v Value) string {
	if v == Text {
		return s
	}
	s = strings.Trim(s, space)
	switch v {
	case Boolean:
		switch s {
		case "1":
			return "true"
		case "0":
			return "false"
		}
	case Number:
		if f, ok := new(big.Rat).SetString(s); ok && !strings.ContainsAny(s, "/_xXpP") {
			return f.RatString()
		}
	}
	return s
}
