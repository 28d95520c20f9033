package xmltext_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"testing"

	"github.com/vbem-go/vbem/xmltext"
)

// references is a list answer with n references of three links each, about 765 bytes a reference.
func references(n int) []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="utf-8"?><EntityReferences xmlns="http://www.veeam.com/ent/v1.0" ` +
		`xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">`)
	for i := range n {
		id := fmt.Sprintf("%08x-4a0f-a9a8-9c11-5ff8f0ba%04x", uint32(i)*2654435761, i&0xFFFF)
		fmt.Fprintf(&b, `<Ref UID="urn:veeam:VmReplicaPoint:%s" Name="vm-%05d@2026-01-02 03:04:05" Href="https://em.example.com:9398/api/vmReplicaPoints/%s" Type="VmReplicaPointReference"><Links>`, id, i, id)
		fmt.Fprintf(&b, `<Link Href="https://em.example.com:9398/api/backupServers/%s" Name="backup-%d.example.com" Type="BackupServerReference" Rel="Up"/>`, id, i%7)
		fmt.Fprintf(&b, `<Link Href="https://em.example.com:9398/api/replicas/%s" Name="Replica job %d" Type="ReplicaReference" Rel="Up"/>`, id, i%50)
		fmt.Fprintf(&b, `<Link Href="https://em.example.com:9398/api/vmReplicaPoints/%s?format=Entity" Name="vm-%05d@2026-01-02 03:04:05" Type="VmReplicaPoint" Rel="Alternate"/></Links></Ref>`, id, i)
	}
	b.WriteString(`</EntityReferences>`)
	return b.Bytes()
}

// elements is a document of n entities whose properties are elements with text.
func elements(n int) []byte {
	var b bytes.Buffer
	b.WriteString(`<Tasks xmlns="http://www.veeam.com/ent/v1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">`)
	for i := range n {
		fmt.Fprintf(&b, `<Task Type="Task" Href="https://em.example.com:9398/api/tasks/task-%d"><Links><Link Rel="Delete" Href="https://em.example.com:9398/api/tasks/task-%d"/></Links>`, i, i)
		fmt.Fprintf(&b, `<TaskId>task-%d</TaskId><State>Finished</State><Operation>StartCdpFailover</Operation><Started>2026-01-02T03:04:%02d.1234567Z</Started>`, i, i%60)
		fmt.Fprintf(&b, `<Progress>%d</Progress><Result Success="true"><Message>Ok: vApp%d &amp; its VMs</Message></Result></Task>`, i%100, i)
	}
	b.WriteString(`</Tasks>`)
	return b.Bytes()
}

// indented is the same document as a person would like it, with white space between the elements.
func indented(b testing.TB, doc []byte) []byte {
	e := xmltext.NewEncoder(&xmltext.EncodeOptions{Indent: "  "})
	d := xmltext.NewBytesDecoder(doc, nil)
	if _, err := d.Next(); err != nil {
		b.Fatal(err)
	}
	s, err := d.Capture()
	if err != nil {
		b.Fatal(err)
	}
	e.Raw(s)
	out, err := e.Finish()
	if err != nil {
		b.Fatal(err)
	}
	return out
}

func BenchmarkTokens(b *testing.B) {
	doc := references(2000)
	for _, input := range []struct {
		name string
		doc  []byte
	}{{"references", doc}, {"indented", indented(b, doc)}, {"elements", elements(2000)}} {
		run := func(name string, f func(doc []byte) error) {
			b.Run(input.name+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(len(input.doc)))
				for b.Loop() {
					if err := f(input.doc); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		run("bytes", func(doc []byte) error { return drain(xmltext.NewBytesDecoder(doc, nil)) })
		run("reader", func(doc []byte) error { return drain(xmltext.NewDecoder(bytes.NewReader(doc), nil)) })
		run("encoding-xml", func(doc []byte) error {
			d := xml.NewDecoder(bytes.NewReader(doc))
			for {
				if _, err := d.Token(); err == io.EOF {
					return nil
				} else if err != nil {
					return err
				}
			}
		})
	}
}

func BenchmarkStrings(b *testing.B) {
	doc := references(2000)
	b.ReportAllocs()
	b.SetBytes(int64(len(doc)))
	for b.Loop() {
		d := xmltext.NewBytesDecoder(doc, nil)
		for {
			k, err := d.Next()
			if err != nil {
				b.Fatal(err)
			}
			if k == xmltext.EndDocument {
				break
			}
			for _, a := range d.Attrs() {
				d.String(a.Value)
			}
		}
	}
}

const task = `<?xml version="1.0" encoding="utf-8"?><Task xmlns="http://www.veeam.com/ent/v1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ` +
	`Type="Task" Href="https://em.example.com:9398/api/tasks/task-1"><Links><Link Rel="Delete" Href="https://em.example.com:9398/api/tasks/task-1"/>` +
	`</Links><TaskId>task-1</TaskId><State>Finished</State><Operation>StartVmReplica</Operation><Result Success="true"><Message>Ok</Message></Result></Task>`

func BenchmarkSmall(b *testing.B) {
	doc := []byte(task)
	b.Run("new", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := drain(xmltext.NewBytesDecoder(doc, nil)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("reset", func(b *testing.B) {
		b.ReportAllocs()
		d := xmltext.NewBytesDecoder(nil, nil)
		for b.Loop() {
			d.Reset(doc, nil)
			if err := drain(d); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkCapture(b *testing.B) {
	doc := references(200)
	b.ReportAllocs()
	b.SetBytes(int64(len(doc)))
	for b.Loop() {
		d := xmltext.NewBytesDecoder(doc, nil)
		if _, err := d.Next(); err != nil {
			b.Fatal(err)
		}
		if _, err := d.Capture(); err != nil {
			b.Fatal(err)
		}
	}
}

type ref struct {
	UID   string `xml:",attr"`
	Name  string `xml:",attr"`
	Href  string `xml:",attr"`
	Type  string `xml:",attr"`
	Links struct{ Link []link }
}

type link struct {
	Href string `xml:",attr"`
	Name string `xml:",attr"`
	Type string `xml:",attr"`
	Rel  string `xml:",attr"`
}

func BenchmarkEncode(b *testing.B) {
	var refs struct {
		XMLName xml.Name `xml:"http://www.veeam.com/ent/v1.0 EntityReferences"`
		Ref     []ref
	}
	doc := references(2000)
	if err := xml.Unmarshal(doc, &refs); err != nil {
		b.Fatal(err)
	}
	const space = "http://www.veeam.com/ent/v1.0"
	b.Run("xmltext", func(b *testing.B) {
		b.ReportAllocs()
		e := xmltext.NewEncoder(nil)
		for b.Loop() {
			e.Reset()
			e.StartElement(space, "EntityReferences")
			for i := range refs.Ref {
				r := &refs.Ref[i]
				e.StartElement(space, "Ref")
				e.Attr("", "UID", r.UID)
				e.Attr("", "Name", r.Name)
				e.Attr("", "Href", r.Href)
				e.Attr("", "Type", r.Type)
				e.StartElement(space, "Links")
				for k := range r.Links.Link {
					l := &r.Links.Link[k]
					e.StartElement(space, "Link")
					e.Attr("", "Href", l.Href)
					e.Attr("", "Name", l.Name)
					e.Attr("", "Type", l.Type)
					e.Attr("", "Rel", l.Rel)
					e.EndElement()
				}
				e.EndElement()
				e.EndElement()
			}
			e.EndElement()
			out, err := e.Finish()
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(out)))
		}
	})
	b.Run("encoding-xml", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			out, err := xml.Marshal(refs)
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(out)))
		}
	})
}
