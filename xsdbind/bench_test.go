package xsdbind_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"testing"

	"github.com/vbem-go/vbem/xmltext"
	"github.com/vbem-go/vbem/xsdbind"
	"github.com/vbem-go/vbem/xsdbind/internal/fixture"
)

// The plain types are what people write for encoding/xml, to compare with.
type xmlLink struct {
	Href string  `xml:"Href,attr"`
	Rel  string  `xml:"Rel,attr"`
	Name *string `xml:"Name,attr"`
	Type *string `xml:"Type,attr"`
}

type xmlTask struct {
	XMLName   xml.Name  `xml:"http://example.com/fixture/v1 Task"`
	Href      string    `xml:"Href,attr"`
	Type      *string   `xml:"Type,attr"`
	Links     []xmlLink `xml:"Links>Link"`
	TaskId    string
	State     string
	Operation string
	Result    *struct {
		Success bool `xml:"Success,attr"`
		Message *string
	}
}

type xmlRef struct {
	UID   *string   `xml:"UID,attr"`
	Href  string    `xml:"Href,attr"`
	Name  *string   `xml:"Name,attr"`
	Type  *string   `xml:"Type,attr"`
	Links []xmlLink `xml:"Links>Link"`
}

type xmlRefs struct {
	XMLName xml.Name `xml:"http://example.com/fixture/v1 EntityReferences"`
	Ref     []xmlRef `xml:"Ref"`
}

var benchTask = []byte(document(`<Task NS Type="Task" Href="https://em.example.com:9398/api/tasks/task-29"><Links>` +
	`<Link Rel="Delete" Type="Task" Href="https://em.example.com:9398/api/tasks/task-29"/>` +
	`<Link Rel="Related" Type="RestoreSession" Href="https://em.example.com:9398/api/restoreSessions/0f7c2b4e-8a51-4f5e-9d0c-1f1f6f3a2b10?format=Entity"/></Links>` +
	`<TaskId>task-29</TaskId><State>Finished</State><Operation>StartFailover</Operation><Result Success="true"><Message>Ok</Message></Result></Task>`))

func benchRefs(n int) []byte {
	var b bytes.Buffer
	b.WriteString(`<EntityReferences xmlns="` + fixture.Space + `">`)
	for i := range n {
		id := fmt.Sprintf("%08x-1c2d-4e5f-8a9b-0c1d2e3f4a5b", i*2654435761)
		fmt.Fprintf(&b, `<Ref UID="urn:veeam:Vm:%s" Href="https://em.example.com:9398/api/vms/%s" Name="vm-%d" Type="VmReference"><Links>`, id, id, i)
		fmt.Fprintf(&b, `<Link Rel="Up" Type="BackupServerReference" Href="https://em.example.com:9398/api/backupServers/%s" Name="server"/>`, id)
		fmt.Fprintf(&b, `<Link Rel="Alternate" Type="Vm" Href="https://em.example.com:9398/api/vms/%s?format=Entity" Name="vm-%d"/>`, id, i)
		fmt.Fprintf(&b, `<Link Rel="Down" Type="PointList" Href="https://em.example.com:9398/api/vms/%s/points"/>`, id)
		b.WriteString(`</Links></Ref>`)
	}
	b.WriteString(`</EntityReferences>`)
	return b.Bytes()
}

func decodeBench(b *testing.B, doc []byte, read func() error) {
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		if err := read(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkXMLDecodeTask(b *testing.B) {
	b.Run("lenient", func(b *testing.B) {
		decodeBench(b, benchTask, func() error { return xsdbind.UnmarshalXML(benchTask, new(fixture.Task)) })
	})
	b.Run("reused", func(b *testing.B) {
		d := xmltext.NewBytesDecoder(nil, nil)
		decodeBench(b, benchTask, func() error {
			d.Reset(benchTask, nil)
			if _, err := d.Next(); err != nil {
				return err
			}
			return xsdbind.DecodeXML(d, new(fixture.Task))
		})
	})
	b.Run("strict", func(b *testing.B) {
		decodeBench(b, benchTask, func() error { return xsdbind.UnmarshalXML(benchTask, new(fixture.Task), xsdbind.Strict()) })
	})
	b.Run("plain", func(b *testing.B) {
		decodeBench(b, benchTask, func() error { return xml.Unmarshal(benchTask, new(xmlTask)) })
	})
}

func BenchmarkXMLDecodeRefs(b *testing.B) {
	doc := benchRefs(2000)
	b.Run("lenient", func(b *testing.B) {
		decodeBench(b, doc, func() error { return xsdbind.UnmarshalXML(doc, new(fixture.EntityReferences)) })
	})
	b.Run("strict", func(b *testing.B) {
		decodeBench(b, doc, func() error {
			return xsdbind.UnmarshalXML(doc, new(fixture.EntityReferences), xsdbind.Strict())
		})
	})
	b.Run("reader", func(b *testing.B) {
		decodeBench(b, doc, func() error { return xsdbind.ReadXML(bytes.NewReader(doc), new(fixture.EntityReferences)) })
	})
	b.Run("plain", func(b *testing.B) {
		decodeBench(b, doc, func() error { return xml.Unmarshal(doc, new(xmlRefs)) })
	})
}

func encodeBench(b *testing.B, write func() ([]byte, error)) {
	b.ReportAllocs()
	for b.Loop() {
		out, err := write()
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(out)))
	}
}

func BenchmarkXMLEncodeTask(b *testing.B) {
	var v fixture.Task
	var p xmlTask
	if err := xsdbind.UnmarshalXML(benchTask, &v); err != nil {
		b.Fatal(err)
	}
	if err := xml.Unmarshal(benchTask, &p); err != nil {
		b.Fatal(err)
	}
	b.Run("fast", func(b *testing.B) { encodeBench(b, func() ([]byte, error) { return xsdbind.MarshalXML(&v) }) })
	b.Run("plain", func(b *testing.B) { encodeBench(b, func() ([]byte, error) { return xml.Marshal(&p) }) })
}

func BenchmarkXMLEncodeRefs(b *testing.B) {
	doc := benchRefs(2000)
	var v fixture.EntityReferences
	var p xmlRefs
	if err := xsdbind.UnmarshalXML(doc, &v); err != nil {
		b.Fatal(err)
	}
	if err := xml.Unmarshal(doc, &p); err != nil {
		b.Fatal(err)
	}
	b.Run("fast", func(b *testing.B) { encodeBench(b, func() ([]byte, error) { return xsdbind.MarshalXML(&v) }) })
	b.Run("plain", func(b *testing.B) { encodeBench(b, func() ([]byte, error) { return xml.Marshal(&p) }) })
}
