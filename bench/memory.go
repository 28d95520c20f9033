package main

import (
	"fmt"
	"runtime"

	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/xsdbind"
)

// memory shows what small values that are kept of a big answer keep alive.
func memory(r *report) error {
	data := references(seed, count)
	for _, k := range []struct {
		what string
		of   func(*ent.EntityReferences) any
	}{
		{"a string", func(v *ent.EntityReferences) any { return v.Ref[count/2].Name }},
		{"the links of one reference", func(v *ent.EntityReferences) any { return v.Ref[count/2].Links }},
		{"a copy of one reference", func(v *ent.EntityReferences) any { x := v.Ref[count/2]; return &x }},
		{"100 strings, each of another part", func(v *ent.EntityReferences) any {
			var s []string
			for i := range 100 {
				s = append(s, v.Ref[i*count/100].Name)
			}
			return s
		}},
		{"all of it", func(v *ent.EntityReferences) any { return v }},
	} {
		before := live()
		kept, err := keep(data, k.of)
		if err != nil {
			return err
		}
		held := max(live()-before, 0)
		runtime.KeepAlive(kept)
		r.add("kept alive by "+k.what, fmt.Sprintf("%.1f KB", float64(held)/1e3), fmt.Sprintf("%.0f KB document", float64(len(data))/1e3), "", "")
	}
	return nil
}

func keep(data []byte, of func(*ent.EntityReferences) any) (any, error) {
	var v ent.EntityReferences
	err := xsdbind.UnmarshalXML(data, &v)
	return of(&v), err
}

func live() int64 {
	var m runtime.MemStats
	for range 3 { // pools are emptied in two steps
		runtime.GC()
	}
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
