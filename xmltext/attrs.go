package xmltext

import (
	"bytes"
	"slices"
	"strings"
)

// duplicate returns an attribute of the current start tag whose expanded name another one has too, or nil.
func (d *Decoder) duplicate() *Attr {
	if len(d.attrs) > 32 {
		return d.duplicateSorted()
	}
	// Names that differ in length or in the last byte are different: only the others are compared.
	var seen uint64
	for i := range d.attrs {
		a := &d.attrs[i]
		n := len(a.Local)
		bit := uint64(1) << ((uint(n) + uint(a.Local[n-1])*7) & 63)
		if seen&bit != 0 {
			for k := range d.attrs[:i] {
				if b := &d.attrs[k]; string(a.Local) == string(b.Local) && a.Space == b.Space {
					return a
				}
			}
		}
		seen |= bit
	}
	return nil
}

// duplicateSorted does the same for many attributes, in less than quadratic time.
func (d *Decoder) duplicateSorted() *Attr {
	d.sorted = d.sorted[:0]
	for i := range d.attrs {
		d.sorted = append(d.sorted, i)
	}
	compare := func(i, k int) int {
		a, b := &d.attrs[i], &d.attrs[k]
		if c := bytes.Compare(a.Local, b.Local); c != 0 {
			return c
		}
		return strings.Compare(a.Space, b.Space)
	}
	slices.SortStableFunc(d.sorted, compare)
	for n := 1; n < len(d.sorted); n++ {
		if compare(d.sorted[n-1], d.sorted[n]) == 0 {
			return &d.attrs[d.sorted[n]]
		}
	}
	return nil
}
