package main

import (
	"encoding/xml"
	"fmt"
	"time"

	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/xsdbind"
)

// The big document.
const seed, count = 20261123, 20000

func codec(r *report) error {
	data := references(seed, count)
	decode := func(o ...xsdbind.Option) func() error {
		return func() error {
			var v ent.EntityReferences
			if err := xsdbind.UnmarshalXML(data, &v, o...); err != nil {
				return err
			}
			return expect(len(v.Ref), count)
		}
	}
	m, err := beside(300*time.Millisecond, decode(), decode(xsdbind.Strict()), func() error {
		var v plainReferences
		if err := xml.Unmarshal(data, &v); err != nil {
			return err
		}
		return expect(len(v.Ref), count)
	})
	if err != nil {
		return err
	}
	ours, strict, theirs := m[0], m[1], m[2]
	what := fmt.Sprintf("decode %.1f MB", float64(len(data))/1e6)
	r.add(what, perSecond(len(data), ours.wall), perSecond(len(data), theirs.wall), ratio(theirs, ours), "≥ 10×")
	r.set("decode", "%.1f", times(theirs.wall, ours.wall))
	share := 100 * ours.allocs / theirs.allocs
	r.add("… allocations", fmt.Sprintf("%.0f", ours.allocs), fmt.Sprintf("%.0f", theirs.allocs), fmt.Sprintf("%.1f%%", share), "≤ 10%")
	r.set("decode_allocs", "%.1f%%", share)
	more := 100 * (float64(strict.wall)/float64(ours.wall) - 1)
	r.add("… strict, beside lenient", perSecond(len(data), strict.wall), perSecond(len(data), ours.wall),
		fmt.Sprintf("%+.0f%% (%+.0f%%)", more, 100*(float64(strict.cpu)/float64(ours.cpu)-1)), "≤ +15%")
	r.set("strict", "%.0f%%", more)

	var v ent.EntityReferences
	var p plainReferences
	if err := xsdbind.UnmarshalXML(data, &v); err != nil {
		return err
	}
	if err := xml.Unmarshal(data, &p); err != nil {
		return err
	}
	size := 0
	m, err = beside(300*time.Millisecond, func() error {
		out, err := xsdbind.MarshalXML(&v)
		size = len(out)
		return err
	}, func() error {
		_, err := xml.Marshal(&p)
		return err
	})
	if err != nil {
		return err
	}
	ours, theirs = m[0], m[1]
	r.add("encode the same", perSecond(size, ours.wall), perSecond(size, theirs.wall), ratio(theirs, ours), "≥ 10×")
	r.add("… allocations", fmt.Sprintf("%.0f", ours.allocs), fmt.Sprintf("%.0f", theirs.allocs), "", "≤ 10")
	r.set("encode", "%.1f", times(theirs.wall, ours.wall))
	return nil
}

func expect(n, want int) error {
	if n != want {
		return fmt.Errorf("%d things instead of %d", n, want)
	}
	return nil
}

var smallTypes = []struct {
	name  string
	own   func() xsdbind.Struct
	plain func() any
}{
	{"Task", func() xsdbind.Struct { return new(ent.Task) }, func() any { return new(plainTask) }},
	{"CdpFailoverStartSpec", func() xsdbind.Struct { return new(ent.CdpFailoverStartSpec) }, func() any { return new(plainSpec) }},
	{"LogonSession", func() xsdbind.Struct { return new(ent.LogonSession) }, func() any { return new(plainSession) }},
}

// smallMessages measures the three; the figures of the last line are the least.
func smallMessages(r *report) error {
	const least = 60 * time.Millisecond
	worstDecode, worstEncode := 1e9, 1e9
	for _, c := range smallTypes {
		data := []byte(small[c.name])
		v, p := c.own(), c.plain()
		if err := xsdbind.UnmarshalXML(data, v); err != nil {
			return err
		}
		if err := xml.Unmarshal(data, p); err != nil {
			return err
		}
		m, err := beside(least,
			func() error { return xsdbind.UnmarshalXML(data, c.own()) },
			func() error { return xml.Unmarshal(data, c.plain()) },
			func() error { _, err := xsdbind.MarshalXML(v); return err },
			func() error { _, err := xml.Marshal(p); return err })
		if err != nil {
			return err
		}
		show := func(c cost) string { return fmt.Sprintf("%.2f µs, %.0f allocs", float64(c.wall)/1e3, c.allocs) }
		goal := "≥ 8×"
		if c.name == "Task" {
			goal = "≥ 8×, ≤ 6 allocs"
		}
		r.add("decode a "+c.name, show(m[0]), show(m[1]), ratio(m[1], m[0]), goal)
		r.add("encode it", show(m[2]), show(m[3]), ratio(m[3], m[2]), "≥ 8×")
		worstDecode, worstEncode = min(worstDecode, times(m[1].wall, m[0].wall)), min(worstEncode, times(m[3].wall, m[2].wall))
	}
	r.set("small_decode", "%.1f", worstDecode)
	r.set("small_encode", "%.1f", worstEncode)
	return nil
}
