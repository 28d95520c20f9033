package conformance

import (
	"bytes"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/conformance/canonical"
	"github.com/vbem-go/vbem/xsdbind"
)

// The checks must be able to fail. Here each is given codecs that are wrong in one way.

const (
	negativeXML  = "CdpReplicas/ID.Vms.ID.Failover.interval.request.xml"
	negativeJSON = "Query/Get.entities.response.json"
)

func loadDocument(t *testing.T, file string) document {
	t.Helper()
	data, err := fs.ReadFile(Exchanges(), file)
	if err != nil {
		t.Fatal(err)
	}
	r, err := newRunner(Options{}, new(Report))
	if err != nil {
		t.Fatal(err)
	}
	tree, err := canonical.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	typ, written := r.schema.Root(tree.Name)
	return document{
		data: data, tree: tree, typ: typ, request: true, codecs: codecsOf(written.Space, written.Local),
		fresh: func() xsdbind.Struct { return r.New(written.Space, written.Local) },
	}
}

// failing runs the checks and returns the names of those that found something.
func failing(d document) []string {
	var names []string
	for _, c := range slices.Concat(documentChecks, requestChecks) {
		if len(c.run(d)) > 0 {
			names = append(names, c.name)
		}
	}
	return names
}

// doctored changes what every XML codec writes.
func doctored(d document, change func(root *canonical.Node)) document {
	d.codecs.xml = slices.Clone(d.codecs.xml)
	for i, c := range d.codecs.xml {
		d.codecs.xml[i].encode = func(v xsdbind.Struct) ([]byte, error) {
			out, err := c.encode(v)
			if err != nil {
				return nil, err
			}
			tree, err := canonical.Parse(out)
			if err != nil {
				return nil, err
			}
			change(tree)
			return canonical.Write(tree, canonical.Style{}), nil
		}
	}
	return d
}

func isUnknown(n *canonical.Node) bool { return strings.HasPrefix(n.Name.Local, "ConformanceUnknown") }

func TestChecksFail(t *testing.T) {
	good := loadDocument(t, negativeXML)
	if got := failing(good); got != nil {
		t.Fatalf("the message itself fails: %q", got)
	}
	const (
		trip, strict, prefix, write = "decode and encode", "strict mode accepts it", "another prefix changes nothing", "encoding/xml reads what is written"
		elements, attributes        = "unknown elements are kept", "unknown attributes are kept"
		change, viaJSON, order      = "each known value can be changed", "through JSON and back", "order of neighbouring elements"
	)
	everyXML := []string{trip, prefix, elements, attributes, change, viaJSON, order}
	tests := []struct {
		name   string
		wrong  func(document) document
		want   []string
		others bool // further checks may fail too
	}{
		{"loses an element", func(d document) document {
			return doctored(d, func(n *canonical.Node) { n.Children = n.Children[:len(n.Children)-1] })
		}, everyXML, true},
		{"writes another order", func(d document) document {
			return doctored(d, func(n *canonical.Node) { slices.Reverse(n.Children) })
		}, everyXML, true},
		{"renames an element", func(d document) document {
			return doctored(d, func(n *canonical.Node) { n.Elements()[0].Name.Local += "s" })
		}, everyXML, true},
		{"loses the namespace", func(d document) document {
			return doctored(d, func(n *canonical.Node) { n.Walk(func(e *canonical.Node) { e.Name.Space = "" }) })
		}, everyXML, true},
		{"loses unknown elements", func(d document) document {
			return doctored(d, func(n *canonical.Node) { n.Children = slices.DeleteFunc(n.Children, isUnknown) })
		}, []string{elements}, false},
		{"moves unknown elements to the end", func(d document) document {
			return doctored(d, func(n *canonical.Node) {
				slices.SortStableFunc(n.Children, func(a, b *canonical.Node) int {
					switch {
					case isUnknown(a) == isUnknown(b):
						return 0
					case isUnknown(a):
						return 1
					}
					return -1
				})
			})
		}, []string{elements}, false},
		{"trims text in unknown elements", func(d document) document {
			return doctored(d, func(n *canonical.Node) {
				n.Walk(func(e *canonical.Node) {
					for _, c := range e.Children {
						c.Text = strings.TrimSpace(c.Text)
					}
				})
			})
		}, []string{elements}, false},
		{"loses unknown attributes", func(d document) document {
			return doctored(d, func(n *canonical.Node) {
				n.Walk(func(e *canonical.Node) {
					if !isUnknown(e) && e.Name.Local != "Inner" {
						e.Attrs = slices.DeleteFunc(e.Attrs, func(a canonical.Attr) bool { return a.Name.Local == "conformanceUnknown" })
					}
				})
			})
		}, []string{attributes}, false},
		{"gives back the text that it read", func(d document) document {
			read := make(map[xsdbind.Struct][]byte)
			d.codecs.xml = slices.Clone(d.codecs.xml)
			for i, c := range d.codecs.xml {
				d.codecs.xml[i].decode = func(data []byte, v xsdbind.Struct) error {
					read[v] = data
					return c.decode(data, v)
				}
				d.codecs.xml[i].encode = func(v xsdbind.Struct) ([]byte, error) {
					if data := read[v]; data != nil {
						return data, nil
					}
					return c.encode(v)
				}
			}
			return d
		}, []string{elements, attributes, change, order}, true},
		{"wants one prefix", func(d document) document {
			d.codecs.xml = slices.Clone(d.codecs.xml)
			for i, c := range d.codecs.xml {
				d.codecs.xml[i].decode = func(data []byte, v xsdbind.Struct) error {
					if bytes.Contains(data, []byte("xmlns:other")) {
						return errors.New("no prefix, please")
					}
					return c.decode(data, v)
				}
			}
			return d
		}, []string{prefix}, false},
		{"strict mode accepts everything", func(d document) document {
			d.codecs.strictXML = func([]byte, xsdbind.Struct) error { return nil }
			return d
		}, []string{order}, false},
		{"strict mode refuses everything", func(d document) document {
			d.codecs.strictXML = func([]byte, xsdbind.Struct) error { return errors.New("no") }
			return d
		}, []string{strict, prefix, order}, false},
		{"strict mode does not say where", func(d document) document {
			right := d.codecs.strictXML
			d.codecs.strictXML = func(data []byte, v xsdbind.Struct) error {
				err := right(data, v)
				var at *xsdbind.Error
				if errors.As(err, &at) {
					at.Line = 0
				}
				return err
			}
			return d
		}, []string{order}, false},
		{"writes what encoding/xml cannot read", func(d document) document {
			d.codecs.xml = slices.Clone(d.codecs.xml)
			for i, c := range d.codecs.xml {
				d.codecs.xml[i].encode = func(v xsdbind.Struct) ([]byte, error) {
					out, err := c.encode(v)
					return append(out, "<"...), err
				}
			}
			return d
		}, append([]string{write}, everyXML...), true},
		{"loses a value in JSON", func(d document) document {
			d.codecs.json = slices.Clone(d.codecs.json)
			right := d.codecs.json[1].encode
			d.codecs.json[1].encode = func(v xsdbind.Struct) ([]byte, error) {
				out, err := right(v)
				return bytes.ReplaceAll(out, []byte("00.5"), []byte("00")), err
			}
			return d
		}, []string{viaJSON}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := failing(test.wrong(good))
			missed := slices.DeleteFunc(slices.Clone(test.want), func(name string) bool { return slices.Contains(got, name) })
			if len(missed) > 0 {
				t.Errorf("not noticed by %q", missed)
			}
			if !test.others {
				slices.Sort(got)
				want := slices.Sorted(slices.Values(test.want))
				if d := cmp.Diff(want, got); d != "" {
					t.Errorf("failing checks (-want +got):\n%s", d)
				}
			}
		})
	}
}

func TestJSONChecksFail(t *testing.T) {
	data, err := fs.ReadFile(Exchanges(), negativeJSON)
	if err != nil {
		t.Fatal(err)
	}
	r, err := newRunner(Options{}, new(Report))
	if err != nil {
		t.Fatal(err)
	}
	tree, err := canonical.ParseJSON(data)
	if err != nil {
		t.Fatal(err)
	}
	good := jsonDocument{
		data: data, tree: tree, codecs: codecsOf(r.schema.Target, "QueryResult"), spellings: r.spellings,
		fresh: func() xsdbind.Struct { return r.New(r.schema.Target, "QueryResult") },
	}
	failing := func(d jsonDocument) []string {
		var names []string
		for _, c := range jsonChecks {
			if len(c.run(d)) > 0 {
				names = append(names, c.name)
			}
		}
		return names
	}
	if got := failing(good); got != nil {
		t.Fatalf("the message itself fails: %q", got)
	}
	// written changes what every codec writes, read changes what it is given.
	written := func(d jsonDocument, change func(*canonical.JSON)) jsonDocument {
		d.codecs.json = slices.Clone(d.codecs.json)
		for i, c := range d.codecs.json {
			d.codecs.json[i].encode = func(v xsdbind.Struct) ([]byte, error) {
				out, err := c.encode(v)
				if err != nil {
					return nil, err
				}
				tree, err := canonical.ParseJSON(out)
				if err != nil {
					return nil, err
				}
				tree.Walk(change)
				return tree.Bytes(), nil
			}
		}
		return d
	}
	read := func(d jsonDocument, refuse string) jsonDocument {
		d.codecs.json = slices.Clone(d.codecs.json)
		for i, c := range d.codecs.json {
			d.codecs.json[i].decode = func(data []byte, v xsdbind.Struct) error {
				if bytes.Contains(data, []byte(refuse)) {
					return errors.New("refused")
				}
				return c.decode(data, v)
			}
		}
		return d
	}
	without := func(name string) func(*canonical.JSON) {
		return func(v *canonical.JSON) {
			v.Members = slices.DeleteFunc(v.Members, func(m canonical.Member) bool { return m.Name == name })
		}
	}
	const trip, strict, forms, unknown, viaXML = "decode and encode", "strict mode accepts it", "order, letter case and nulls change nothing", "unknown members are kept", "through XML and back"
	tests := []struct {
		name  string
		wrong jsonDocument
		want  []string
	}{
		{"loses a member", written(good, without("IsRetry")), []string{trip, forms, unknown, viaXML}},
		{"adds a member", written(good, func(v *canonical.JSON) {
			if v.Member("IsRetry") != nil {
				v.Members = append(v.Members, canonical.Member{Name: "More", Value: &canonical.JSON{Kind: canonical.Object}})
			}
		}), []string{trip, forms, unknown, viaXML}},
		{"loses unknown members", written(good, without("ConformanceUnknown")), []string{unknown}},
		{"rounds numbers in unknown members", written(good, func(v *canonical.JSON) { v.Text = strings.Replace(v.Text, "1.50", "1", 1) }), []string{unknown}},
		{"knows one letter case only", read(good, `"pagingInfo"`), []string{forms}},
		{"quotes booleans", written(good, func(v *canonical.JSON) {
			if v.Text == "false" {
				v.Kind = canonical.String
			}
		}), []string{trip, forms, unknown, viaXML}},
		{"strict mode refuses everything", func() jsonDocument {
			d := good
			d.codecs.strictJSON = func([]byte, xsdbind.Struct) error { return errors.New("no") }
			return d
		}(), []string{strict}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if d := cmp.Diff(test.want, failing(test.wrong)); d != "" {
				t.Errorf("failing checks (-want +got):\n%s", d)
			}
		})
	}
}
