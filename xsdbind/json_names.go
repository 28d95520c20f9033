package xsdbind

import "strings"

// jsonName is the member that f is written as: Field.JSON, else the name in XML, else "Value" for text and
// the Go name for groups and wildcards, which have no name in XML.
func (f *Field) jsonName() string {
	switch {
	case f.JSON != "":
		return f.JSON
	case f.Name != "":
		return f.Name
	case f.Where == WhereText:
		return "Value"
	}
	return f.Go
}

// jsonRequired reports whether an object must have f's member. Of lists only those that are one text must be there: others
// are absent when they are empty.
func (f *Field) jsonRequired() bool {
	return f.Flags&FlagRequired != 0 && f.Flags&(FlagList|FlagTextList) != FlagList
}

// jsonText is another member name under which the text of an element is read.
const jsonText = "#text"

// jsonMember returns the index of the field that a member name means, or -1. What is written counts before aliases, and
// the same spelling before another case. next is the field to look at first. In lenient mode the name
// in XML will do where the one in JSON is another.
func (t *Type) jsonMember(name []byte, next int, strict bool) int {
	if next < len(t.Fields) && string(name) == t.Fields[next].jsonName() {
		return next
	}
	for i := range t.Fields {
		if string(name) == t.Fields[i].jsonName() {
			return i
		}
	}
	for i := range t.Fields {
		f := &t.Fields[i]
		for _, alias := range f.Aliases {
			if string(name) == alias {
				return i
			}
		}
		if f.Where == WhereText && string(name) == jsonText {
			return i
		}
	}
	for i := range t.Fields {
		if jsonFold(name, t.Fields[i].jsonName()) {
			return i
		}
	}
	for i := range t.Fields {
		f := &t.Fields[i]
		for _, alias := range f.Aliases {
			if jsonFold(name, alias) {
				return i
			}
		}
		if !strict && f.JSON != "" && f.Name != "" && jsonFold(name, f.Name) {
			return i
		}
	}
	return -1
}

// jsonAlternative looks for name among the alternatives of t's repeated choices: a document that does not keep their
// order has each of them as a member of its own. It returns the group's field and the field in the group's type.
func (t *Type) jsonAlternative(name []byte, strict bool) (group, alternative int, ok bool) {
	for i := range t.Fields {
		g := t.Fields[i].Group
		if t.Fields[i].Where != WhereGroup || g == nil || len(g.Model) == 0 || g.Model[0].Op != OpChoice {
			continue
		}
		if j := g.jsonMember(name, len(g.Fields), strict); j >= 0 && g.Fields[j].Where == WhereElement {
			return i, j, true
		}
	}
	return 0, 0, false
}

// jsonArray is the list that stands for the whole type in JSON, or nil.
func (t *Type) jsonArray() *Field {
	if t.JSON == JSONArray && len(t.Fields) == 1 && t.Fields[0].Flags&FlagList != 0 {
		return &t.Fields[0]
	}
	return nil
}

// jsonListOnly returns the index of the list that is the only content of t, or -1.
func (t *Type) jsonListOnly() int {
	if len(t.Fields)-t.Attrs == 1 && t.Fields[t.Attrs].Flags&FlagList != 0 {
		return t.Attrs
	}
	return -1
}

// jsonSchemaMember reports whether a member carries what xmlns and xsi attributes do in XML: some clients that turn
// XML into JSON leave it in. It is kept as any unknown member, and strict mode lets it pass.
func jsonSchemaMember(name string) bool {
	name = strings.TrimPrefix(name, "@")
	return name == "xmlns" || strings.HasPrefix(name, "xmlns:") || strings.HasPrefix(name, "xsi:")
}

// jsonFold is strings.EqualFold, and fast for ASCII.
func jsonFold(name []byte, s string) bool {
	for i := range min(len(name), len(s)) {
		a, b := name[i], s[i]
		if a|b >= 0x80 {
			return strings.EqualFold(string(name), s)
		}
		if a == b {
			continue
		}
		if a|0x20 != b|0x20 || a|0x20 < 'a' || 'z' < a|0x20 {
			// The Kelvin sign and the long s fold to ASCII letters, but no one writes them.
			return false
		}
	}
	return len(name) == len(s)
}

// jsonOrder returns the index of the field that is written as the k-th, in the order of the table.
func (t *Type) jsonOrder(k int) int {
	if t.JSONOrder == "" {
		return k
	}
	return int(t.JSONOrder[k])
}

// jsonCount is the number of fields that jsonOrder orders.
func (t *Type) jsonCount() int {
	if t.JSONOrder == "" {
		return len(t.Fields)
	}
	return min(len(t.JSONOrder), len(t.Fields))
}
