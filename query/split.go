package query

import "strings"

// Split cuts a filter that is too long into several that together admit what f admits: an Or, wherever it stands, is halved until each
// part fits. The order of the alternatives is kept. A thing may be admitted by more than one part.
// A filter that no cut can make fit is returned as it is, and so is one that fits, and one made by [RawFilter] that mixes
// commas and semicolons without parentheses.
func (f Filter[T]) Split(fits func(Filter[T]) bool) []Filter[T] {
	e, ok := parse(f.text)
	if !ok || fits(f) || !fits(filterOf[T](e.least())) {
		return []Filter[T]{f}
	}
	return split(e, fits)
}

func split[T any](e expr, fits func(Filter[T]) bool) []Filter[T] {
	f := filterOf[T](e)
	if fits(f) {
		return []Filter[T]{f}
	}
	a, b, ok := e.halve()
	if !ok {
		return []Filter[T]{f}
	}
	return append(split(a, fits), split(b, fits)...)
}

func filterOf[T any](e expr) Filter[T] {
	return Filter[T]{text: e.String(), or: e.sep == ",", and: e.sep == ";"}
}

// expr is a filter taken apart: a comparison, or several expressions with a separator between them.
type expr struct {
	text  string // of a comparison
	sep   string // "," or ";"; "" for a comparison
	parts []expr
}

// parse takes a filter apart. It reports false for what is not balanced, or needs the precedence of the separators.
func parse(s string) (expr, bool) {
	var (
		parts  []expr
		sep    string
		depth  int
		quoted bool
		start  int
	)
	part := func(end int) bool {
		text := s[start:end]
		start = end + 1
		e := expr{text: text}
		if inner, ok := bracketed(text); ok {
			if e, ok = parse(inner); !ok {
				return false
			}
		}
		parts = append(parts, e)
		return text != ""
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth < 0 {
				return expr{}, false
			}
		case depth == 0 && (c == ',' || c == ';'):
			if sep != "" && sep != string(c) || !part(i) {
				return expr{}, false
			}
			sep = string(c)
		}
	}
	if quoted || depth != 0 || !part(len(s)) {
		return expr{}, false
	}
	if sep == "" {
		return parts[0], true
	}
	return expr{sep: sep, parts: parts}, true
}

// bracketed gives what one pair of parentheses around all of s holds.
func bracketed(s string) (string, bool) {
	if !strings.HasPrefix(s, "(") || !strings.HasSuffix(s, ")") {
		return "", false
	}
	depth, quoted := 0, false
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth == 0 {
				return s[1:i], i == len(s)-1
			}
		}
	}
	return "", false
}

func (e expr) String() string {
	if e.sep == "" {
		return e.text
	}
	texts := make([]string, len(e.parts))
	for i, p := range e.parts {
		if texts[i] = p.String(); p.sep != "" {
			texts[i] = "(" + texts[i] + ")"
		}
	}
	return strings.Join(texts, e.sep)
}

// least is the longest of the shortest expressions that cuts can lead to.
func (e expr) least() expr {
	if e.sep == "" {
		return e
	}
	parts := make([]expr, len(e.parts))
	for i, p := range e.parts {
		parts[i] = p.least()
	}
	if e.sep == ";" {
		return expr{sep: ";", parts: parts}
	}
	longest := parts[0]
	for _, p := range parts[1:] {
		if len(p.String()) > len(longest.String()) {
			longest = p
		}
	}
	return longest
}

// halve cuts an Or in the middle, or the longest one inside an And.
func (e expr) halve() (a, b expr, ok bool) {
	switch e.sep {
	case ",":
		m := len(e.parts) / 2
		return group(e.parts[:m]), group(e.parts[m:]), true
	case ";":
		at, most := -1, 0
		for i, p := range e.parts {
			if n := len(p.String()); n > most && p.canHalve() {
				at, most = i, n
			}
		}
		if at < 0 {
			return e, expr{}, false
		}
		x, y, _ := e.parts[at].halve()
		return e.with(at, x), e.with(at, y), true
	}
	return e, expr{}, false
}

func (e expr) canHalve() bool {
	for _, p := range e.parts {
		if p.canHalve() {
			return true
		}
	}
	return e.sep == ","
}

// group is an Or of at least one expression.
func group(parts []expr) expr {
	if len(parts) == 1 {
		return parts[0]
	}
	return expr{sep: ",", parts: parts}
}

func (e expr) with(at int, p expr) expr {
	parts := append([]expr(nil), e.parts...)
	parts[at] = p
	return expr{sep: e.sep, parts: parts}
}
