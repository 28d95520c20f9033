package rest

import "strings"

// LinkType is a row of the table that says what a link leads to by its type.
type LinkType struct {
	Type    string // Job; *Reference: any type that ends so; *: any type
	Element string // root element of what the link leads to
}

// Describes reports whether the row is about links of a type, which is compared without regard to case.
func (t LinkType) Describes(typ string) bool {
	end, open := strings.CutPrefix(t.Type, "*")
	if !open {
		return strings.EqualFold(t.Type, typ)
	}
	return len(typ) >= len(end) && strings.EqualFold(typ[len(typ)-len(end):], end)
}
