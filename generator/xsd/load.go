package xsd

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Options say what Load reads.
type Options struct {
	// Files are the schema documents; together with what they include and import they are one schema.
	Files []string
	// Fallback documents supply the named components that Files lack, and nothing else: a component of Files always wins,
	// also where a fallback document refers to it. Of several, the first that has a component supplies it.
	Fallback []string
	// ReadFile reads a document; nil is os.ReadFile.
	ReadFile func(name string) ([]byte, error)
	// IgnoreMissing lets includes and imports pass whose document cannot be read, as the recommendation does.
	// References that then find nothing are errors all the same.
	IgnoreMissing bool
	// Strict refuses what is wrong by the letter but harmless and found in schemas of products: needless escapes in patterns, as \:.
	Strict bool
}

// Load reads schema documents into one schema. Its error is an [Errors].
// No document is fetched over a network: an import whose location is a URL counts on another document to bring the namespace.
func Load(o Options) (*Schema, error) {
	if len(o.Files) == 0 {
		return nil, Errors{errors.New("no schema document given")}
	}
	if o.ReadFile == nil {
		o.ReadFile = os.ReadFile
	}
	l := &loader{opts: o, schema: &Schema{}, set: newSet()}
	for _, f := range o.Files {
		l.document(f, nil, "", false)
	}
	for _, f := range o.Fallback {
		main := l.set
		l.set = newSet()
		l.set.fallback = true
		l.document(f, nil, "", false)
		l.merge(main, l.set)
	}
	for _, stage := range [...]func(){l.declare, l.parse, l.resolve, l.collect, l.check} {
		if len(l.errs) > 0 {
			return nil, l.errs
		}
		stage()
	}
	if len(l.errs) > 0 {
		return nil, l.errs
	}
	return l.schema, nil
}

// loader holds what the stages of Load share.
type loader struct {
	opts   Options
	schema *Schema
	set    *set
	errs   Errors

	current *entry // the global component being parsed

	// Every component, in the order of parsing: global ones, and those they hold.
	complexTypes []*ComplexType
	simpleTypes  []*SimpleType
	elementDecls []*ElementDecl
	attrDecls    []*AttributeDecl
	particles    int // made of group references, to stop a schema that multiplies them
}

// set is the global components of some documents.
type set struct {
	table    map[symbol]*entry
	order    []*entry
	docs     map[docKey]*document
	fallback bool
}

func newSet() *set { return &set{table: map[symbol]*entry{}, docs: map[docKey]*document{}} }

type docKey struct{ file, target string }

// document is what the components of a schema document need to know of it.
type document struct {
	*Document
	imports             map[string]bool
	qualifiedElements   bool
	qualifiedAttributes bool
	blockDefault        DerivationSet
	finalDefault        DerivationSet
	chameleon           bool
	holds               []*document // what it includes and redefines
}

// reaches reports whether other is d, or among what it includes and redefines.
func (d *document) reaches(other *document, seen map[*document]bool) bool {
	if d == other {
		return true
	}
	seen[d] = true
	for _, h := range d.holds {
		if !seen[h] && h.reaches(other, seen) {
			return true
		}
	}
	return false
}

// kind is a symbol space of the recommendation.
type kind string

const (
	kindType           kind = "type"
	kindElement        kind = "element"
	kindAttribute      kind = "attribute"
	kindGroup          kind = "group"
	kindAttributeGroup kind = "attributeGroup"
	kindNotation       kind = "notation"
)

type symbol struct {
	kind kind
	name QName
}

// entry is a global component on its way from an element of a document to a component.
type entry struct {
	symbol
	node      *node
	redefines *entry
	redefined bool // another entry redefines this one
	comp      any
}

func (l *loader) fail(pos Position, format string, args ...any) {
	l.errs = append(l.errs, &Error{pos, fmt.Sprintf(format, args...)})
}

// document reads a schema document and what it includes and imports. from is the element that names it, nil for a file given to Load;
// chameleon says that a document without a target namespace takes the namespace target.
func (l *loader) document(file string, from *node, target string, chameleon bool) *document {
	data, err := l.opts.ReadFile(file)
	if err != nil {
		if from == nil {
			l.errs = append(l.errs, &Error{Position{File: file}, reason(err)})
		} else if !l.opts.IgnoreMissing {
			l.fail(from.pos(describe(from)), "cannot read %s: %s", file, reason(err))
		}
		return nil
	}
	root, err := readNodes(file, data)
	if err != nil {
		l.errs = append(l.errs, err)
		return nil
	}
	if errs := checkGrammar(root); len(errs) > 0 {
		l.errs = append(l.errs, errs...)
		return nil
	}
	own := root.token("targetNamespace")
	if _, ok := root.attr("targetNamespace"); ok && own == "" {
		l.fail(root.pos(""), "targetNamespace may not be empty")
	}
	d := &document{Document: &Document{File: file, TargetNamespace: own, Version: root.token("version"), Fallback: l.set.fallback}, imports: map[string]bool{}}
	if from != nil {
		switch {
		case from.name.Local == "import":
			if want := from.token("namespace"); want != own {
				l.fail(from.pos(describe(from)), "%s has the target namespace %q, and not %q", file, own, want)
				return nil
			}
		case own == "" && target != "" && chameleon:
			d.TargetNamespace, d.chameleon = target, true
		case own != target:
			l.fail(from.pos(describe(from)), "%s has the target namespace %q, and not %q", file, own, target)
			return nil
		}
	}
	key := docKey{cleanPath(file), d.TargetNamespace}
	if known, ok := l.set.docs[key]; ok {
		return known
	}
	l.set.docs[key] = d
	d.Note = schemaNote(root)
	d.qualifiedElements = root.token("elementFormDefault") == "qualified"
	d.qualifiedAttributes = root.token("attributeFormDefault") == "qualified"
	d.blockDefault = derivationSet(root.token("blockDefault"))
	d.finalDefault = derivationSet(root.token("finalDefault"))
	adopt(root, d)
	for _, n := range root.children {
		switch n.name.Local {
		case "include":
			if held := l.document(l.location(n), n, d.TargetNamespace, true); held != nil {
				d.holds = append(d.holds, held)
			}
		case "import":
			l.importFrom(n, d)
		case "redefine":
			l.redefine(n, d)
		case "annotation":
		default:
			l.register(n, d)
		}
	}
	l.schema.Documents = append(l.schema.Documents, d.Document)
	if !slices.Contains(l.schema.Namespaces, d.TargetNamespace) {
		l.schema.Namespaces = append(l.schema.Namespaces, d.TargetNamespace)
	}
	return d
}

func adopt(n *node, d *document) {
	n.doc = d
	for _, c := range n.children {
		adopt(c, d)
	}
}

// reason gives an error of the file system without the path that the message names already.
func reason(err error) string {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

func isURL(location string) bool {
	scheme, _, ok := strings.Cut(location, ":")
	return ok && len(scheme) > 1 && !strings.ContainsAny(scheme, `/\`)
}

// location gives the file that a schemaLocation names.
func (l *loader) location(n *node) string {
	loc := n.token("schemaLocation")
	if isURL(loc) {
		return loc
	}
	if filepath.IsAbs(loc) || path.IsAbs(loc) {
		return loc
	}
	return filepath.Join(filepath.Dir(n.file), filepath.FromSlash(loc))
}

func cleanPath(file string) string {
	if abs, err := filepath.Abs(file); err == nil && !isURL(file) {
		return abs
	}
	return file
}

func (l *loader) importFrom(n *node, d *document) {
	space := n.token("namespace")
	_, named := n.attr("namespace")
	switch {
	case named && space == "":
		l.fail(n.pos(describe(n)), "namespace may not be empty: leave it out to import components without a namespace")
		return
	case space == d.TargetNamespace:
		l.fail(n.pos(describe(n)), "imports its own target namespace %q: that is what xs:include does", space)
		return
	}
	d.imports[space] = true
	loc := n.token("schemaLocation")
	if loc == "" || isURL(loc) || space == SpaceXML && l.unreadable(l.location(n)) {
		return
	}
	l.document(l.location(n), n, space, false)
}

// unreadable serves the import of the xml namespace, which need not be there: its attributes are known.
func (l *loader) unreadable(file string) bool {
	_, err := l.opts.ReadFile(file)
	return err != nil
}

var kinds = map[string]kind{"element": kindElement, "complexType": kindType, "simpleType": kindType, "attribute": kindAttribute,
	"group": kindGroup, "attributeGroup": kindAttributeGroup, "notation": kindNotation}

func symbolOf(n *node, d *document) symbol {
	return symbol{kinds[n.name.Local], QName{d.TargetNamespace, n.token("name")}}
}

func (l *loader) register(n *node, d *document) {
	e := &entry{symbol: symbolOf(n, d), node: n}
	if other, ok := l.set.table[e.symbol]; ok {
		l.fail(e.pos(), "is defined twice: also at %s:%d", other.node.file, other.node.line)
		return
	}
	l.set.table[e.symbol] = e
	l.set.order = append(l.set.order, e)
}

func (e *entry) pos() Position { return e.node.pos(e.label()) }

// label names a component for a message: types by their name, others with their kind.
func (e *entry) label() string {
	if e.kind == kindType {
		return e.name.Local
	}
	return string(e.kind) + " " + e.name.Local
}

func (l *loader) redefine(n *node, d *document) {
	target := l.document(l.location(n), n, d.TargetNamespace, true)
	if target == nil {
		return
	}
	d.holds = append(d.holds, target)
	for _, c := range n.children {
		if c.name.Local == "annotation" {
			continue
		}
		sym := symbolOf(c, d)
		old, ok := l.set.table[sym]
		if !ok || old.node.name != c.name {
			l.fail(c.pos(describe(c)), "redefines what %s does not define", target.File)
			continue
		}
		if !target.reaches(old.node.doc, map[*document]bool{}) {
			l.fail(c.pos(describe(c)), "is defined twice: also at %s:%d", old.node.file, old.node.line)
			continue
		}
		e := &entry{symbol: sym, node: c, redefines: old}
		old.redefined = true
		l.set.table[sym] = e
		l.set.order[slices.Index(l.set.order, old)] = e
	}
}

// merge adds what main lacks.
func (l *loader) merge(main, fallback *set) {
	l.set = main
	for _, e := range fallback.order {
		if _, ok := main.table[e.symbol]; ok {
			continue
		}
		main.table[e.symbol] = e
		main.order = append(main.order, e)
		l.schema.Fallback = append(l.schema.Fallback, string(e.kind)+" "+e.name.Local)
	}
}
