package xsd

import "strings"

// builtinBases holds the hierarchy of the built-in types: primitive types first, each derived type after its base.
// An entry is "name base", "name base whiteSpace" or "name []item".
var builtinBases = strings.Split(strings.TrimSpace(`
string anySimpleType preserve
boolean anySimpleType
decimal anySimpleType
float anySimpleType
double anySimpleType
duration anySimpleType
dateTime anySimpleType
time anySimpleType
date anySimpleType
gYearMonth anySimpleType
gYear anySimpleType
gMonthDay anySimpleType
gDay anySimpleType
gMonth anySimpleType
hexBinary anySimpleType
base64Binary anySimpleType
anyURI anySimpleType
QName anySimpleType
NOTATION anySimpleType
normalizedString string replace
token normalizedString
language token
NMTOKEN token
Name token
NCName Name
ID NCName
IDREF NCName
ENTITY NCName
NMTOKENS []NMTOKEN
IDREFS []IDREF
ENTITIES []ENTITY
integer decimal
nonPositiveInteger integer
negativeInteger nonPositiveInteger
long integer
int long
short int
byte short
nonNegativeInteger integer
unsignedLong nonNegativeInteger
unsignedInt unsignedLong
unsignedShort unsignedInt
unsignedByte unsignedShort
positiveInteger nonNegativeInteger
`), "\n")

// builtinBounds are the bounds that the derived number types add: minInclusive, maxInclusive.
var builtinBounds = map[string][2]string{
	"nonPositiveInteger": {"", "0"},
	"negativeInteger":    {"", "-1"},
	"long":               {"-9223372036854775808", "9223372036854775807"},
	"int":                {"-2147483648", "2147483647"},
	"short":              {"-32768", "32767"},
	"byte":               {"-128", "127"},
	"nonNegativeInteger": {"0", ""},
	"unsignedLong":       {"", "18446744073709551615"},
	"unsignedInt":        {"", "4294967295"},
	"unsignedShort":      {"", "65535"},
	"unsignedByte":       {"", "255"},
	"positiveInteger":    {"1", ""},
}

var builtinPatterns = map[string]string{
	"language": `[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*`,
	"NMTOKEN":  `\c+`,
	"Name":     `\i\c*`,
	"NCName":   `[\i-[:]][\c-[:]]*`,
	"integer":  `[\-+]?[0-9]+`,
}

var (
	anyType       = newAnyType()
	anySimpleType = &SimpleType{Name: QName{SpaceXSD, "anySimpleType"}, Base: anyType, Builtin: "anySimpleType"}
	builtins      = newBuiltins()
	xmlAttributes = newXMLAttributes()
)

// AnyType is xs:anyType, from which all types come.
func AnyType() *ComplexType { return anyType }

// Builtin gives a built-in simple type by its local name, anySimpleType among them; nil when there is none.
func Builtin(local string) *SimpleType { return builtins[local] }

func builtinType(name QName) Type {
	if name.Space != SpaceXSD {
		return nil
	}
	if name.Local == "anyType" {
		return anyType
	}
	if t, ok := builtins[name.Local]; ok {
		return t
	}
	return nil
}

func newAnyType() *ComplexType {
	t := &ComplexType{Name: QName{SpaceXSD, "anyType"}, Mixed: true, AttributeWildcard: &Wildcard{Any: true, Process: ProcessLax}}
	t.Particle = &Particle{Min: 1, Max: 1, Owner: t, Term: &ModelGroup{Compositor: Sequence, Particles: []*Particle{
		{Min: 0, Max: Unbounded, Owner: t, Term: &Wildcard{Any: true, Process: ProcessLax}},
	}}}
	t.OwnParticle = t.Particle
	return t
}

func newBuiltins() map[string]*SimpleType {
	all := map[string]*SimpleType{"anySimpleType": anySimpleType}
	for _, line := range builtinBases {
		f := strings.Fields(line)
		name, from := f[0], f[1]
		t := &SimpleType{Name: QName{SpaceXSD, name}, Builtin: name}
		if item, ok := strings.CutPrefix(from, "[]"); ok {
			one := 1
			t.Base, t.Variety, t.Item = anySimpleType, VarietyList, all[item]
			t.Own = Facets{WhiteSpace: WhiteSpaceCollapse, MinLength: &one}
			t.All = t.Own
			all[name] = t
			continue
		}
		base := all[from]
		t.Base = base
		t.Own.WhiteSpace = WhiteSpaceCollapse
		if len(f) > 2 {
			t.Own.WhiteSpace = map[string]WhiteSpace{"preserve": WhiteSpacePreserve, "replace": WhiteSpaceReplace}[f[2]]
		}
		if b, ok := builtinBounds[name]; ok {
			if b[0] != "" {
				t.Own.MinInclusive = &b[0]
			}
			if b[1] != "" {
				t.Own.MaxInclusive = &b[1]
			}
		}
		if p, ok := builtinPatterns[name]; ok {
			t.Own.Patterns = [][]string{{p}}
		}
		switch name {
		case "integer":
			zero := 0
			t.Own.FractionDigits, t.Own.Fixed = &zero, []string{"fractionDigits"}
		case "string", "normalizedString", "token":
		default:
			if base == anySimpleType {
				t.Own.Fixed = []string{"whiteSpace"}
			}
		}
		t.All = base.All.with(&t.Own)
		all[name] = t
	}
	return all
}

// newXMLAttributes makes the attributes of the namespace that is bound to the prefix xml everywhere.
func newXMLAttributes() map[QName]*AttributeDecl {
	all := map[QName]*AttributeDecl{}
	space := &SimpleType{Parent: "xml:space", Base: builtins["NCName"], Builtin: "NCName",
		Own: Facets{Enumeration: []Enumerator{{Value: "default"}, {Value: "preserve"}}}}
	space.All = builtins["NCName"].All.with(&space.Own)
	for name, t := range map[string]*SimpleType{"lang": builtins["language"], "space": space, "base": builtins["anyURI"], "id": builtins["ID"]} {
		all[QName{SpaceXML, name}] = &AttributeDecl{Name: QName{SpaceXML, name}, Type: t, Global: true}
	}
	return all
}

// Primitive gives the primitive type that an atomic type comes from; nil for lists, unions and xs:anySimpleType.
func (t *SimpleType) Primitive() *SimpleType {
	if t.Variety != VarietyAtomic {
		return nil
	}
	for t != nil && t != anySimpleType {
		if t.Base == Type(anySimpleType) {
			return t
		}
		t, _ = t.Base.(*SimpleType)
	}
	return nil
}

// with gives the facets in effect after a derivation step that has the facets own.
func (f Facets) with(own *Facets) Facets {
	out := f
	if len(own.Patterns) > 0 {
		out.Patterns = append(append([][]string(nil), f.Patterns...), own.Patterns...)
	}
	if len(own.Enumeration) > 0 {
		out.Enumeration = own.Enumeration
	}
	if own.WhiteSpace != WhiteSpaceUnset {
		out.WhiteSpace = own.WhiteSpace
	}
	for _, p := range [...]struct{ to, from **int }{
		{&out.Length, &own.Length}, {&out.MinLength, &own.MinLength}, {&out.MaxLength, &own.MaxLength},
		{&out.TotalDigits, &own.TotalDigits}, {&out.FractionDigits, &own.FractionDigits},
	} {
		if *p.from != nil {
			*p.to = *p.from
		}
	}
	// A new bound takes the place of either kind that the base has at that end.
	if own.MinInclusive != nil || own.MinExclusive != nil {
		out.MinInclusive, out.MinExclusive = own.MinInclusive, own.MinExclusive
	}
	if own.MaxInclusive != nil || own.MaxExclusive != nil {
		out.MaxInclusive, out.MaxExclusive = own.MaxInclusive, own.MaxExclusive
	}
	if len(own.Fixed) > 0 {
		out.Fixed = append(append([]string(nil), f.Fixed...), own.Fixed...)
	}
	return out
}
