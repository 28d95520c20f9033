package xsdbind_test

import (
	"encoding/xml"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/xsdbind"
)

// FuzzXML reads anything as each type: no panic, and what is read is written and read again as the same value.
func FuzzXML(f *testing.F) {
	for i, s := range samples {
		f.Add(uint8(i), []byte(document(s.xml)))
	}
	f.Add(uint8(0), []byte(document(`<Task NS a="1"><U/>x</Task>`)))
	f.Add(uint8(8), []byte(document(`<Pairs NS><Value b="1"/><U/><Key/><V/><Key/><Weight/></Pairs>`)))
	f.Add(uint8(20), []byte(document(`<Open NS><x xmlns="urn:x"/><Title/><Note/><y xmlns="urn:y"/></Open>`)))
	f.Fuzz(func(t *testing.T, which uint8, doc []byte) {
		like := samples[int(which)%len(samples)].want
		v := blank(like)
		strictErr := xsdbind.UnmarshalXML(doc, blank(like), xsdbind.Strict(), xsdbind.AnyRoot())
		if err := xsdbind.UnmarshalXML(doc, v, xsdbind.AnyRoot()); err != nil {
			if strictErr == nil {
				t.Fatalf("strict mode reads it, lenient does not: %v", err)
			}
			return
		}
		if strictErr == nil {
			if err := xsdbind.Validate(v); err != nil && !isPattern(err) {
				t.Fatalf("strict mode reads it, Validate says: %v", err)
			}
		}
		out, err := xsdbind.MarshalXML(v)
		if err != nil {
			return // two alternatives of a choice
		}
		again := blank(like)
		if err := xsdbind.UnmarshalXML(out, again); err != nil {
			t.Fatalf("%s: %v", out, err)
		}
		twice, err := xsdbind.MarshalXML(again)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(parse(t, out), parse(t, twice)); diff != "" {
			t.Fatalf("%s\n%s\n%s", out, twice, diff)
		}
		bridged := blank(like)
		if err := xml.Unmarshal(out, bridged); err != nil {
			t.Fatalf("encoding/xml: %v of %s", err, out)
		}
		if third, err := xml.Marshal(bridged); err != nil || !cmp.Equal(parse(t, out), parse(t, third)) {
			t.Fatalf("encoding/xml: %s, %v, want %s", third, err, out)
		}
		if reflect.TypeOf(v) != reflect.TypeOf(again) {
			t.Fatal("types")
		}
	})
}

func isPattern(err error) bool {
	e, ok := err.(*xsdbind.Error)
	return ok && e.Rule == xsdbind.RuleFacet
}
