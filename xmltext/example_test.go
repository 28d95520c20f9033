package xmltext_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/vbem-go/vbem/xmltext"
)

func Example() {
	doc := `<Task xmlns="http://www.veeam.com/ent/v1.0" Href="/api/tasks/task-1">
  <State>Running</State>
</Task>`
	d := xmltext.NewDecoder(strings.NewReader(doc), nil)
	for {
		kind, err := d.Next()
		if err != nil {
			log.Fatal(err)
		}
		switch kind {
		case xmltext.StartElement:
			fmt.Printf("<%s> in %s\n", d.Local(), d.Space())
			for _, a := range d.Attrs() {
				fmt.Printf("  %s = %s\n", a.Local, a.Value)
			}
		case xmltext.Text:
			if !d.IsSpace() {
				fmt.Printf("  %s\n", d.Text())
			}
		case xmltext.EndElement:
			fmt.Printf("</%s>\n", d.Local())
		case xmltext.EndDocument:
			return
		}
	}
	// Output:
	// <Task> in http://www.veeam.com/ent/v1.0
	//   Href = /api/tasks/task-1
	// <State> in http://www.veeam.com/ent/v1.0
	//   Running
	// </State>
	// </Task>
}

func ExampleDecoder_ElementText() {
	d := xmltext.NewBytesDecoder([]byte(`<Task><TaskId>task-1</TaskId><State>Run&#110;ing</State></Task>`), nil)
	for {
		kind, err := d.Next()
		if err != nil {
			log.Fatal(err)
		}
		if kind == xmltext.StartElement && d.Depth() == 2 {
			name := d.String(d.Local())
			text, err := d.ElementText()
			if err != nil {
				log.Fatal(err)
			}
			fmt.Printf("%s: %s\n", name, text)
		}
		if kind == xmltext.EndDocument {
			return
		}
	}
	// Output:
	// TaskId: task-1
	// State: Running
}

func ExampleDecoder_Capture() {
	d := xmltext.NewBytesDecoder([]byte(`<v:VApp xmlns:v="urn:v" xmlns:x="urn:x"><v:New x:kind='a' ><v:Part></v:Part></v:New></v:VApp>`), nil)
	for range 2 {
		if _, err := d.Next(); err != nil {
			log.Fatal(err)
		}
	}
	captured, err := d.Capture()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(captured)

	e := xmltext.NewEncoder(nil)
	e.StartElement("urn:v", "VApp")
	e.Raw(captured)
	e.EndElement()
	doc, err := e.Finish()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s\n", doc)
	// Output:
	// <New xmlns="urn:v" xmlns:x="urn:x" x:kind="a"><Part/></New>
	// <VApp xmlns="urn:v"><New xmlns:x="urn:x" x:kind="a"><Part/></New></VApp>
}

func ExampleEncoder() {
	e := xmltext.NewEncoder(&xmltext.EncodeOptions{Indent: "  ", Declaration: true})
	e.StartElement("http://www.veeam.com/ent/v1.0", "Task")
	e.Attr("", "Href", "/api/tasks?a=1&b=2")
	e.TextElement("http://www.veeam.com/ent/v1.0", "State", "Running")
	e.StartElement("http://www.veeam.com/ent/v1.0", "Progress")
	e.Int(42)
	e.EndElement()
	e.EndElement()
	doc, err := e.Finish()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s\n", doc)
	// Output:
	// <?xml version="1.0" encoding="UTF-8"?>
	// <Task xmlns="http://www.veeam.com/ent/v1.0" Href="/api/tasks?a=1&amp;b=2">
	//   <State>Running</State>
	//   <Progress>42</Progress>
	// </Task>
}

func ExampleSyntaxError() {
	d := xmltext.NewBytesDecoder([]byte("<Task>\n  <State>Running</Sate>\n</Task>"), nil)
	for {
		if _, err := d.Next(); err != nil {
			fmt.Println(err)
			return
		}
	}
	// Output:
	// line 2, column 17: the end tag </Sate> where </State> should be
}
