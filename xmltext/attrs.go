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
	for i := range d.attrs {
		a := &d.attrs[i]
		for k := range d.attrs[:i] {
			if b := &d.attrs[k]; string(a.Local) == string(b.Local) && a.Space == b.Space {
				return a
			}
		}
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

// nameBit is a bit that two names share if they are the same, and else rarely: names that differ in
// length or in their first or last byte mostly do not. Only names that share it need to be compared.
func nameBit[T []byte | string](local T) uint64 {
	return 1 << ((uint(len(local))*5 + uint(local[0])*3 + uint(local[len(local)-1])*7) & 63)
}
