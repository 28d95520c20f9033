package xsdbind

import (
	"strconv"
	"strings"

	"github.com/vbem-go/vbem/xsdtype"
)

// errorAt is an error of the given rule at offset pos. Its path grows as the callers return.
func (d *jsonDecoder) errorAt(pos int, rule Rule, format string, args ...any) error {
	return jsonErrorf(int64(pos), rule, format, args...)
}

// document reads the whole text into v.
func (d *jsonDecoder) document(v Struct) error {
	if d.peek() == 'n' && !d.strict {
		// encoding/json asks for null to change nothing.
		if err := d.scanLiteral("null"); err != nil {
			return err
		}
	} else if err := d.structure(v, v.XSDType()); err != nil {
		return err
	}
	if d.skipSpace(); d.pos < len(d.data) {
		return d.unexpected("the end of the text")
	}
	return nil
}

// structure reads the value of a complex type, in whichever form it comes.
func (d *jsonDecoder) structure(v Struct, t *Type) error {
	if err := misfit(v); err != nil {
		return err
	}
	switch c := d.peek(); {
	case t.jsonArray() != nil:
		return d.arrayType(v, t, c)
	case c == '{':
		return d.object(v, t)
	case c == '"' && d.pos+1 < len(d.data) && d.data[d.pos+1] == '"':
		if t.Flags&FlagSimpleContent != 0 && !d.strict {
			break
		}
		// An empty element, which has no content and no attributes.
		from := d.pos
		d.pos += len(`""`)
		return d.finish(v, t, from, &fieldSet{})
	case d.strict || !isJSONValue(c):
	case c == '[':
		// A list type that our tables take for an object with one array, and this server for the array alone.
		if i := t.jsonListOnly(); i >= 0 {
			var has fieldSet
			has.add(i)
			from := d.pos
			d.forget(v, t)
			if err := d.list(v, &t.Fields[i], i); err != nil {
				return err
			}
			return d.finish(v, t, from, &has)
		}
	}
	if i := len(t.Fields) - 1; t.Flags&FlagSimpleContent != 0 && !d.strict && i >= 0 && isJSONScalar(d.peek()) {
		// Text without attributes may come as it is.
		var has fieldSet
		has.add(i)
		from := d.pos
		d.forget(v, t)
		if _, err := d.member(v, i, &t.Fields[i]); err != nil {
			return err
		}
		return d.finish(v, t, from, &has)
	}
	return d.mistyped("an object", true)
}

// arrayType reads a type of the form JSONArray: the array, or in lenient mode the object that holds it, or one item alone.
func (d *jsonDecoder) arrayType(v Struct, t *Type, c byte) error {
	f := &t.Fields[0]
	var has fieldSet
	switch {
	case c == '[':
	case c == '"' && d.pos+1 < len(d.data) && d.data[d.pos+1] == '"' && f.Kind == KindStruct:
		d.pos += len(`""`)
		d.forget(v, t)
		return nil
	case d.strict || !isJSONValue(c):
		return d.mistyped("an array", true)
	case c == '{':
		wrapped, err := d.wraps(t)
		if err != nil {
			return err
		}
		if wrapped {
			return d.object(v, t)
		}
	}
	from := d.pos
	d.forget(v, t)
	if err := d.list(v, f, 0); err != nil {
		return err
	}
	has.add(0)
	return d.finish(v, t, from, &has)
}

// wraps looks ahead whether the object at d.pos has a member that is t's list, or none at all.
func (d *jsonDecoder) wraps(t *Type) (bool, error) {
	pos, depth := d.pos, d.depth
	defer func() { d.pos, d.depth = pos, depth }()
	if err := d.enter(); err != nil {
		return false, err
	}
	if d.peek() == '}' {
		return true, nil
	}
	for more := true; more; {
		name, err := d.memberName()
		if err != nil {
			return false, err
		}
		if t.jsonMember(name, 0, false) == 0 {
			return true, nil
		}
		if err := d.skipValue(); err != nil {
			return false, err
		}
		if more, err = d.more('}'); err != nil {
			return false, err
		}
	}
	return false, nil
}

// object reads the members of an object.
func (d *jsonDecoder) object(v Struct, t *Type) error {
	o := jsonObject{v: v, t: t, open: d.pos}
	if err := d.enter(); err != nil {
		return err
	}
	d.forget(v, t)
	for more := d.peek() != '}'; more; {
		d.skipSpace()
		from := d.pos
		name, err := d.memberName()
		if err != nil {
			return err
		}
		if err := d.objectMember(&o, name, from); err != nil {
			return err
		}
		if more, err = d.more('}'); err != nil {
			return err
		}
	}
	d.leave()
	return d.finish(v, t, o.open, &o.has)
}

// jsonObject is an object that is being read.
type jsonObject struct {
	v          Struct
	t          *Type
	open       int      // its offset
	next       int      // the member that is expected next, counted in the order in which they are written
	seen       fieldSet // fields that had a member
	has        fieldSet // fields that have a value: the member was not null
	unknown    jsonNames
	groups     fieldSet // groups whose items came as members of their own
	flat       jsonNames
	flatGroups bool
}

// objectMember reads the value of the member called name, which begins at from.
func (d *jsonDecoder) objectMember(o *jsonObject, name []byte, from int) error {
	t := o.t
	guess := len(t.Fields)
	if o.next < t.jsonCount() {
		guess = t.jsonOrder(o.next)
	}
	if i := t.jsonMember(name, guess, d.strict); i >= 0 {
		f := &t.Fields[i]
		if !o.seen.add(i) || o.flatGroups && o.groups.has(i) {
			return inside(d.errorAt(from, RuleRepeated, "the member occurs twice"), f.jsonName())
		}
		o.next++
		if i != guess {
			o.next = 0
			for k := range t.jsonCount() {
				if t.jsonOrder(k) == i {
					o.next = k + 1
				}
			}
		}
		present, err := d.member(o.v, i, f)
		if err != nil {
			return inside(err, f.jsonName())
		}
		if present {
			o.has.add(i)
		}
		return nil
	}
	if g, i, ok := t.jsonAlternative(name, d.strict); ok {
		f := &t.Fields[g].Group.Fields[i]
		key := f.jsonName()
		if o.seen.has(g) || !o.flat.add([]byte(strconv.Itoa(g)+" "+key)) {
			return inside(d.errorAt(from, RuleRepeated, "the member occurs twice"), key)
		}
		present, err := d.alternative(o.v, g, i, &t.Fields[g], o.groups.add(g))
		if err != nil {
			return inside(err, key)
		}
		o.flatGroups = true
		if present {
			o.has.add(g)
		}
		return nil
	}
	return d.unknownMember(o, name, from)
}

// unknownMember keeps a member that the schema does not have.
func (d *jsonDecoder) unknownMember(o *jsonObject, name []byte, from int) error {
	key := string(name)
	if !o.unknown.add(name) {
		return inside(d.errorAt(from, RuleRepeated, "the member occurs twice"), key)
	}
	if d.strict && !jsonSchemaMember(key) {
		return inside(d.errorAt(from, RuleUnknown, "the schema has no such member"), key)
	}
	value, err := d.appendValue(nil, true)
	if err != nil {
		return inside(err, key)
	}
	p, _ := field(o.v, len(o.t.Fields), true).(**xsdtype.Extra)
	if p == nil {
		return inside(d.errorAt(from, RuleUnknown, "the schema has no such member, and the type no room for it"), key)
	}
	if *p == nil {
		*p = &xsdtype.Extra{}
	}
	(*p).Members = append((*p).Members, xsdtype.Member{Name: key, Value: string(value)})
	return nil
}

// forget drops what v keeps from another document.
func (d *jsonDecoder) forget(v Struct, t *Type) {
	if p, _ := field(v, len(t.Fields), false).(**xsdtype.Extra); p != nil {
		*p = nil
	}
}

// finish looks after what an object (or what stood for one) at offset from did not have.
func (d *jsonDecoder) finish(v Struct, t *Type, from int, has *fieldSet) error {
	for i := range t.Fields {
		f := &t.Fields[i]
		if !f.jsonRequired() || has.has(i) {
			continue
		}
		if d.strict {
			return inside(d.errorAt(from, RuleMissing, "the schema requires it"), f.jsonName())
		}
		p, _ := field(v, len(t.Fields), true).(**xsdtype.Extra)
		if p == nil {
			continue
		}
		if *p == nil {
			*p = &xsdtype.Extra{}
		}
		(*p).Absent = append((*p).Absent, f.Go)
	}
	if d.strict {
		return d.checkModel(v, t, from)
	}
	return nil
}

// member reads the value of field i. It reports false for null.
func (d *jsonDecoder) member(v Struct, i int, f *Field) (present bool, err error) {
	if f.Flags&FlagList != 0 {
		if d.peek() == 'n' {
			return false, d.scanLiteral("null")
		}
		return true, d.list(v, f, i)
	}
	if d.peek() == 'n' {
		if err := d.scanLiteral("null"); err != nil || f.Flags&FlagNillable == 0 {
			return false, err
		}
		n, ok := field(v, i, true).(Nillable)
		if !ok {
			return false, jsonTable(f)
		}
		*n.NilFlag() = true
		return true, nil
	}
	return true, d.value(f, field(v, i, true))
}

// value reads a value that is not null into what FieldAt or List.Append returned.
func (d *jsonDecoder) value(f *Field, p any) error {
	if n, ok := p.(Nillable); ok {
		*n.NilFlag() = false
		p = n.ValuePtr()
	}
	if f.Kind != KindStruct {
		return d.scalar(f, p)
	}
	s, ok := p.(Struct)
	if !ok {
		return jsonTable(f)
	}
	return d.structure(s, s.XSDType())
}

// list reads the items of the list field i.
func (d *jsonDecoder) list(v Struct, f *Field, i int) error {
	l, ok := field(v, i, true).(List)
	if !ok {
		return jsonTable(f)
	}
	if d.peek() != '[' {
		if f.Flags&FlagTextList != 0 && d.peek() == '"' {
			return d.textList(f, l)
		}
		// A list of one that came without its array. An empty text says nothing of what it stands for.
		if d.strict || !isJSONValue(d.peek()) || d.emptyString() && f.Kind == KindStruct {
			return d.mistyped("an array", true)
		}
		l.Clear()
		return d.value(f, l.Append())
	}
	t := v.XSDType()
	if t.Flags&FlagInOrder != 0 {
		defer func(outer *Type) { d.inOrder = outer }(d.inOrder)
		d.inOrder = f.Group
	}
	from := d.pos
	if err := d.enter(); err != nil {
		return err
	}
	if t.jsonArray() != f || !l.IsNil() {
		// [] is an empty list, not an absent one; but where the list is the whole type, its presence says that.
		l.Clear()
	}
	for more := d.peek() != ']'; more; {
		err := d.item(f, l)
		if err != nil {
			return inside(err, "["+strconv.Itoa(l.Len())+"]")
		}
		if more, err = d.more(']'); err != nil {
			return err
		}
	}
	d.leave()
	return d.listFacets(f, l, from)
}

// item reads one more item.
func (d *jsonDecoder) item(f *Field, l List) error {
	if d.peek() != 'n' {
		return d.value(f, l.Append())
	}
	from := d.pos
	p := l.Append()
	if err := d.scanLiteral("null"); err != nil {
		return err
	}
	n, ok := p.(Nillable)
	if !ok {
		return d.errorAt(from, RuleValue, "null cannot be an item")
	}
	*n.NilFlag() = true
	return nil
}

// textList reads an xs:list that came as text.
func (d *jsonDecoder) textList(f *Field, l List) error {
	from := d.pos
	text, err := d.readString()
	if err != nil {
		return err
	}
	l.Clear()
	for item := range strings.FieldsSeq(string(text)) {
		if err := d.text(f, l.Append(), []byte(item), from); err != nil {
			return inside(err, "["+strconv.Itoa(l.Len())+"]")
		}
	}
	return d.listFacets(f, l, from)
}

// listFacets checks a list that is one text in XML.
func (d *jsonDecoder) listFacets(f *Field, l List, from int) error {
	if !d.strict || f.Simple == nil && f.Fixed == "" || f.Flags&FlagTextList == 0 {
		return nil
	}
	return d.facetError(f, f.checkValue(l, nil), from)
}

// alternative reads items of the repeated choice in field g, all of which are its alternative i.
func (d *jsonDecoder) alternative(v Struct, g, i int, f *Field, first bool) (present bool, err error) {
	l, ok := field(v, g, true).(List)
	if !ok {
		return false, jsonTable(f)
	}
	one := func() error {
		s, ok := l.Append().(Struct)
		if !ok {
			return jsonTable(f)
		}
		from := d.pos
		has, err := d.member(s, i, &f.Group.Fields[i])
		if err == nil && !has {
			err = d.errorAt(from, RuleValue, "null cannot be an item")
		}
		return err
	}
	switch c := d.peek(); {
	case c == 'n':
		return false, d.scanLiteral("null")
	case first:
		l.Clear()
	}
	if d.peek() != '[' || f.Group.Fields[i].Flags&FlagList != 0 {
		return true, one()
	}
	if err := d.enter(); err != nil {
		return false, err
	}
	n := 0
	for more := d.peek() != ']'; more; {
		n++
		if err := one(); err != nil {
			return false, inside(err, "["+strconv.Itoa(n)+"]")
		}
		if more, err = d.more(']'); err != nil {
			return false, err
		}
	}
	d.leave()
	return true, nil
}

// emptyString reports whether "" stands at d.pos.
func (d *jsonDecoder) emptyString() bool {
	return d.pos+1 < len(d.data) && d.data[d.pos] == '"' && d.data[d.pos+1] == '"'
}

// isJSONValue reports whether c begins a value, other than null.
func isJSONValue(c byte) bool {
	return c == '{' || c == '[' || isJSONScalar(c)
}

// isJSONScalar reports whether c begins a string, a number or a boolean.
func isJSONScalar(c byte) bool {
	return c == '"' || c == 't' || c == 'f' || c == '-' || '0' <= c && c <= '9'
}
