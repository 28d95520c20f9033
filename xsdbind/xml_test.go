package xsdbind_test

import (
	"testing"

	fx "github.com/vbem-go/vbem/xsdbind/internal/fixture"

	"github.com/vbem-go/vbem/xsdbind"
)

func TestQuick(t *testing.T) {
	in := `<Task xmlns="http://example.com/fixture/v1" Href="a" Type="t" New="1"><Links><Link Href="h" Rel="r"/></Links><TaskId x="5">t1</TaskId><Foo/><State>Running</State><Operation/><Result Success="true"><Message>hi</Message></Result></Task>`
	var v fx.Task
	if err := xsdbind.UnmarshalXML([]byte(in), &v); err != nil {
		t.Fatal(err)
	}
	out, err := xsdbind.MarshalXML(&v)
	t.Logf("%s %v", out, err)
	out, err = xsdbind.MarshalXML(&v, xsdbind.Indent("  "))
	t.Logf("%s %v", out, err)
	err = xsdbind.UnmarshalXML([]byte(in), &v, xsdbind.Strict())
	t.Log(err)
}
