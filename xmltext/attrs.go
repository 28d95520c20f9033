package xmltext

import (
	"bytes"
	"cmp"
	"slices"
)

// duplicate returns an attribute of the current start tag whose expanded name another one has too, or nil.
func (d *Decoder) duplicate() *Attr {
	d.ids = d.ids[:0]
	for i := range d.attrs {
		d.ids = append(d.ids, d.attrID(&d.attrs[i]))
	}
	if len(d.attrs) > 32 {
		return d.duplicateSorted()
	}
	for i := range d.attrs {
		a := &d.attrs[i]
		for k := range d.attrs[:i] {
			d.steps++
			if d.ids[i] == d.ids[k] && string(a.Local) == string(d.attrs[k].Local) {
				return a
			}
		}
	}
	return nil
}

// attrID returns the id of an attribute's namespace: names are compared by it, because a namespace may be long where
// the prefixes that stand for it are short.
func (d *Decoder) attrID(a *Attr) int {
	switch {
	case a.Space == "":
		return idNone
	case string(a.Prefix) == "xml":
		return idXML
	case d.src == nil:
		if i := d.bound(a.Prefix); i >= 0 {
			return d.binds[i].id
		}
	default:
		if id := d.idOf(a.Space); id >= 0 {
			return id
		}
	}
	// Tokens of encoding/xml have namespaces that nothing in sight declares.
	t := &d.tokens
	id, ok := t.abroad[a.Space]
	if !ok {
		if t.abroad == nil {
			t.abroad = make(map[string]int)
		}
		id = idAbroad - len(t.abroad)
		t.abroad[a.Space] = id
	}
	return id
}

// duplicateSorted does the same for many attributes, in less than quadratic time.
func (d *Decoder) duplicateSorted() *Attr {
	d.sorted = d.sorted[:0]
	for i := range d.attrs {
		d.sorted = append(d.sorted, i)
	}
	compare := func(i, k int) int {
		d.steps++
		if c := cmp.Compare(d.ids[i], d.ids[k]); c != 0 {
			return c
		}
		return bytes.Compare(d.attrs[i].Local, d.attrs[k].Local)
	}
	slices.SortStableFunc(d.sorted, compare)
	for n := 1; n < len(d.sorted); n++ {
		if compare(d.sorted[n-1], d.sorted[n]) == 0 {
			return &d.attrs[d.sorted[n]]
		}
	}
	return nil
}

// nameBit is a bit that two names share if they are the same, and else rarely: names that differ in
// length or in their first or last byte mostly do not. Only names that share it need to be compared.
func nameBit[T []byte | string](local T) uint64 {
	return 1 << ((uint(len(local))*5 + uint(local[0])*3 + uint(local[len(local)-1])*7) & 63)
}
