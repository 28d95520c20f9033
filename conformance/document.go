package conformance

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/vbem-go/vbem/conformance/canonical"
	"github.com/vbem-go/vbem/conformance/model"
	"github.com/vbem-go/vbem/xsdbind"
)

// A document is an XML message with what the checks need.
type document struct {
	data    []byte
	tree    *canonical.Node
	typ     *model.Type
	fresh   func() xsdbind.Struct // a new value of the root's type
	request bool
	codecs  codecs
}

// A check looks at one message and returns the problems that it found.
type check struct {
	name string
	run  func(document) []string
}

// strictCheck has no meaning for messages with content that the schema does not know.
const strictCheck = "strict mode accepts it"

// documentChecks are the checks on every XML message.
var documentChecks = []check{
	{"decode and encode", roundTrip},
	{strictCheck, strictAccepts},
	{"another prefix changes nothing", otherPrefixes},
	{"encoding/xml reads what is written", written},
	{"unknown elements are kept", unknownElementsKept},
	{"unknown attributes are kept", unknownAttributesKept},
	{"each known value can be changed", changes},
	{"through JSON and back", throughJSON},
}

// requestChecks are further checks on requests that are what the schema says.
var requestChecks = []check{
	{"order of neighbouring elements", neighbours},
}

// pass decodes data, makes the changes if there are any, encodes, and compares with the tree that must come back.
func (d document) pass(c codec, data []byte, want *canonical.Node, changes ...edit) (problems []string) {
	v := d.fresh()
	if err := c.decode(data, v); err != nil {
		return []string{fmt.Sprintf("%s: decode: %v", c.name, err)}
	}
	for _, change := range changes {
		if err := change.inValue(v); err != nil {
			return []string{fmt.Sprintf("%s: change: %v", c.name, err)}
		}
	}
	out, err := c.encode(v)
	if err != nil {
		return []string{fmt.Sprintf("%s: encode: %v", c.name, err)}
	}
	got, err := canonical.Parse(out)
	if err != nil {
		return []string{fmt.Sprintf("%s: what was written is not well-formed: %v", c.name, err)}
	}
	for _, difference := range canonical.Diff(want, got, d.typ) {
		problems = append(problems, c.name+": "+difference)
	}
	return problems
}

func roundTrip(d document) (problems []string) {
	for _, c := range d.codecs.xml {
		problems = append(problems, d.pass(c, d.data, d.tree)...)
	}
	return problems
}

// strictAccepts also asks the independent reading of the schema, so that strict mode cannot simply accept everything.
func strictAccepts(d document) []string {
	problems := d.typ.Faults(d.tree)
	if err := d.codecs.strictXML(d.data, d.fresh()); err != nil {
		problems = append(problems, err.Error())
	}
	return problems
}

// unknown returns what of the message the schema does not know; "" when it knows all.
func (d document) unknown() string {
	for _, fault := range d.typ.Faults(d.tree) {
		if strings.Contains(fault, ": unknown ") {
			return fault
		}
	}
	return ""
}

func otherPrefixes(d document) (problems []string) {
	styles := []canonical.Style{
		{Prefix: "other", Space: d.tree.Name.Space},
		{Prefix: "v1", Space: d.tree.Name.Space, Decoy: foreign},
	}
	for _, style := range styles {
		data := canonical.Write(d.tree, style)
		for _, c := range d.codecs.xml[:2] {
			for _, p := range d.pass(c, data, d.tree) {
				problems = append(problems, "prefix "+style.Prefix+": "+p)
			}
		}
		if d.typ.Faults(d.tree) == nil {
			if err := d.codecs.strictXML(data, d.fresh()); err != nil {
				problems = append(problems, "prefix "+style.Prefix+": strict: "+err.Error())
			}
		}
	}
	return problems
}

// written reads what is written with encoding/xml alone: token by token, and into the generated type.
func written(d document) (problems []string) {
	for _, c := range d.codecs.xml {
		v := d.fresh()
		if err := c.decode(d.data, v); err != nil {
			return []string{fmt.Sprintf("%s: decode: %v", c.name, err)}
		}
		out, err := c.encode(v)
		if err != nil {
			return []string{fmt.Sprintf("%s: encode: %v", c.name, err)}
		}
		tokens := xml.NewDecoder(bytes.NewReader(out))
		for err == nil {
			_, err = tokens.Token()
		}
		if !errors.Is(err, io.EOF) {
			problems = append(problems, fmt.Sprintf("%s: %v", c.name, err))
			continue
		}
		again := d.fresh()
		if err := xml.Unmarshal(out, again); err != nil {
			problems = append(problems, fmt.Sprintf("%s: xml.Unmarshal: %v", c.name, err))
			continue
		}
		second, err := c.encode(again)
		if err != nil {
			problems = append(problems, fmt.Sprintf("%s: encode again: %v", c.name, err))
		} else if !bytes.Equal(out, second) {
			problems = append(problems, fmt.Sprintf("%s: written, read and written again it is another text:\n%s\n%s", c.name, out, second))
		}
	}
	return problems
}

func unknownElementsKept(d document) []string { return d.kept(unknownElements(d.tree, d.typ)) }

func unknownAttributesKept(d document) []string { return d.kept(unknownAttributes(d.tree, d.typ)) }

// kept reads each mutant as it is and with one known value changed, a different one each time.
func (d document) kept(list []mutant) (problems []string) {
	changes := d.edits()
	for i, m := range list {
		data := canonical.Write(m.tree, canonical.Style{})
		want, name := m.tree, m.name
		var change []edit
		if len(changes) > 0 {
			change = changes[i%len(changes):][:1]
			want = m.tree.Clone()
			change[0].inTree(want, d.typ)
			name += ", " + change[0].name + " changed"
		}
		for _, c := range d.codecs.xml[:2] {
			for _, p := range d.pass(c, data, want, change...) {
				problems = append(problems, name+": "+p)
			}
		}
		if len(problems) > maxProblems {
			return append(problems, "… and so on")
		}
	}
	return problems
}

// maxProblems is how many of one check are told.
const maxProblems = 10

// edits lists the known values of the message that a program could change.
func (d document) edits() []edit {
	v := d.fresh()
	if err := d.codecs.xml[0].decode(d.data, v); err != nil {
		return nil // the round trip says so
	}
	return edits(d.tree, d.typ, v)
}

// changes makes each change.
func changes(d document) (problems []string) {
	for _, batch := range batches(d.edits(), d.tree) {
		want := d.tree.Clone()
		for _, change := range batch {
			change.inTree(want, d.typ)
		}
		for _, c := range d.codecs.xml[:2] {
			for _, p := range d.pass(c, d.data, want, batch...) {
				problems = append(problems, batch[0].name+others(len(batch))+": "+p)
			}
		}
	}
	return problems
}

// throughJSON writes the decoded value as JSON, reads that, and writes XML. Only known content of messages that lack nothing takes part:
// JSON has no place for unknown elements between others, and writes what is absent and required in its own way.
func throughJSON(d document) (problems []string) {
	if d.typ.Faults(d.tree) != nil {
		return nil
	}
	first := d.codecs.xml[0]
	v := d.fresh()
	if err := first.decode(d.data, v); err != nil {
		return []string{fmt.Sprintf("decode: %v", err)}
	}
	for _, c := range d.codecs.json {
		text, err := c.encode(v)
		if err != nil {
			problems = append(problems, fmt.Sprintf("%s: encode: %v", c.name, err))
			continue
		}
		back := d.fresh()
		if err := c.decode(text, back); err != nil {
			problems = append(problems, fmt.Sprintf("%s: decode: %v\n%s", c.name, err, text))
			continue
		}
		out, err := first.encode(back)
		if err != nil {
			problems = append(problems, fmt.Sprintf("%s: as XML: %v\n%s", c.name, err, text))
			continue
		}
		got, err := canonical.Parse(out)
		if err != nil {
			problems = append(problems, fmt.Sprintf("%s: as XML: %v", c.name, err))
			continue
		}
		for _, difference := range canonical.Diff(d.tree, got, d.typ) {
			problems = append(problems, c.name+": "+difference)
		}
	}
	return problems
}

// neighbours swaps each two neighbouring elements of a message that is in order.
func neighbours(d document) (problems []string) {
	original := d.fresh()
	if err := d.codecs.xml[0].decode(d.data, original); err != nil {
		return []string{fmt.Sprintf("decode: %v", err)}
	}
	for _, s := range swaps(d.tree, d.typ) {
		data := canonical.Write(s.tree, canonical.Style{})
		refusal := d.codecs.strictXML(data, d.fresh())
		want := s.tree
		if s.allowed {
			if refusal != nil {
				problems = append(problems, fmt.Sprintf("%s: allowed, but strict mode says: %v", s.name, refusal))
			}
		} else {
			want = d.tree
			if fault := refused(refusal, s); fault != "" {
				problems = append(problems, s.name+": "+fault)
			}
			v := d.fresh()
			if err := d.codecs.xml[0].decode(data, v); err != nil {
				problems = append(problems, fmt.Sprintf("%s: lenient mode says: %v", s.name, err))
			} else if !reflect.DeepEqual(original, v) {
				problems = append(problems, s.name+": lenient mode reads another value")
			}
		}
		for _, c := range d.codecs.xml[:2] {
			for _, p := range d.pass(c, data, want) {
				problems = append(problems, s.name+": "+p)
			}
		}
	}
	return problems
}

// refused says what is wrong with the error that strict mode gave for a forbidden swap; "" when nothing is.
func refused(err error, s swap) string {
	if err == nil {
		return "forbidden, but strict mode accepts it"
	}
	var at *xsdbind.Error
	if !errors.As(err, &at) {
		return fmt.Sprintf("the refusal is no *xsdbind.Error: %v", err)
	}
	text := err.Error()
	named := strings.Contains(text, s.parent) &&
		(strings.Contains(text, "<"+s.first+">") || strings.Contains(text, "<"+s.second+">"))
	if at.Line < 1 || !named {
		return fmt.Sprintf("the refusal does not name the place: %v", err)
	}
	return ""
}
