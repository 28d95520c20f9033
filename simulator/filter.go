package simulator

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The filter language of GET /query:
//
//	expression = and *( "," and )          OR
//	and        = term *( ";" term )        AND, which binds tighter
//	term       = "(" expression ")" / name operator value
//	operator   = "==" / "!=" / "<=" / ">=" / "<" / ">"
//	value      = plain / DQUOTE *( any but DQUOTE / 2DQUOTE ) DQUOTE
//
// A plain value has no = < > and ends before ; , ) and at the end. Spaces around names, operators and values do not matter.

// filterNode is a node of a parsed filter: an operator with its terms, or a comparison.
type filterNode struct {
	op    string // ";", "," or a comparison's operator
	terms []*filterNode
	name  string
	value string
	pos   int // of the name
}

// filterError is an error of a filter's text, with its place.
type filterError struct {
	pos int // in bytes, from 0
	msg string
}

func (e *filterError) Error() string { return fmt.Sprintf("filter, character %d: %s", e.pos+1, e.msg) }

type filterParser struct {
	text  string
	pos   int
	depth int
}

// maxFilterDepth limits how deep parentheses may nest.
const maxFilterDepth = 100

func parseFilter(text string) (*filterNode, error) {
	p := &filterParser{text: text}
	n, err := p.expression()
	if err != nil {
		return nil, err
	}
	if p.pos < len(p.text) {
		return nil, p.errorf("%q is not expected here", p.text[p.pos:p.pos+1])
	}
	return n, nil
}

func (p *filterParser) errorf(format string, args ...any) error {
	return &filterError{p.pos, fmt.Sprintf(format, args...)}
}

func (p *filterParser) spaces() {
	for p.pos < len(p.text) && (p.text[p.pos] == ' ' || p.text[p.pos] == '\t') {
		p.pos++
	}
}

func (p *filterParser) expression() (*filterNode, error) {
	return p.list(",", func() (*filterNode, error) { return p.list(";", p.term) })
}

func (p *filterParser) list(op string, item func() (*filterNode, error)) (*filterNode, error) {
	first, err := item()
	if err != nil {
		return nil, err
	}
	n := &filterNode{op: op, terms: []*filterNode{first}}
	for strings.HasPrefix(p.text[p.pos:], op) {
		p.pos++
		next, err := item()
		if err != nil {
			return nil, err
		}
		n.terms = append(n.terms, next)
	}
	if len(n.terms) == 1 {
		return first, nil
	}
	return n, nil
}

func (p *filterParser) term() (*filterNode, error) {
	p.spaces()
	if !strings.HasPrefix(p.text[p.pos:], "(") {
		return p.comparison()
	}
	if p.depth++; p.depth > maxFilterDepth {
		return nil, p.errorf("more than %d parentheses inside each other", maxFilterDepth)
	}
	p.pos++
	n, err := p.expression()
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(p.text[p.pos:], ")") {
		return nil, p.errorf("a closing parenthesis is missing")
	}
	p.pos++
	p.depth--
	p.spaces()
	return n, nil
}

func (p *filterParser) comparison() (*filterNode, error) {
	n := &filterNode{pos: p.pos}
	end := p.pos
	for end < len(p.text) && !strings.ContainsRune("=!<>;,()\" \t", rune(p.text[end])) {
		end++
	}
	if n.name = p.text[p.pos:end]; n.name == "" {
		return nil, p.errorf("the name of a field is missing")
	}
	p.pos = end
	p.spaces()
	for _, op := range []string{"==", "!=", "<=", ">=", "<", ">"} {
		if strings.HasPrefix(p.text[p.pos:], op) {
			n.op = op
			break
		}
	}
	if n.op == "" {
		return nil, p.errorf("one of == != < > <= >= is missing after %s", n.name)
	}
	p.pos += len(n.op)
	p.spaces()
	if strings.HasPrefix(p.text[p.pos:], `"`) {
		return n, p.quoted(n)
	}
	end = p.pos
	for end < len(p.text) && !strings.ContainsRune(";,)\"", rune(p.text[end])) {
		end++
	}
	if n.value = strings.TrimRight(p.text[p.pos:end], " \t"); n.value == "" {
		return nil, p.errorf("the value after %s%s is missing", n.name, n.op)
	}
	if i := strings.IndexAny(n.value, "=<>"); i >= 0 {
		// A forgotten ; or a misspelt operator would else become part of a value that nothing has.
		p.pos += i
		return nil, p.errorf("%q in a value needs quotation marks around it", n.value[i:i+1])
	}
	p.pos = end
	return n, nil
}

func (p *filterParser) quoted(n *filterNode) error {
	start := p.pos
	var b strings.Builder
	for p.pos++; ; {
		i := strings.IndexByte(p.text[p.pos:], '"')
		if i < 0 {
			p.pos = start
			return p.errorf("a closing quotation mark is missing")
		}
		b.WriteString(p.text[p.pos : p.pos+i])
		p.pos += i + 1
		if !strings.HasPrefix(p.text[p.pos:], `"`) {
			break
		}
		b.WriteByte('"')
		p.pos++
	}
	n.value = b.String()
	p.spaces()
	return nil
}

// fieldKind says how a field's values are compared.
type fieldKind int

const (
	textField fieldKind = iota // without regard to letter case
	uidField                   // like text; a UID and its GUID are the same
	timeField
	numberField
	boolField
	enumField // by their index in column.enum
	taskField // task-2 before task-10
	realField
)

// column is a field that filters and sorting know.
type column[T any] struct {
	name    string
	aliases []string
	kind    fieldKind
	enum    []string
	get     func(T) any // string, time.Time, int64, float64 or bool by kind; nil when the entity has no such value
}

type columns[T any] []column[T]

func (cs columns[T]) find(name string) (*column[T], bool) {
	for i := range cs {
		if strings.EqualFold(cs[i].name, name) || slices.ContainsFunc(cs[i].aliases, func(a string) bool { return strings.EqualFold(a, name) }) {
			return &cs[i], true
		}
	}
	return nil, false
}

func (cs columns[T]) names() string {
	var out []string
	for _, c := range cs {
		out = append(out, c.name)
	}
	return strings.Join(out, ", ")
}

// compile turns a filter into a function.
func (cs columns[T]) compile(text string) (func(T) bool, error) {
	n, err := parseFilter(text)
	if err != nil {
		return nil, err
	}
	return cs.compileNode(n)
}

func (cs columns[T]) compileNode(n *filterNode) (func(T) bool, error) {
	if n.terms != nil {
		terms := make([]func(T) bool, len(n.terms))
		for i, t := range n.terms {
			f, err := cs.compileNode(t)
			if err != nil {
				return nil, err
			}
			terms[i] = f
		}
		or := n.op == ","
		return func(v T) bool {
			for _, f := range terms {
				if f(v) == or {
					return or
				}
			}
			return !or
		}, nil
	}
	c, ok := cs.find(n.name)
	if !ok {
		return nil, &filterError{n.pos, fmt.Sprintf("there is no field %s; there are %s", n.name, cs.names())}
	}
	want, err := c.read(n.value)
	if err != nil {
		return nil, &filterError{n.pos, fmt.Sprintf("%s: %v", c.name, err)}
	}
	return func(v T) bool {
		have := c.get(v)
		if have == nil {
			return n.op == "!="
		}
		return holds(n.op, c.compare(have, want))
	}, nil
}

func holds(op string, cmp int) bool {
	switch op {
	case "==":
		return cmp == 0
	case "!=":
		return cmp != 0
	case "<":
		return cmp < 0
	case "<=":
		return cmp <= 0
	case ">":
		return cmp > 0
	}
	return cmp >= 0
}

// read reads a filter's value as the field's kind demands.
func (c *column[T]) read(s string) (any, error) {
	switch c.kind {
	case timeField:
		return parseMoment(s)
	case numberField:
		return strconv.ParseInt(s, 10, 64)
	case realField:
		return strconv.ParseFloat(s, 64)
	case boolField:
		return strconv.ParseBool(strings.ToLower(s))
	case enumField:
		if i, err := strconv.Atoi(s); err == nil && i >= 0 && i < len(c.enum) {
			return c.enum[i], nil
		}
		if c.index(s) < 0 && !strings.EqualFold(s, "None") { // what has none of the values yet comes before all
			return nil, fmt.Errorf("%q is none of %s", s, strings.Join(c.enum, ", "))
		}
	}
	return s, nil
}

func (c *column[T]) index(s string) int {
	return slices.IndexFunc(c.enum, func(e string) bool { return strings.EqualFold(e, s) })
}

// compare compares two values of the field's kind.
func (c *column[T]) compare(a, b any) int {
	switch c.kind {
	case timeField:
		return a.(time.Time).Compare(b.(time.Time))
	case numberField:
		return cmp.Compare(a.(int64), b.(int64))
	case realField:
		return cmp.Compare(a.(float64), b.(float64))
	case boolField:
		return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)) // "false" < "true"
	case enumField:
		return cmp.Compare(c.index(a.(string)), c.index(b.(string)))
	case taskField:
		return cmp.Compare(taskNumber(a.(string)), taskNumber(b.(string)))
	case uidField:
		return strings.Compare(strings.ToLower(lastPart(a.(string))), strings.ToLower(lastPart(b.(string))))
	}
	return strings.Compare(strings.ToLower(a.(string)), strings.ToLower(b.(string)))
}

// sorter returns a comparison by a field. Entities without a value come first.
func (cs columns[T]) sorter(name string, descending bool) (func(a, b T) int, error) {
	c, ok := cs.find(strings.TrimSpace(name))
	if !ok {
		return nil, fmt.Errorf("sorting: there is no field %s; there are %s", name, cs.names())
	}
	return func(a, b T) int {
		x, y := c.get(a), c.get(b)
		var r int
		switch {
		case x == nil && y == nil:
		case x == nil:
			r = -1
		case y == nil:
			r = 1
		default:
			r = c.compare(x, y)
		}
		if descending {
			return -r
		}
		return r
	}, nil
}

// taskNumber is the number in task-12; what is no task's id comes before all.
func taskNumber(id string) int64 {
	n, err := strconv.ParseInt(strings.TrimPrefix(strings.ToLower(id), "task-"), 10, 64)
	if err != nil {
		return -1
	}
	return n
}
