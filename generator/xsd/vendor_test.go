package xsd_test

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vbem-go/vbem/generator/xsd"
)

// The product's own schema is the real input. It is not in this repository; VBEM_VENDOR_XSD names the file.
func TestVendorSchema(t *testing.T) {
	file := os.Getenv("VBEM_VENDOR_XSD")
	if file == "" {
		t.Skip("VBEM_VENDOR_XSD is not set: the product's own schema is not read")
	}
	s, err := xsd.Load(xsd.Options{Files: []string{file}})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{"elements": len(s.Elements)}
	for _, typ := range s.Types {
		switch typ.(type) {
		case *xsd.ComplexType:
			got["complex"]++
		case *xsd.SimpleType:
			got["simple"]++
		}
	}
	got["anonymous"] = len(s.Anonymous)
	want := map[string]int{"elements": 131, "complex": 215, "anonymous": 12, "simple": 20}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("components (-want +got):\n%s", diff)
	}
}
