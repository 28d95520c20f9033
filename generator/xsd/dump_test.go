package xsd_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vbem-go/vbem/generator/xsd"
)

// dump writes a schema's components as text, one a line, for comparison with a file.
func dump(s *xsd.Schema) string {
	d := dumper{}
	for _, doc := range s.Documents {
		d.line(0, "document %s namespace=%q%s", doc.File, doc.TargetNamespace, d.note(doc.Note))
	}
	for _, f := range s.Fallback {
		d.line(0, "fallback %s", f)
	}
	for _, e := range s.Elements {
		d.element(0, e)
	}
	for _, a := range s.Attributes {
		d.line(0, "attribute %s: %s%s", a.Name, a.Type.Display(), d.value(a.Default, a.Fixed))
	}
	for _, t := range s.Types {
		d.typ(t)
	}
	for _, t := range s.Anonymous {
		d.typ(t)
	}
	for _, g := range s.Groups {
		d.line(0, "group %s%s", g.Name, d.note(g.Note))
		d.particle(1, &xsd.Particle{Min: 1, Max: 1, Term: g.Model})
	}
	for _, g := range s.AttributeGroups {
		d.line(0, "attributeGroup %s%s", g.Name, d.note(g.Note))
		d.attributes(g.Attributes, g.Wildcard)
	}
	for _, c := range s.Constraints {
		d.line(0, "%s %s selector=%q fields=%q refer=%s", c.Kind, c.Name, c.Selector, c.Fields, c.Refer)
	}
	for _, n := range s.Notations {
		d.line(0, "notation %s public=%q system=%q", n.Name, n.Public, n.System)
	}
	return d.String()
}

type dumper struct{ strings.Builder }

func (d *dumper) line(depth int, format string, args ...any) {
	fmt.Fprintf(d, strings.Repeat("  ", depth)+format+"\n", args...)
}

func (d *dumper) note(n xsd.Note) string {
	var s string
	if n.Doc != "" {
		s += fmt.Sprintf(" doc=%q", n.Doc)
	}
	for _, a := range n.AppInfo {
		s += fmt.Sprintf(" appinfo=%q", a)
	}
	for _, name := range slices.SortedFunc(maps.Keys(n.Foreign), func(a, b xsd.QName) int { return cmp.Compare(a.String(), b.String()) }) {
		s += fmt.Sprintf(" %s=%q", name, n.Foreign[name])
	}
	return s
}

func (d *dumper) value(byDefault, fixed *string) string {
	var s string
	if byDefault != nil {
		s += fmt.Sprintf(" default=%q", *byDefault)
	}
	if fixed != nil {
		s += fmt.Sprintf(" fixed=%q", *fixed)
	}
	return s
}

func (d *dumper) element(depth int, e *xsd.ElementDecl) {
	s := e.Name.String() + ": " + e.Type.Display()
	for _, f := range []struct {
		on   bool
		name string
	}{{e.Abstract, "abstract"}, {e.Nillable, "nillable"}, {e.FromFallback, "fallback"}} {
		if f.on {
			s += " " + f.name
		}
	}
	if e.SubstitutionGroup != nil {
		s += " for=" + e.SubstitutionGroup.Name.Local
	}
	for _, m := range e.Substitutes {
		s += " substitute=" + m.Name.Local
	}
	d.line(depth, "element %s%s%s", s, d.value(e.Default, e.Fixed), d.note(e.Note))
}

func (d *dumper) typ(t xsd.Type) {
	switch t := t.(type) {
	case *xsd.ComplexType:
		s := "complexType " + t.Display()
		if t.Derivation != xsd.DerivationNone {
			s += map[xsd.Derivation]string{xsd.DerivationExtension: " extends ", xsd.DerivationRestriction: " restricts "}[t.Derivation] + t.Base.Display()
		}
		if t.Abstract {
			s += " abstract"
		}
		s += " " + [...]string{"empty", "simple", "element-only", "mixed"}[t.Content()]
		for _, c := range t.Derived {
			s += " derived=" + c.Display()
		}
		d.line(0, "%s%s", s, d.note(t.Note))
		d.attributes(t.Attributes, t.AttributeWildcard)
		if t.Simple != nil {
			d.line(1, "text: %s%s", t.Simple.Display(), d.facets(t.Simple))
		}
		d.particle(1, t.Particle)
	case *xsd.SimpleType:
		s := "simpleType " + t.Display() + " base=" + t.Base.Display() + " builtin=" + t.Builtin
		if t.Item != nil {
			s += " list of " + t.Item.Display()
		}
		for _, m := range t.Members {
			s += " member=" + m.Display()
		}
		d.line(0, "%s%s%s", s, d.facets(t), d.note(t.Note))
	}
}

func (d *dumper) attributes(uses []*xsd.AttributeUse, w *xsd.Wildcard) {
	for _, u := range uses {
		s := u.Decl.Name.String() + ": " + u.Decl.Type.Display()
		if u.Required {
			s += " required"
		}
		if u.Owner != nil {
			s += " owner=" + u.Owner.Display()
		}
		d.line(1, "@%s%s%s", s, d.value(u.Default, u.Fixed), d.note(u.Note))
	}
	if w != nil {
		d.line(1, "@%s", wildcard(w))
	}
}

func wildcard(w *xsd.Wildcard) string {
	s := fmt.Sprintf("any of %q", w.Spaces)
	if w.Not {
		s = fmt.Sprintf("any but %q", w.Spaces)
	}
	if w.Any {
		s = "any"
	}
	return s + [...]string{" strict", " lax", " skip"}[w.Process]
}

func (d *dumper) particle(depth int, p *xsd.Particle) {
	if p == nil {
		return
	}
	s := fmt.Sprintf("%d..%d ", p.Min, p.Max)
	if p.Max == xsd.Unbounded {
		s = fmt.Sprintf("%d..* ", p.Min)
	}
	if p.Owner != nil {
		s = fmt.Sprintf("[%s] ", p.Owner.Display()) + s
	}
	switch t := p.Term.(type) {
	case *xsd.ElementDecl:
		if t.Global {
			s += "ref "
		}
		d.line(depth, "%s%s: %s%s%s", s, t.Name, t.Type.Display(), d.value(t.Default, t.Fixed), d.note(p.Note))
	case *xsd.Wildcard:
		d.line(depth, "%s%s", s, wildcard(t))
	case *xsd.ModelGroup:
		s += t.Compositor.String()
		if t.Group != nil {
			s += " group=" + t.Group.Name.Local
		}
		if p.Inherited {
			s += " inherited"
		}
		d.line(depth, "%s%s", s, d.note(p.Note))
		for _, q := range t.Particles {
			d.particle(depth+1, q)
		}
	}
}

func (d *dumper) facets(t *xsd.SimpleType) string {
	var s string
	f := t.All
	for _, e := range f.Enumeration {
		s += fmt.Sprintf(" %q%s", e.Value, d.note(e.Note))
	}
	for _, p := range f.Patterns {
		s += fmt.Sprintf(" pattern=%q", p)
	}
	for _, c := range []struct {
		name  string
		value *int
	}{{"length", f.Length}, {"minLength", f.MinLength}, {"maxLength", f.MaxLength}, {"totalDigits", f.TotalDigits}, {"fractionDigits", f.FractionDigits}} {
		if c.value != nil {
			s += fmt.Sprintf(" %s=%d", c.name, *c.value)
		}
	}
	for _, c := range []struct {
		name  string
		value *string
	}{{"minInclusive", f.MinInclusive}, {"maxInclusive", f.MaxInclusive}, {"minExclusive", f.MinExclusive}, {"maxExclusive", f.MaxExclusive}} {
		if c.value != nil {
			s += fmt.Sprintf(" %s=%s", c.name, *c.value)
		}
	}
	if f.WhiteSpace != xsd.WhiteSpaceUnset {
		s += " whiteSpace=" + [...]string{"", "preserve", "replace", "collapse"}[f.WhiteSpace]
	}
	return s
}
