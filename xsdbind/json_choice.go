package xsdbind

// twoAlternatives looks for two fields of set that the content model does not allow together, because they stand in two
// alternatives of a choice. It returns nil if there are none.
func (t *Type) twoAlternatives(set *fieldSet) (a, b *Field) {
	if t.Flags&FlagInOrder != 0 {
		return nil, nil // its particles are about the items
	}
	for i := range t.Model {
		if p := &t.Model[i]; p.Op == OpChoice && p.Max == 1 && !t.repeated(i) {
			if a, b := t.clash(i, set); a >= 0 {
				return &t.Fields[a], &t.Fields[b]
			}
		}
	}
	return nil, nil
}

// repeated reports whether a group around particle i repeats: then the alternatives are taken anew each time.
func (t *Type) repeated(i int) bool {
	for j := range i {
		if p := &t.Model[j]; j+int(p.Len) >= i && p.Max != 1 && p.Max != 0 {
			return true
		}
	}
	return false
}

// clash finds two set fields inside the choice at i that no alternative has both, or returns -1.
func (t *Type) clash(i int, set *fieldSet) (a, b int) {
	last := min(i+int(t.Model[i].Len), len(t.Model)-1)
	for j := i + 1; j <= last; j++ {
		a := int(t.Model[j].Field)
		if !t.Model[j].isContent() || !set.has(a) {
			continue
		}
		for k := j + 1; k <= last; k++ {
			b := int(t.Model[k].Field)
			if t.Model[k].isContent() && b != a && set.has(b) && !t.together(i, a, b) {
				return a, b
			}
		}
	}
	return -1, -1
}

// together reports whether one alternative of the choice at i has both fields.
func (t *Type) together(i, a, b int) bool {
	last := min(i+int(t.Model[i].Len), len(t.Model)-1)
	for j := i + 1; j <= last; {
		end := min(j+int(t.Model[j].Len), last)
		var hasA, hasB bool
		for k := j; k <= end; k++ {
			if p := &t.Model[k]; p.isContent() {
				hasA = hasA || int(p.Field) == a
				hasB = hasB || int(p.Field) == b
			}
		}
		if hasA && hasB {
			return true
		}
		j = end + 1
	}
	return false
}

// isContent reports whether a particle names a field.
func (p *Particle) isContent() bool {
	return p.Op == OpElement || p.Op == OpGroup || p.Op == OpAny
}
