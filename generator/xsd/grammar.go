package xsd

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// rule is what the schema for schemas says of one element in one place.
type rule struct {
	attrs   string // "id name! type": those with ! are required
	content string // slots in order: "annotation? restriction|list|union!"; ? at most one, ! exactly one, * any number, + at least one
}

const (
	facetNames  = "minExclusive|minInclusive|maxExclusive|maxInclusive|totalDigits|fractionDigits|length|minLength|maxLength|enumeration|whiteSpace|pattern"
	attrContent = " attribute|attributeGroup* anyAttribute?"
	particles   = " group|all|choice|sequence?"
)

// rules, by element and place. See ruleFor.
var rules = map[string]rule{
	"schema": {"id targetNamespace version finalDefault blockDefault attributeFormDefault elementFormDefault",
		"include|import|redefine|annotation* simpleType|complexType|group|attributeGroup|element|attribute|notation|annotation*"},
	"include":  {"id schemaLocation!", "annotation?"},
	"import":   {"id namespace schemaLocation", "annotation?"},
	"redefine": {"id schemaLocation!", "annotation|simpleType|complexType|group|attributeGroup*"},

	"element.global":   {"id name! type default fixed nillable abstract final block substitutionGroup", "annotation? simpleType|complexType? unique|key|keyref*"},
	"element.local":    {"id name ref type minOccurs maxOccurs default fixed nillable block form", "annotation? simpleType|complexType? unique|key|keyref*"},
	"attribute.global": {"id name! type default fixed", "annotation? simpleType?"},
	"attribute.local":  {"id name ref type use default fixed form", "annotation? simpleType?"},

	"complexType.global":         {"id name! mixed abstract final block", "annotation? simpleContent|complexContent?." + particles + attrContent},
	"complexType.local":          {"id mixed", "annotation? simpleContent|complexContent?." + particles + attrContent},
	"simpleContent":              {"id", "annotation? restriction|extension!"},
	"complexContent":             {"id mixed", "annotation? restriction|extension!"},
	"restriction.simpleContent":  {"id base!", "annotation? simpleType? " + facetNames + "*" + attrContent},
	"restriction.complexContent": {"id base!", "annotation?" + particles + attrContent},
	"extension.simpleContent":    {"id base!", "annotation?" + attrContent},
	"extension.complexContent":   {"id base!", "annotation?" + particles + attrContent},

	"simpleType.global":      {"id name! final", "annotation? restriction|list|union!"},
	"simpleType.local":       {"id", "annotation? restriction|list|union!"},
	"restriction.simpleType": {"id base", "annotation? simpleType? " + facetNames + "*"},
	"list":                   {"id itemType", "annotation? simpleType?"},
	"union":                  {"id memberTypes", "annotation? simpleType*"},

	"group.global":          {"id name!", "annotation? all|choice|sequence!"},
	"group.ref":             {"id ref! minOccurs maxOccurs", "annotation?"},
	"attributeGroup.global": {"id name!", "annotation?" + attrContent},
	"attributeGroup.ref":    {"id ref!", "annotation?"},
	"sequence":              {"id minOccurs maxOccurs", "annotation? element|group|choice|sequence|any*"},
	"choice":                {"id minOccurs maxOccurs", "annotation? element|group|choice|sequence|any*"},
	"all":                   {"id minOccurs maxOccurs", "annotation? element*"},
	"sequence.inGroup":      {"id", "annotation? element|group|choice|sequence|any*"},
	"choice.inGroup":        {"id", "annotation? element|group|choice|sequence|any*"},
	"all.inGroup":           {"id", "annotation? element*"},
	"any":                   {"id minOccurs maxOccurs namespace processContents", "annotation?"},
	"anyAttribute":          {"id namespace processContents", "annotation?"},

	"unique":   {"id name!", "annotation? selector! field+"},
	"key":      {"id name!", "annotation? selector! field+"},
	"keyref":   {"id name! refer!", "annotation? selector! field+"},
	"selector": {"id xpath!", "annotation?"},
	"field":    {"id xpath!", "annotation?"},

	"notation":      {"id name! public system", "annotation?"},
	"annotation":    {"id", "documentation|appinfo*"},
	"documentation": {"source", ""},
	"appinfo":       {"source", ""},

	"facet":       {"id value! fixed", "annotation?"},
	"enumeration": {"id value!", "annotation?"},
	"pattern":     {"id value!", "annotation?"},
}

// later names what a newer version of the language has; it is told apart from plain mistakes.
var later = map[string]bool{
	"assert": true, "assertion": true, "alternative": true, "openContent": true, "defaultOpenContent": true, "override": true, "explicitTimezone": true,
	"defaultAttributes": true, "xpathDefaultNamespace": true, "notNamespace": true, "notQName": true, "defaultAttributesApply": true, "inheritable": true, "targetNamespace": true, "test": true,
}

// ruleFor names the rule for an element below another one.
func ruleFor(parent, local string) string {
	switch local {
	case "element", "attribute", "complexType", "simpleType":
		if parent == "schema" || parent == "redefine" {
			return local + ".global"
		}
		return local + ".local"
	case "group", "attributeGroup":
		if parent == "schema" || parent == "redefine" {
			return local + ".global"
		}
		return local + ".ref"
	case "restriction", "extension":
		p, _, _ := strings.Cut(parent, ".")
		return local + "." + p
	case "sequence", "choice", "all":
		if parent == "group.global" {
			return local + ".inGroup"
		}
	case "minExclusive", "minInclusive", "maxExclusive", "maxInclusive", "totalDigits", "fractionDigits", "length", "minLength", "maxLength", "whiteSpace":
		return "facet"
	}
	return local
}

// slot is a place in an element's content that some child elements may take.
type slot struct {
	names    string // "|a|b|"
	min, max int
	alone    bool // whatever takes it ends the content
}

func slots(content string) []slot {
	var out []slot
	for _, f := range strings.Fields(content) {
		s := slot{max: 1}
		if strings.HasSuffix(f, ".") {
			s.alone, f = true, f[:len(f)-1]
		}
		switch f[len(f)-1] {
		case '!':
			s.min = 1
		case '*':
			s.max = Unbounded
		case '+':
			s.min, s.max = 1, Unbounded
		}
		s.names = "|" + f[:len(f)-1] + "|"
		out = append(out, s)
	}
	return out
}

// grammar checks a document against the schema for schemas, so that what reads it next can rely on its form.
type grammar struct {
	errs Errors
	ids  map[string]int
}

func checkGrammar(root *node) Errors {
	g := grammar{ids: map[string]int{}}
	if root.name != (QName{SpaceXSD, "schema"}) {
		return Errors{&Error{root.pos(""), fmt.Sprintf("the root element is %s, and not schema of namespace %s", root.name, SpaceXSD)}}
	}
	g.element(root, "schema")
	return g.errs
}

func (g *grammar) fail(n *node, format string, args ...any) {
	g.errs = append(g.errs, &Error{n.pos(describe(n)), fmt.Sprintf(format, args...)})
}

// describe names an element for a message: <element name="Task">.
func describe(n *node) string {
	for _, a := range [...]string{"name", "ref", "value"} {
		if v, ok := n.attr(a); ok {
			return "<" + n.name.Local + " " + a + "=" + strconv.Quote(v) + ">"
		}
	}
	return "<" + n.name.Local + ">"
}

func (g *grammar) element(n *node, ruleName string) {
	r := rules[ruleName]
	g.attributes(n, ruleName, r.attrs)
	if ruleName == "documentation" || ruleName == "appinfo" {
		return
	}
	g.noText(n)
	todo := slots(r.content)
	counts := make([]int, len(todo))
	at := 0
children:
	for _, c := range n.children {
		if c.name.Space != SpaceXSD {
			g.errs = append(g.errs, &Error{c.pos(describe(n)), fmt.Sprintf("<%s> of namespace %q may stand in annotations only", c.name.Local, c.name.Space)})
			continue
		}
		child := ruleFor(ruleName, c.name.Local)
		if _, ok := rules[child]; !ok {
			if later[c.name.Local] {
				g.errs = append(g.errs, &UnsupportedError{"xs:" + c.name.Local + " (XML Schema 1.1)", c.pos(describe(n))})
			} else {
				g.errs = append(g.errs, &Error{c.pos(describe(n)), fmt.Sprintf("<%s> is no element of XML Schema 1.0", c.name.Local)})
			}
			continue
		}
		g.element(c, child)
		for i := at; i < len(todo); i++ {
			if s := todo[i]; strings.Contains(s.names, "|"+c.name.Local+"|") && (s.max == Unbounded || counts[i] < s.max) {
				counts[i]++
				if at = i; s.alone {
					at = len(todo)
				}
				continue children
			}
		}
		g.fail(c, "may not stand here in %s", describe(n))
	}
	for i, s := range todo {
		if counts[i] < s.min {
			g.fail(n, "lacks <%s>", strings.ReplaceAll(strings.Trim(s.names, "|"), "|", "> or <"))
		}
	}
}

func (g *grammar) noText(n *node) {
	for _, t := range n.el.Child {
		if c, ok := t.(interface{ IsWhitespace() bool }); ok && !c.IsWhitespace() {
			g.fail(n, "text may stand in annotations only")
			return
		}
	}
}

func (g *grammar) attributes(n *node, ruleName, allowed string) {
	for _, a := range n.attrs {
		if a.name.Space == SpaceXSD {
			g.fail(n, "the attribute %s may not have the namespace of XML Schema", a.name.Local)
		}
		if a.name.Space != "" {
			continue
		}
		if !hasWord(allowed, a.name.Local) {
			if later[a.name.Local] {
				g.errs = append(g.errs, &UnsupportedError{"the attribute " + a.name.Local + " here (XML Schema 1.1)", n.pos(describe(n))})
			} else {
				g.fail(n, "may not have the attribute %s", a.name.Local)
			}
			continue
		}
		if msg := g.value(n, ruleName, a.name.Local, collapse(a.value)); msg != "" {
			g.fail(n, "%s=%q: %s", a.name.Local, a.value, msg)
		}
	}
	for _, w := range strings.Fields(allowed) {
		if name, required := strings.CutSuffix(w, "!"); required {
			if _, ok := n.attr(name); !ok {
				g.fail(n, "lacks the attribute %s", name)
			}
		}
	}
}

func hasWord(words, w string) bool {
	for _, x := range strings.Fields(words) {
		if strings.TrimSuffix(x, "!") == w {
			return true
		}
	}
	return false
}

var (
	occurs = regexp.MustCompile(`^\+?[0-9]+$|^-0+$`)
	// The recommendation's subset of XPath.
	xpathStep     = `(?:\.|(?:child\s*::\s*)?(?:[^\s/|.@:*()\[\]'"=$!<>+,]+\s*:\s*)?(?:[^\s/|@:*()\[\]'"=$!<>+,]+|\*))`
	xpathSelector = regexp.MustCompile(`^\s*(?:(?:\.\s*//\s*)?` + xpathStep + `(?:\s*/\s*` + xpathStep + `)*\s*(?:\|\s*|$))+$`)
	xpathField    = regexp.MustCompile(`^\s*(?:(?:\.\s*//\s*)?(?:` + xpathStep + `\s*/\s*)*(?:` + xpathStep + `|(?:@|attribute\s*::)\s*(?:[^\s/|.@:*()\[\]'"=$!<>+,]+\s*:\s*)?(?:[^\s/|@:*()\[\]'"=$!<>+,]+|\*))\s*(?:\|\s*|$))+$`)
)

// value checks the value of an attribute of a schema element, and says what is wrong with it.
func (g *grammar) value(n *node, ruleName, name, v string) string {
	switch name {
	case "id":
		if !isNCName(v) {
			return "not a name without a colon"
		}
		if line, ok := g.ids[v]; ok {
			return fmt.Sprintf("the id stands at line %d already", line)
		}
		g.ids[v] = n.line
	case "name":
		if !isNCName(v) {
			return "not a name without a colon"
		}
	case "ref", "type", "base", "refer", "substitutionGroup", "itemType":
		return qnameFault(n, v)
	case "memberTypes":
		for _, m := range strings.Fields(v) {
			if msg := qnameFault(n, m); msg != "" {
				return msg
			}
		}
	case "minOccurs", "maxOccurs":
		if v == "unbounded" && name == "maxOccurs" {
			return ""
		}
		if !occurs.MatchString(v) {
			return "not a count"
		}
	case "mixed", "abstract", "nillable":
		return booleanFault(v)
	case "fixed":
		if ruleName == "facet" {
			return booleanFault(v)
		}
	case "use":
		return oneOf(v, "optional|prohibited|required")
	case "form", "elementFormDefault", "attributeFormDefault":
		return oneOf(v, "qualified|unqualified")
	case "processContents":
		return oneOf(v, "strict|lax|skip")
	case "final", "block", "finalDefault", "blockDefault":
		allowed := map[string]string{"block": "extension|restriction|substitution", "blockDefault": "extension|restriction|substitution",
			"final": "extension|restriction", "finalDefault": "extension|restriction|list|union"}[name]
		switch {
		case ruleName == "simpleType.global":
			allowed = "restriction|list|union"
		case ruleName == "complexType.global":
			allowed = "extension|restriction"
		}
		if v == "#all" {
			return ""
		}
		for _, w := range strings.Fields(v) {
			if msg := oneOf(w, allowed); msg != "" {
				return msg
			}
		}
	case "namespace":
		if ruleName == "import" || v == "##any" || v == "##other" {
			return ""
		}
		for _, w := range strings.Fields(v) {
			if strings.HasPrefix(w, "##") && w != "##local" && w != "##targetNamespace" {
				return "not a namespace"
			}
		}
	case "xpath":
		if re := map[bool]*regexp.Regexp{true: xpathSelector, false: xpathField}[ruleName == "selector"]; !re.MatchString(v) || strings.HasSuffix(v, "|") {
			return "not a path that identity constraints may use"
		}
	}
	return ""
}

func oneOf(v, allowed string) string {
	for _, a := range strings.Split(allowed, "|") {
		if v == a {
			return ""
		}
	}
	return "not one of " + strings.ReplaceAll(allowed, "|", ", ")
}

func booleanFault(v string) string {
	switch v {
	case "true", "false", "1", "0":
		return ""
	}
	return "not a boolean"
}

func isTrue(v string) bool { return v == "true" || v == "1" }

func qnameFault(n *node, v string) string {
	prefix, local, ok := strings.Cut(v, ":")
	if !ok {
		prefix, local = "", v
	}
	if ok && !isNCName(prefix) || !isNCName(local) {
		return "not a qualified name"
	}
	if _, ok := n.scope.lookup(prefix); !ok {
		return "the prefix " + prefix + " is not declared"
	}
	return ""
}
