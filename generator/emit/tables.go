package emit

import (
	"sort"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/vbem-go/vbem/generator/ir"
	"github.com/vbem-go/vbem/xsdbind"
)

func bind(name string) *jen.Statement { return jen.Qual(bindPkg, name) }

// pair is a key and value of a composite literal; jen.Dict would sort them.
type pair struct {
	key   string
	value jen.Code
}

func literal(pairs []pair) jen.Code {
	list := make([]jen.Code, len(pairs))
	for i, p := range pairs {
		list[i] = jen.Id(p.key).Op(":").Add(p.value)
	}
	return jen.Values(list...)
}

func lines(items []jen.Code) *jen.Statement {
	return jen.ValuesFunc(func(g *jen.Group) {
		for _, it := range items {
			g.Line().Add(it)
		}
		g.Line()
	})
}

var kindNames = []string{"KindStruct", "KindString", "KindBool", "KindInt", "KindInt8", "KindInt16", "KindInt64",
	"KindUint8", "KindUint16", "KindUint32", "KindUint64", "KindFloat32", "KindFloat64"}
var whereNames = []string{"WhereElement", "WhereAttribute", "WhereText", "WhereGroup", "WhereAny"}
var opNames = []string{"OpElement", "OpSequence", "OpChoice", "OpAll", "OpGroup", "OpAny"}
var typeFlagNames = []string{"FlagMixed", "FlagSimpleContent", "FlagAbstract", "FlagGroup", "FlagInOrder", "FlagAnyAttribute"}
var fieldFlagNames = []string{"FlagRequired", "FlagList", "FlagTextList", "FlagNillable", "FlagNoSpace", "FlagSecret"}

func flags(bits uint16, names []string) *jen.Statement {
	s := &jen.Statement{}
	for i, n := range names {
		if bits&(1<<i) == 0 {
			continue
		}
		if len(*s) > 0 {
			s.Op("|")
		}
		s.Add(bind(n))
	}
	return s
}

func stringList(list []string) *jen.Statement {
	return jen.Index().String().ValuesFunc(func(g *jen.Group) {
		for _, s := range list {
			g.Lit(s)
		}
	})
}

func emitTable(f *jen.File, s *ir.Struct) {
	ps := []pair{{"Name", jen.Lit(s.Name)}, {"Go", jen.Lit(s.Go)}, {"Space", jen.Lit(s.Space)}}
	if s.Root != "" {
		ps = append(ps, pair{"Root", jen.Lit(s.Root)})
	}
	if len(s.Roots) > 0 {
		ps = append(ps, pair{"Roots", stringList(s.Roots)})
	}
	if s.Flags != 0 {
		ps = append(ps, pair{"Flags", flags(uint16(s.Flags), typeFlagNames)})
	}
	if s.JSON == xsdbind.JSONArray {
		ps = append(ps, pair{"JSON", bind("JSONArray")})
	}
	if order := jsonOrder(s); order != "" {
		ps = append(ps, pair{"JSONOrder", jen.Lit(order)})
	}
	if s.Attrs != 0 {
		ps = append(ps, pair{"Attrs", jen.Lit(s.Attrs)})
	}
	if len(s.Fields) > 0 {
		var items []jen.Code
		for _, fd := range s.Fields {
			items = append(items, fieldLiteral(fd))
		}
		ps = append(ps, pair{"Fields", jen.Index().Add(bind("Field")).Add(lines(items))})
	}
	if len(s.Model) > 0 {
		var items []jen.Code
		for _, p := range s.Model {
			items = append(items, particleLiteral(p))
		}
		ps = append(ps, pair{"Model", jen.Index().Add(bind("Particle")).Add(lines(items))})
	}
	list := make([]jen.Code, len(ps))
	for i, p := range ps {
		list[i] = jen.Id(p.key).Op(":").Add(p.value)
	}
	f.Var().Id(s.Table).Op("=").Add(bind("Type")).Add(lines(list))
	f.Line()
}

// jsonOrder is the order of members as one byte each, or "" when it is the order of the fields or does not fit.
func jsonOrder(s *ir.Struct) string {
	if sort.IntsAreSorted(s.JSONOrder) || len(s.JSONOrder) > 256 {
		return ""
	}
	b := make([]byte, len(s.JSONOrder))
	for i, x := range s.JSONOrder {
		b[i] = byte(x)
	}
	return string(b)
}

func fieldLiteral(fd *ir.Field) jen.Code {
	var ps []pair
	if fd.Name != "" {
		ps = append(ps, pair{"Name", jen.Lit(fd.Name)})
	}
	ps = append(ps, pair{"Go", jen.Lit(fd.Go)})
	if fd.JSON != "" {
		ps = append(ps, pair{"JSON", jen.Lit(fd.JSON)})
	}
	if fd.Where != xsdbind.WhereElement {
		ps = append(ps, pair{"Where", bind(whereNames[fd.Where])})
	}
	if fd.Kind != xsdbind.KindStruct {
		ps = append(ps, pair{"Kind", bind(kindNames[fd.Kind])})
	}
	if fd.Flags != 0 {
		ps = append(ps, pair{"Flags", flags(uint16(fd.Flags), fieldFlagNames)})
	}
	if fd.Space != "" {
		ps = append(ps, pair{"Space", jen.Lit(fd.Space)})
	}
	if len(fd.Aliases) > 0 {
		ps = append(ps, pair{"Aliases", stringList(fd.Aliases)})
	}
	if fd.SimpleVar != "" {
		ps = append(ps, pair{"Simple", jen.Op("&").Id(fd.SimpleVar)})
	}
	if fd.Default != "" {
		ps = append(ps, pair{"Default", jen.Lit(fd.Default)})
	}
	if fd.Fixed != "" {
		ps = append(ps, pair{"Fixed", jen.Lit(fd.Fixed)})
	}
	if fd.Where == xsdbind.WhereGroup {
		ps = append(ps, pair{"Group", jen.Op("&").Id(fd.Struct.Table)})
	}
	return literal(ps)
}

func particleLiteral(p xsdbind.Particle) jen.Code {
	ps := []pair{{"Op", bind(opNames[p.Op])}}
	if p.Min != 0 {
		ps = append(ps, pair{"Min", jen.Lit(int(p.Min))})
	}
	if p.Max == xsdbind.Unbounded {
		ps = append(ps, pair{"Max", bind("Unbounded")})
	} else {
		ps = append(ps, pair{"Max", jen.Lit(int(p.Max))})
	}
	switch p.Op {
	case xsdbind.OpElement, xsdbind.OpGroup, xsdbind.OpAny:
		if p.Field != 0 {
			ps = append(ps, pair{"Field", jen.Lit(int(p.Field))})
		}
	default:
		ps = append(ps, pair{"Len", jen.Lit(int(p.Len))})
	}
	if w := p.Wildcard; w != nil {
		var wp []pair
		if w.Not {
			wp = append(wp, pair{"Not", jen.True()})
		}
		if w.Any {
			wp = append(wp, pair{"Any", jen.True()})
		}
		if len(w.Spaces) > 0 {
			wp = append(wp, pair{"Spaces", stringList(w.Spaces)})
		}
		if w.Skip {
			wp = append(wp, pair{"Skip", jen.True()})
		}
		ps = append(ps, pair{"Wildcard", jen.Op("&").Add(bind("Wildcard")).Add(literal(wp))})
	}
	return literal(ps)
}

// emitFacets writes the tables of facets that fields refer to, each once.
func emitFacets(f *jen.File, p *ir.Program) {
	for _, t := range p.Facets {
		f.Var().Id(t.Var).Op("=").Add(bind("SimpleType")).Add(simpleLiteral(t))
		f.Line()
	}
}

func simpleLiteral(t *ir.SimpleTable) jen.Code {
	var ps []pair
	str := func(key, v string) {
		if v != "" {
			ps = append(ps, pair{key, jen.Lit(v)})
		}
	}
	num := func(key string, v int) {
		if v != 0 {
			ps = append(ps, pair{key, jen.Lit(v)})
		}
	}
	str("Name", t.Name)
	str("Builtin", t.Builtin)
	if len(t.Patterns) > 0 {
		ps = append(ps, pair{"Patterns", jen.Index().Index().String().ValuesFunc(func(g *jen.Group) {
			for _, alt := range t.Patterns {
				g.ValuesFunc(func(g *jen.Group) {
					for _, a := range alt {
						if strings.Contains(a, "`") {
							g.Lit(a)
						} else {
							g.Op("`" + a + "`")
						}
					}
				})
			}
		})})
	}
	if len(t.Enum) > 0 {
		ps = append(ps, pair{"Enum", stringList(t.Enum)})
	}
	num("Length", t.Length)
	num("MinLength", t.MinLength)
	num("MaxLength", t.MaxLength)
	num("TotalDigits", t.TotalDigits)
	num("FractionDigits", t.FractionDigits)
	str("MinInclusive", t.MinInclusive)
	str("MaxInclusive", t.MaxInclusive)
	str("MinExclusive", t.MinExclusive)
	str("MaxExclusive", t.MaxExclusive)
	if t.Open {
		ps = append(ps, pair{"Open", jen.True()})
	}
	if t.Item != nil {
		ps = append(ps, pair{"Item", jen.Op("&").Id(t.Item.Var)})
	}
	if len(t.Members) > 0 {
		ps = append(ps, pair{"Members", jen.Index().Op("*").Add(bind("SimpleType")).ValuesFunc(func(g *jen.Group) {
			for _, m := range t.Members {
				g.Op("&").Id(m.Var)
			}
		})})
	}
	return literal(ps)
}
