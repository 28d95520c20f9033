package names

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

var jsonColumns = []string{"component", "xml", "json", "aliases", "form", "note"}

// JSON holds where JSON names differ from the rule. The zero value has no exceptions.
type JSON struct {
	members map[member]jsonMember
	forms   map[string]string
}

type member struct{ component, xml string }

type jsonMember struct {
	name    string
	aliases []string
}

// LoadJSON reads a table of JSON names.
func LoadJSON(file string) (*JSON, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return ParseJSON(file, string(data))
}

// ParseJSON reads a table that is in memory; file is for errors. Columns: component (the type's name in the schema), xml (element, @attribute, or
// "" for the type itself or its text), json (the name it has), aliases (other names that are read, separated by |), form (array or object, of the type itself), note.
func ParseJSON(file, text string) (*JSON, error) {
	j := &JSON{members: map[member]jsonMember{}, forms: map[string]string{}}
	var errs []error
	fail := func(line int, format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s:%d: %s", file, line, fmt.Sprintf(format, args...)))
	}
	for i, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		line = strings.TrimRight(line, "\r")
		cells := strings.Split(line, "\t")
		if i == 0 {
			if line != strings.Join(jsonColumns, "\t") {
				return nil, fmt.Errorf("%s:1: the header must be %q", file, strings.Join(jsonColumns, " "))
			}
			continue
		}
		if strings.TrimSpace(line) == "" {
			continue
		}
		if len(cells) != len(jsonColumns) {
			fail(i+1, "has %d cells, the header %d", len(cells), len(jsonColumns))
			continue
		}
		component, xml, name, form := cells[0], cells[1], cells[2], cells[4]
		if component == "" {
			fail(i+1, "no component")
			continue
		}
		switch form {
		case "":
		case "array", "object":
			if _, twice := j.forms[component]; twice {
				fail(i+1, "%s has a form already", component)
			}
			j.forms[component] = form
		default:
			fail(i+1, "form %q is neither array nor object", form)
		}
		var aliases []string
		for _, a := range strings.Split(cells[3], "|") {
			if a = strings.TrimSpace(a); a != "" {
				aliases = append(aliases, a)
			}
		}
		if name == "" && len(aliases) == 0 {
			continue
		}
		m := member{component, xml}
		if _, twice := j.members[m]; twice {
			fail(i+1, "%s %s stands twice", component, xml)
		}
		j.members[m] = jsonMember{name: name, aliases: aliases}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return j, nil
}

// Member gives the JSON name and the other spellings of a member, "" and nil where the rule holds.
func (j *JSON) Member(component, xml string) (string, []string) {
	e := j.members[member{component, xml}]
	return e.name, e.aliases
}

// Form gives the form that a type has in JSON: array, object, or "" where the rule holds.
func (j *JSON) Form(component string) string { return j.forms[component] }
