package main

import (
	"encoding/xml"
	"testing"

	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/xsdbind"
)

func BenchmarkDecode(b *testing.B) {
	data := references(seed, count)
	b.Run("vbem", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			var v ent.EntityReferences
			if err := xsdbind.UnmarshalXML(data, &v); err != nil || len(v.Ref) != count {
				b.Fatal(err)
			}
		}
	})
	b.Run("strict", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			var v ent.EntityReferences
			if err := xsdbind.UnmarshalXML(data, &v, xsdbind.Strict()); err != nil || len(v.Ref) != count {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding_xml", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			var v plainReferences
			if err := xml.Unmarshal(data, &v); err != nil || len(v.Ref) != count {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	data := references(seed, count)
	var v ent.EntityReferences
	if err := xsdbind.UnmarshalXML(data, &v); err != nil {
		b.Fatal(err)
	}
	var p plainReferences
	if err := xml.Unmarshal(data, &p); err != nil {
		b.Fatal(err)
	}
	b.Run("vbem", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			out, err := xsdbind.MarshalXML(&v)
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(out)))
		}
	})
	b.Run("encoding_xml", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			out, err := xml.Marshal(&p)
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(out)))
		}
	})
}

func BenchmarkSmall(b *testing.B) {
	for _, c := range []struct {
		name  string
		own   func() xsdbind.Struct
		plain func() any
	}{
		{"Task", func() xsdbind.Struct { return new(ent.Task) }, func() any { return new(plainTask) }},
		{"CdpFailoverStartSpec", func() xsdbind.Struct { return new(ent.CdpFailoverStartSpec) }, func() any { return new(plainSpec) }},
		{"LogonSession", func() xsdbind.Struct { return new(ent.LogonSession) }, func() any { return new(plainSession) }},
	} {
		data := []byte(small[c.name])
		b.Run(c.name+"/decode/vbem", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := xsdbind.UnmarshalXML(data, c.own()); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(c.name+"/decode/encoding_xml", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := xml.Unmarshal(data, c.plain()); err != nil {
					b.Fatal(err)
				}
			}
		})
		v, p := c.own(), c.plain()
		if err := xsdbind.UnmarshalXML(data, v); err != nil {
			b.Fatal(err)
		}
		if err := xml.Unmarshal(data, p); err != nil {
			b.Fatal(err)
		}
		b.Run(c.name+"/encode/vbem", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := xsdbind.MarshalXML(v); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(c.name+"/encode/encoding_xml", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := xml.Marshal(p); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
