package ir

import (
	"github.com/vbem-go/vbem/generator/xsd"
	"github.com/vbem-go/vbem/xsdbind"
)

const typePkg = "github.com/vbem-go/vbem/xsdtype"

// builtinGo gives the Go type of a built-in simple type. Types whose lexical form says more than their value are strings of package xsdtype.
var builtinGo = map[string]GoType{
	"boolean":       {Name: "bool", Kind: xsdbind.KindBool},
	"int":           {Name: "int", Kind: xsdbind.KindInt},
	"byte":          {Name: "int8", Kind: xsdbind.KindInt8},
	"short":         {Name: "int16", Kind: xsdbind.KindInt16},
	"long":          {Name: "int64", Kind: xsdbind.KindInt64},
	"unsignedByte":  {Name: "uint8", Kind: xsdbind.KindUint8},
	"unsignedShort": {Name: "uint16", Kind: xsdbind.KindUint16},
	"unsignedInt":   {Name: "uint32", Kind: xsdbind.KindUint32},
	"unsignedLong":  {Name: "uint64", Kind: xsdbind.KindUint64},
	"float":         {Name: "float32", Kind: xsdbind.KindFloat32},
	"double":        {Name: "float64", Kind: xsdbind.KindFloat64},

	"integer": lexical("Integer"), "nonPositiveInteger": lexical("Integer"), "negativeInteger": lexical("Integer"),
	"nonNegativeInteger": lexical("Integer"), "positiveInteger": lexical("Integer"),
	"decimal": lexical("Decimal"), "duration": lexical("Duration"), "dateTime": lexical("DateTime"), "date": lexical("Date"), "time": lexical("Time"),
	"gYear": lexical("GYear"), "gYearMonth": lexical("GYearMonth"), "gMonth": lexical("GMonth"), "gMonthDay": lexical("GMonthDay"), "gDay": lexical("GDay"),
	"base64Binary": lexical("Base64Binary"), "hexBinary": lexical("HexBinary"), "QName": lexical("QName"), "NOTATION": lexical("QName"),
}

func lexical(name string) GoType {
	return GoType{Pkg: typePkg, Name: name, Kind: xsdbind.KindString, Named: true}
}

var stringGo = GoType{Name: "string", Kind: xsdbind.KindString}

// simpleGo returns the Go type of one value of a simple type.
func (b *builder) simpleGo(t *xsd.SimpleType) GoType {
	if s, ok := b.simples[t]; ok {
		if len(s.Values) > 0 {
			return GoType{Name: s.Go, Kind: xsdbind.KindString, Named: true}
		}
		return s.Of
	}
	switch t.Variety {
	case xsd.VarietyUnion:
		return stringGo
	case xsd.VarietyList:
		g := stringGo
		if t.Item != nil {
			if g = b.simpleGo(t.Item); g.List {
				g = stringGo
			}
		}
		g.List = true
		return g
	}
	if base, ok := t.Base.(*xsd.SimpleType); ok && !t.IsBuiltin() {
		if g := b.simpleGo(base); g.Name != "string" {
			return g
		}
	}
	if g, ok := builtinGo[t.Builtin]; ok {
		return g
	}
	return stringGo
}

// isEnumeration reports whether a simple type becomes a Go type with constants: strings with a list of values of their own.
func isEnumeration(t *xsd.SimpleType) bool {
	if t.Variety != xsd.VarietyAtomic || len(t.Own.Enumeration) == 0 {
		return false
	}
	g, ok := builtinGo[t.Builtin]
	return !ok || g.Name == "string"
}

// facets returns the table of a simple type's facets, or nil when its Go type and the built-in type say it all.
func (b *builder) facets(t *xsd.SimpleType) *SimpleTable {
	if t == nil {
		return nil
	}
	if ft, ok := b.facetsOf[t]; ok {
		return ft
	}
	if t.IsBuiltin() && t.Variety == xsd.VarietyAtomic && plainBuiltin[t.Builtin] {
		b.facetsOf[t] = nil
		return nil
	}
	// A restriction without facets of its own has its base's table.
	if base, ok := t.Base.(*xsd.SimpleType); ok && !t.IsBuiltin() && t.Variety == xsd.VarietyAtomic && noFacets(t.Own) {
		ft := b.facets(base)
		b.facetsOf[t] = ft
		return ft
	}
	ft := &SimpleTable{SimpleType: xsdbind.SimpleType{Name: t.Display(), Builtin: t.Builtin, Open: t.Foreign[openAttr] == "true"}}
	b.facetsOf[t] = ft
	f := t.All
	ft.Patterns = f.Patterns
	for _, e := range f.Enumeration {
		ft.Enum = append(ft.Enum, e.Value)
	}
	num := func(p *int) int {
		if p == nil {
			return 0
		}
		return *p + 1
	}
	str := func(p *string) string {
		if p == nil {
			return ""
		}
		return *p
	}
	ft.Length, ft.MinLength, ft.MaxLength = num(f.Length), num(f.MinLength), num(f.MaxLength)
	ft.TotalDigits, ft.FractionDigits = num(f.TotalDigits), num(f.FractionDigits)
	ft.MinInclusive, ft.MaxInclusive = str(f.MinInclusive), str(f.MaxInclusive)
	ft.MinExclusive, ft.MaxExclusive = str(f.MinExclusive), str(f.MaxExclusive)
	switch t.Variety {
	case xsd.VarietyList:
		ft.Item = b.facetsOrPlain(t.Item)
	case xsd.VarietyUnion:
		for _, m := range t.Members {
			ft.Members = append(ft.Members, b.facetsOrPlain(m))
		}
	}
	ft.Var = b.names.derivedName("facets", unexported(goName(ft.Name), "Facets"))
	b.program.Facets = append(b.program.Facets, ft)
	return ft
}

// facetsOrPlain is facets, with a table of the name alone where there are none: items and members need one.
func (b *builder) facetsOrPlain(t *xsd.SimpleType) *SimpleTable {
	if t == nil {
		t, _ = b.schema.Type(xsd.QName{Space: xsd.SpaceXSD, Local: "string"}).(*xsd.SimpleType)
	}
	if ft := b.facets(t); ft != nil {
		return ft
	}
	if ft, ok := b.plain[t.Builtin]; ok {
		return ft
	}
	ft := &SimpleTable{SimpleType: xsdbind.SimpleType{Name: t.Builtin, Builtin: t.Builtin}}
	ft.Var = b.names.derivedName("facets", unexported(goName(t.Builtin), "Facets"))
	b.plain[t.Builtin] = ft
	b.program.Facets = append(b.program.Facets, ft)
	return ft
}

// plainBuiltin are the built-in types that the runtime checks by Kind alone: their Go type has no other values.
var plainBuiltin = map[string]bool{
	"string": true, "anySimpleType": true, "boolean": true, "int": true, "byte": true, "short": true, "long": true,
	"unsignedByte": true, "unsignedShort": true, "unsignedInt": true, "unsignedLong": true, "float": true, "double": true,
}

func noFacets(f xsd.Facets) bool {
	return len(f.Patterns) == 0 && len(f.Enumeration) == 0 && f.Length == nil && f.MinLength == nil && f.MaxLength == nil &&
		f.TotalDigits == nil && f.FractionDigits == nil && f.MinInclusive == nil && f.MaxInclusive == nil && f.MinExclusive == nil && f.MaxExclusive == nil
}

// buildSimples decides the named simple types, and the anonymous ones that need a name because they list values.
func (b *builder) buildSimples() {
	types := append(append([]xsd.Type{}, b.schema.Types...), b.schema.Anonymous...)
	for _, t := range types {
		st, ok := t.(*xsd.SimpleType)
		if !ok || st.IsBuiltin() || st.Redefined || st.Name.IsZero() && !isEnumeration(st) {
			continue
		}
		s := &Simple{Name: st.Display(), Page: st.Foreign[pageAttr], Open: st.Foreign[openAttr] == "true"}
		if st.Name.IsZero() {
			s.Go = b.names.typeName(b.component(xsd.QName{Space: b.schema.Namespaces[0], Local: st.Parent}), b.anonymousName(st.Parent))
		} else {
			s.Go = b.names.typeName(b.component(st.Name), goName(stem(st.Name.Local)), goName(st.Name.Local))
		}
		s.File = "simple.go"
		b.simples[st] = s
		b.program.Simples = append(b.program.Simples, s)
	}
	// Second pass: the Go type of a restriction may be one that comes later.
	done := map[*xsd.SimpleType]bool{}
	var fill func(st *xsd.SimpleType)
	fill = func(st *xsd.SimpleType) {
		s := b.simples[st]
		if s == nil || done[st] {
			return
		}
		done[st] = true
		if base, ok := st.Base.(*xsd.SimpleType); ok {
			fill(base)
		}
		if st.Item != nil {
			fill(st.Item)
		}
		if isEnumeration(st) {
			s.File = "enumerations.go"
			s.Of = stringGo
			for _, e := range st.Own.Enumeration {
				name := b.names.typeName(b.component(xsd.QName{Space: b.spaceOf(st), Local: s.Name})+"="+e.Value, s.Go+orEmpty(words(e.Value)))
				s.Values = append(s.Values, Value{Go: name, Text: e.Value, Doc: e.Doc})
			}
			s.Doc = describe(s.Go, "an enumeration ("+s.Name+")", st.Doc, s.Page)
			return
		}
		delete(b.simples, st) // let simpleGo look past the name
		s.Of = b.simpleGo(st)
		b.simples[st] = s
		s.Doc = describe(s.Go, "the simple type "+s.Name+", based on xs:"+st.Builtin, st.Doc, s.Page)
	}
	for _, t := range types {
		if st, ok := t.(*xsd.SimpleType); ok {
			fill(st)
		}
	}
}

// orEmpty names the constant of a value without letters and digits.
func orEmpty(s string) string {
	if s == "" {
		return "Empty"
	}
	return s
}
