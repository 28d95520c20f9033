package xsd

// check looks for what makes a schema wrong though all its references hold. Each check names the place of its first cause,
// and a component that is wrong is not checked further where that could only repeat the fault.
func (l *loader) check() {
	for _, t := range l.simpleTypes {
		l.checkSimple(t)
	}
	if len(l.errs) > 0 { // values of a faulty type would be faulty in turn
		return
	}
	for _, e := range l.elementDecls {
		l.checkElement(e)
	}
	for _, d := range l.attrDecls {
		l.checkValues(d.Type, d.Default, d.Fixed, d.Pos)
	}
	for _, t := range l.complexTypes {
		l.checkAttributes(t)
		l.checkContent(t)
	}
	for _, e := range l.set.order {
		if e.redefines != nil {
			l.checkRedefine(e)
		}
	}
	for _, n := range l.schema.Notations {
		if n.Public == "" && n.System == "" {
			l.fail(n.Pos, "has neither a public nor a system identifier")
		}
	}
	l.checkConstraints()
}
