package ir

// LinkType says what a link with a type leads to.
type LinkType struct {
	Type    string // as in the table
	Element string // root element, by its first name
}

// buildLinks takes over the rows of the table whose elements the schema declares, under one name or another.
func (b *builder) buildLinks() {
	roots := map[string]string{}
	for _, e := range b.program.Elements {
		if e.Space != b.main {
			continue
		}
		for _, name := range append([]string{e.Local}, e.Aliases...) {
			roots[name] = e.Struct.Root
		}
	}
	for _, l := range b.in.Links {
		if root := roots[l.Element]; root != "" {
			b.program.Links = append(b.program.Links, LinkType{l.Type, root})
		}
	}
}
