package operations

import (
	"errors"
	"io/fs"
	"os"
	"regexp"
)

// LinkType is a row of the table of link types: what a link with that type leads to.
type LinkType struct {
	Type    string // a word; "*" and a word: whatever ends so; "*": any
	Element string // root element
	Pos     Position
}

// LinkColumns are the columns of the table of link types, in the order in which they are written.
var LinkColumns = []string{"type", "element"}

// LoadLinks reads a table of link types from a file; where there is none, nothing is known of links. The error is a [Errors] unless
// the file cannot be read.
func LoadLinks(file string) ([]LinkType, error) {
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return ParseLinks(file, data)
}

var linkTypeName = regexp.MustCompile(`^(\*|\*?[\pL][\pL\pN]*)$`)

// ParseLinks reads a table of link types. A type that leads to one of several elements has a row for each. file is its name in errors.
// The error is a [Errors].
func ParseLinks(file string, data []byte) ([]LinkType, error) {
	rows, errs := readTable(file, data, LinkColumns)
	var all []LinkType
	seen := map[[2]string]bool{}
	for _, r := range rows {
		l := LinkType{Type: r.get("type"), Element: r.get("element"), Pos: Position{File: file, Line: r.Line}}
		key := [2]string{l.Type, l.Element}
		switch {
		case !linkTypeName.MatchString(l.Type):
			errs = append(errs, r.errorf("type", "%q is no type of a link", l.Type))
		case !queryName.MatchString(l.Element):
			errs = append(errs, r.errorf("element", "%q is no name", l.Element))
		case seen[key]:
			errs = append(errs, r.errorf("", "%s leads to %s in another row already", l.Type, l.Element))
		default:
			seen[key] = true
			all = append(all, l)
		}
	}
	if len(errs) > 0 {
		return nil, errs
	}
	return all, nil
}
