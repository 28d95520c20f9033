package xsdbind_test

import (
	"encoding/xml"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/xmltext"
	"github.com/vbem-go/vbem/xsdbind"
	"github.com/vbem-go/vbem/xsdbind/internal/fixture"
)

func TestSamples(t *testing.T) {
	for _, s := range samples {
		t.Run(s.name, func(t *testing.T) {
			doc := document(s.xml)
			for _, mode := range []struct {
				name string
				o    []xsdbind.Option
			}{{"lenient", nil}, {"strict", []xsdbind.Option{xsdbind.Strict()}}} {
				got := blank(s.want)
				if err := xsdbind.UnmarshalXML([]byte(doc), got, mode.o...); err != nil {
					t.Fatalf("%s: %v", mode.name, err)
				}
				if diff := cmp.Diff(s.want, got); diff != "" {
					t.Errorf("%s: value (-want +got):\n%s", mode.name, diff)
				}
			}
			if err := xsdbind.Validate(s.want); err != nil {
				t.Errorf("Validate: %v", err)
			}
			out, err := xsdbind.MarshalXML(s.want)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(parse(t, []byte(doc)), parse(t, out)); diff != "" {
				t.Errorf("document (-want +got):\n%s", diff)
			}

			// Streamed, and with encoding/xml on both sides.
			got := blank(s.want)
			if err := xsdbind.ReadXML(strings.NewReader(doc), got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(s.want, got); diff != "" {
				t.Errorf("ReadXML (-want +got):\n%s", diff)
			}
			got = blank(s.want)
			if err := xml.Unmarshal([]byte(doc), got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(s.want, got, cmp.FilterValues(qualified, cmp.Ignore())); diff != "" {
				t.Errorf("xml.Unmarshal (-want +got):\n%s", diff)
			}
			out, err = xml.Marshal(s.want)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(parse(t, []byte(doc)), parse(t, out)); diff != "" {
				t.Errorf("xml.Marshal (-want +got):\n%s\n%s", diff, out)
			}

			// Another prefix for the same namespace, everywhere.
			got = blank(s.want)
			if err := xsdbind.UnmarshalXML(parse(t, []byte(doc)).bytes("q"), got, xsdbind.Strict()); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(s.want, got, cmp.FilterValues(qualified, cmp.Ignore())); diff != "" {
				t.Errorf("prefixed (-want +got):\n%s", diff)
			}
		})
	}
}

// qualified filters texts that hold a prefix: captured elements and wishes, which may differ with the source.
func qualified(a, b string) bool {
	return strings.Contains(a, "xmlns") && strings.Contains(b, "xmlns") || len(a) <= 2 && len(b) <= 2
}

func TestXMLPlaces(t *testing.T) {
	// Every way that encoding/xml comes by a value.
	type holder struct {
		XMLName xml.Name          `xml:"urn:mine holder"`
		Value   fixture.Task      `xml:"a"`
		Ptr     *fixture.Task     `xml:"b"`
		List    []fixture.Link    `xml:"urn:other c"`
		Any     any               `xml:"d"`
		Empty   *fixture.Task     `xml:"e"`
		Spec    *fixture.Settings `xml:"f,omitempty"`
	}
	task := fixture.Task{Href: "h", TaskId: "1", State: "Running", Operation: "o", Links: &fixture.LinkList{Link: []fixture.Link{{Href: "x", Rel: "y"}}}}
	in := holder{Value: task, Ptr: &task, List: []fixture.Link{{Href: "a"}, {Href: "b"}}, Any: task}
	out, err := xml.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	inner := `Href="h"><Links><Link Href="x" Rel="y"></Link></Links><TaskId>1</TaskId><State>Running</State><Operation>o</Operation></`
	ns := `xmlns="` + fixture.Space + `" `
	want := `<holder xmlns="urn:mine"><a ` + ns + inner + `a><b ` + ns + inner + `b>` +
		`<c xmlns="urn:other" Href="a" Rel=""></c><c xmlns="urn:other" Href="b" Rel=""></c><d ` + ns + inner + `d></holder>`
	if diff := cmp.Diff(want, string(out)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var back struct {
		Value fixture.Task   `xml:"a"`
		Ptr   *fixture.Task  `xml:"b"`
		List  []fixture.Link `xml:"c"`
	}
	if err := xml.Unmarshal(out, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]any{in.Value, in.Ptr, in.List}, []any{back.Value, back.Ptr, back.List}); diff != "" {
		t.Errorf("back (-want +got):\n%s", diff)
	}

	for name, v := range map[string]any{"value": task, "pointer": &task, "any": any(task)} {
		out, err := xml.MarshalIndent(v, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(out), "<Task "+ns) || !strings.Contains(string(out), "\n  <Link ") {
			t.Errorf("%s: %s", name, out)
		}
	}
	if out, err := xml.Marshal([]fixture.Task{task, task}); err != nil || strings.Count(string(out), "<Task ") != 2 {
		t.Errorf("slice: %s, %v", out, err)
	}
}

func TestTypeWithoutRoot(t *testing.T) {
	day := &fixture.Day{Name: "a", Value: 1}
	if _, err := xsdbind.MarshalXML(day); err == nil || err.Error() != "Day: the schema declares no root element of this type" {
		t.Errorf("error %v", err)
	}
	out, err := xsdbind.MarshalXML(day, xsdbind.WithRoot("Monday"), xsdbind.Declaration(), xsdbind.Indent("\t"))
	want := "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Monday xmlns=\"" + fixture.Space + "\" Name=\"a\">1</Monday>\n"
	if err != nil || strings.TrimSpace(string(out)) != strings.TrimSpace(want) {
		t.Errorf("%q, %v, want %q", out, err, want)
	}
	got := new(fixture.Day)
	if err := xsdbind.UnmarshalXML(out, got); err != nil {
		t.Errorf("any name is good for a type without root element: %v", err)
	}
	if diff := cmp.Diff(day, got); diff != "" {
		t.Error(diff)
	}
	if err := xsdbind.UnmarshalXML(out, got, xsdbind.WithRoot("Tuesday")); err == nil {
		t.Error("no error for another root element than the one asked for")
	}
}

func TestRoot(t *testing.T) {
	other := `<Other xmlns="` + fixture.Space + `"/>`
	err := xsdbind.UnmarshalXML([]byte(other), new(fixture.LinkList))
	want := "Other (line 1): the root element must be {" + fixture.Space + "}Links"
	if err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	if err := xsdbind.UnmarshalXML([]byte(`<Links/>`), new(fixture.LinkList)); err == nil {
		t.Error("no error for a root element in no namespace")
	}
	if err := xsdbind.UnmarshalXML([]byte(other), new(fixture.LinkList), xsdbind.AnyRoot()); err != nil {
		t.Error(err)
	}
	for _, doc := range []string{"", "<a", `<Links xmlns="` + fixture.Space + `"/><x/>`, `<Links xmlns="` + fixture.Space + `">`} {
		if err := xsdbind.UnmarshalXML([]byte(doc), new(fixture.LinkList), xsdbind.AnyRoot()); err == nil {
			t.Errorf("%q: no error", doc)
		}
	}
}

func TestNil(t *testing.T) {
	var task *fixture.Task
	for name, err := range map[string]error{
		"UnmarshalXML nil":   xsdbind.UnmarshalXML([]byte("<a/>"), nil),
		"UnmarshalXML typed": xsdbind.UnmarshalXML([]byte("<a/>"), task),
		"Validate":           xsdbind.Validate(task),
		"EncodeXML":          xsdbind.EncodeXML(xmltext.NewEncoder(nil), "", "a", task),
		"DecodeXML":          xsdbind.DecodeXML(xmltext.NewBytesDecoder(nil, nil), task),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := xsdbind.MarshalXML(task); err == nil {
		t.Error("MarshalXML: no error")
	}
}
