package xsdbind_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/vbem-go/vbem/xsdbind"
	"github.com/vbem-go/vbem/xsdbind/internal/fixture"
	"github.com/vbem-go/vbem/xsdtype"
)

// plainTask is what Task would be with encoding/json alone.
type plainTask struct {
	TaskId    string
	State     string
	Operation string
	Result    *plainResult `json:",omitempty"`
	Links     []plainLink  `json:",omitempty"`
	Href      string
	Type      *string `json:",omitempty"`
}

type plainResult struct {
	Success bool
	Message *string `json:",omitempty"`
}

type plainLink struct {
	Href string
	Rel  string
	Name *string `json:",omitempty"`
	Type *string `json:",omitempty"`
}

func benchTasks(n int) *fixture.Tasks {
	v := &fixture.Tasks{}
	for i := range n {
		href := fmt.Sprintf("https://em.example.com:9398/api/tasks/task-%d", i)
		v.Task = append(v.Task, fixture.Task{
			Href: href, Type: ptr("Task"), TaskId: fmt.Sprintf("task-%d", i), State: "Finished", Operation: "CDP failover of vapp02",
			Links: &fixture.LinkList{Link: []fixture.Link{
				{Href: href, Rel: "Delete"}, {Href: href + "?format=Entity", Rel: "Related", Type: ptr("RestoreSession"), Name: ptr("vapp02")},
			}},
			Result: &fixture.TaskResult{Success: true, Message: ptr("Ok")},
		})
	}
	return v
}

func BenchmarkJSONDecode(b *testing.B) {
	text, err := xsdbind.MarshalJSON(benchTasks(100))
	if err != nil {
		b.Fatal(err)
	}
	b.Run("tables", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			var v fixture.Tasks
			if err := xsdbind.UnmarshalJSON(text, &v); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding_json", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			var v struct{ Task []plainTask }
			if err := json.Unmarshal(text, &v); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkJSONEncode(b *testing.B) {
	v := benchTasks(100)
	text, err := xsdbind.MarshalJSON(v)
	if err != nil {
		b.Fatal(err)
	}
	var plain struct{ Task []plainTask }
	if err := json.Unmarshal(text, &plain); err != nil {
		b.Fatal(err)
	}
	b.Run("tables", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := xsdbind.MarshalJSON(v); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding_json", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := json.Marshal(plain); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkJSONSpec(b *testing.B) {
	text := []byte(`{"RestoreCurrent":false,"RestoreCurrentVss":false,"RestoreAtPointInTime":"2023-02-17T15:31:40"}`)
	var v fixture.CdpFailoverStartSpec
	b.Run("decode", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			v = fixture.CdpFailoverStartSpec{}
			if err := xsdbind.UnmarshalJSON(text, &v); err != nil {
				b.Fatal(err)
			}
		}
	})
	v.RestoreAtPointInTime = ptr[xsdtype.DateTime]("2023-02-17T15:31:40")
	buf := make([]byte, 0, 256)
	b.Run("append", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := xsdbind.AppendJSON(buf, &v); err != nil {
				b.Fatal(err)
			}
		}
	})
}
