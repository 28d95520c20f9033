package conformance

import (
	"io/fs"
	"testing"

	"github.com/vbem-go/vbem/conformance/canonical"
	"github.com/vbem-go/vbem/xsdbind"
)

// TestEditsReachEveryValue: the changes of one field at a time must not silently be none. In the project's own messages every known value of a
// simple type can be changed through the generated types.
func TestEditsReachEveryValue(t *testing.T) {
	messages, err := ReadIndex(Exchanges())
	if err != nil {
		t.Fatal(err)
	}
	r, err := newRunner(Options{}, new(Report))
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, m := range messages {
		if m.Kind != "xml" {
			continue
		}
		data, err := fs.ReadFile(Exchanges(), m.File)
		if err != nil {
			t.Fatal(err)
		}
		tree, err := canonical.Parse(data)
		if err != nil {
			t.Fatal(err)
		}
		typ, name := r.schema.Root(tree.Name)
		d := document{data: data, tree: tree, typ: typ, codecs: codecsOf(name.Space, name.Local),
			fresh: func() xsdbind.Struct { return r.New(name.Space, name.Local) }}
		list := d.edits()
		unreached := make(map[string]bool)
		for _, p := range places(tree, typ) {
			for _, a := range p.node.Attrs {
				unreached[p.path+"/@"+a.Name.Local] = true
			}
			if !p.typ.HoldsElements() {
				unreached[p.path] = true
			}
		}
		for _, e := range list {
			delete(unreached, e.name)
		}
		for path := range unreached {
			t.Errorf("%s: %s cannot be changed", m.File, path)
		}
		total += len(list)
	}
	t.Logf("%d values", total)
}
