package xsdbind

import (
	"slices"

	"github.com/vbem-go/vbem/xmltext"
	"github.com/vbem-go/vbem/xsdtype"
)

// composer reads content in which the model says where an element's value goes: into the value itself or into a round
// of a repeated group.
type composer struct {
	follower
	r      *reader
	v      Struct
	t      *Type
	p      *plan
	seen   fieldSet
	rounds []round           // the current rounds, the outermost first
	parked []round           // the last rounds of groups of the value itself, while something else is read
	level  int               // where the last element went: 0 the value, n rounds[n-1]
	last   int               // the value's field that the last element belongs to, -1 for none
	places []xsdtype.Element // for each element in a wildcard of the value: its place, and Index as a field
}

// round is the current item of a repeated group.
type round struct {
	field int // of the struct around it
	item  Struct
	t     *Type
	seen  fieldSet
	last  int
	loose bool // made for an element that the model refused: what its round lacks may follow
}

// modelled reads child elements as the model says. Lenient reading keeps close to the document's order where the
// model does not: an element goes into the round that is read if it lacks it, else into a new one.
func (r *reader) modelled(v Struct, t *Type, p *plan, seen *fieldSet) error {
	c := r.composer()
	c.v, c.t, c.p, c.seen, c.last = v, t, p, *seen, -1
	err := c.content()
	r.free = append(r.free, c)
	return err
}

// rest forgets all but the memory for its work.
func (c *composer) rest() {
	clear(c.rounds[:cap(c.rounds)])
	clear(c.places[:cap(c.places)])
	clear(c.parked[:cap(c.parked)])
	*c = composer{
		follower: follower{matcher: matcher{frames: c.frames[:0], before: c.before[:0]}}, r: c.r,
		rounds: c.rounds[:0], parked: c.parked[:0], places: c.places[:0],
	}
}

func (r *reader) composer() *composer {
	var c *composer
	if n := len(r.free); n > 0 {
		c, r.free = r.free[n-1], r.free[:n-1]
	} else {
		c = &composer{r: r}
	}
	c.start()
	c.level = 0
	c.rounds, c.parked, c.places = c.rounds[:0], c.parked[:0], c.places[:0]
	return c
}

func (c *composer) content() error {
	r, d := c.r, c.r.d
	for {
		kind, err := d.Next()
		if err != nil {
			return syntax(err)
		}
		switch kind {
		case xmltext.EndElement:
			return c.close()
		case xmltext.Text:
			if !d.IsSpace() {
				return r.errorAt(RuleText, "text "+clip(d.Text()), "the schema allows elements only")
			}
			continue
		}
		if r.strict {
			ok, err := c.follow(r, c.t)
			if err != nil {
				return err
			}
			if !ok {
				if err := d.Skip(); err != nil {
					return syntax(err)
				}
				continue
			}
			err = c.read(c.place())
			if err != nil {
				return err
			}
			continue
		}
		level, i, ok := c.lenient(d.Local(), d.Space())
		if !ok {
			err = c.unknown()
		} else {
			err = c.read(level, i)
		}
		if err != nil {
			return err
		}
	}
}

// lenient finds the place of the current element: the value (level 0) or a round, and a field of it.
func (c *composer) lenient(local []byte, space string) (level, field int, ok bool) {
	if c.accept(c.t, local, space) {
		level, field = c.place()
		if level == 0 || c.rounds[level-1].lacks(field) {
			return level, field, true
		}
		return c.renew(level), field, true
	}
	if i := c.p.element(c.t.Attrs, c.t.Attrs, local, space); i >= 0 {
		return 0, i, true
	}
	for n := len(c.rounds); n > 0; n-- {
		o := &c.rounds[n-1]
		i := o.t.plan().element(0, 0, local, space)
		if i < 0 {
			continue
		}
		c.drop(n)
		if !o.lacks(i) {
			n = c.renew(n)
		}
		return n, i, true
	}
	if path, i := groupPath(c.t, local, space, nil); path != nil {
		if len(path) == 1 && c.resume(path[0], i) {
			return 1, i, true
		}
		n := 0
		for n < len(path)-1 && n < len(c.rounds) && c.rounds[n].field == path[n] {
			n++
		}
		c.drop(n)
		for _, g := range path[n:] {
			n = c.open(n, g)
			c.rounds[n-1].loose = true
		}
		return n, i, true
	}
	for k := range c.t.Model {
		if q := &c.t.Model[k]; q.Op == OpAny && int(q.Field) >= c.last && q.Wildcard.admits(space) {
			return 0, int(q.Field), true
		}
	}
	return 0, 0, false
}

// groupPath finds the group fields that lead to an element, and its field in the innermost.
func groupPath(t *Type, local []byte, space string, path []int) ([]int, int) {
	for _, g := range t.plan().groups {
		gt := t.Fields[g].Group
		here := append(path, g)
		if i := gt.plan().element(0, 0, local, space); i >= 0 {
			return here, i
		}
		if found, i := groupPath(gt, local, space, here); found != nil {
			return found, i
		}
	}
	return nil, -1
}

// lacks reports whether field i may be set in the round.
func (o *round) lacks(i int) bool {
	f := &o.t.Fields[i]
	if f.Flags&(FlagList|FlagTextList) != FlagList && o.seen.has(i) {
		return false
	}
	if len(o.t.plan().choices) == 0 {
		return true
	}
	set := o.seen
	set.add(i)
	a, _ := o.t.twoAlternatives(&set)
	return a == nil
}

// place gives the place that the matcher found and begins the rounds that it began.
func (c *composer) place() (level, field int) {
	inner := 0
	for k := range c.frames {
		if q := &c.frames[k]; q.typ.Model[q.at].Op == OpGroup {
			inner++
		}
	}
	field = int(c.leaf.particle().Field)
	for k := range c.frames {
		f := &c.frames[k]
		q := &f.typ.Model[f.at]
		if q.Op != OpGroup {
			continue
		}
		g := int(q.Field)
		switch {
		case level >= len(c.rounds) || c.rounds[level].field != g:
			if level == 0 && !f.fresh && c.resume(g, -1) {
				level = 1
			} else {
				level = c.open(level, g)
			}
		case f.fresh && !(level == inner-1 && c.rounds[level].loose && c.rounds[level].lacks(field)):
			level = c.open(level, g)
		default:
			c.rounds[level].loose = false
			level++
		}
		f.fresh = false
	}
	c.drop(level)
	return level, field
}

// open begins a round of group field g inside level and returns its level.
func (c *composer) open(level, g int) int {
	c.drop(level)
	if level == 0 {
		for k := range c.parked {
			if c.parked[k].field == g {
				c.over(&c.parked[k])
				c.parked = slices.Delete(c.parked, k, k+1)
				break
			}
		}
	}
	owner := c.owner(level)
	gt := owner.XSDType().Fields[g].Group
	item, _ := field(owner, g, true).(List).Append().(Struct)
	c.rounds = append(c.rounds, round{field: g, item: item, t: gt, last: -1})
	return level + 1
}

// renew begins another round at a level.
func (c *composer) renew(level int) int {
	n := c.open(level-1, c.rounds[level-1].field)
	c.rounds[n-1].loose = true
	return n
}

// drop ends the rounds inside of level.
func (c *composer) drop(level int) {
	for len(c.rounds) > level {
		o := &c.rounds[len(c.rounds)-1]
		switch {
		case c.r.strict:
		case len(c.rounds) == 1:
			c.parked = append(c.parked, *o)
		default:
			c.over(o)
		}
		c.rounds = c.rounds[:len(c.rounds)-1]
	}
}

// over ends a round for good.
func (c *composer) over(o *round) {
	// In lenient mode there is no error.
	n := newNode(o.item, o.t)
	_ = c.r.missing(&n, &o.seen, 0, len(o.t.Fields))
	settle(o.item, o.t)
}

// resume goes on with the last round of group field g if it lacks field i; -1 is any.
func (c *composer) resume(g, i int) bool {
	for k := range c.parked {
		if o := c.parked[k]; o.field == g && (i < 0 || o.lacks(i)) {
			c.drop(0)
			c.parked = slices.Delete(c.parked, k, k+1)
			c.rounds = append(c.rounds, o)
			return true
		}
	}
	return false
}

func (c *composer) owner(level int) Struct {
	if level == 0 {
		return c.v
	}
	return c.rounds[level-1].item
}

// read reads the current element into field i at a level.
func (c *composer) read(level, i int) error {
	v, t, seen := c.v, c.t, &c.seen
	if level == 0 {
		if err := c.displace(i); err != nil {
			return err
		}
		c.last = i
	} else {
		o := &c.rounds[level-1]
		v, t, seen = o.item, o.t, &o.seen
		o.last = i
		for n := level - 1; n > 0; n-- {
			c.rounds[n-1].last = c.rounds[n].field
		}
		c.last = c.rounds[0].field
	}
	c.level = level
	f := &t.Fields[i]
	repeats := f.Flags&(FlagList|FlagTextList) == FlagList
	if !seen.add(i) && !repeats {
		return c.r.errorAt(RuleRepeated, "<"+f.Name+">", "occurs twice")
	}
	x := field(v, i, true)
	if repeats {
		l, ok := x.(List)
		if !ok {
			return jsonTable(f)
		}
		x = l.Append()
	}
	if f.Where == WhereAny {
		s, ok := x.(*string)
		if !ok {
			return jsonTable(f)
		}
		text, err := c.r.d.Capture()
		*s = text
		return syntax(err)
	}
	var err error
	if level == 0 {
		err = c.r.child(v, t, f, i, x)
	} else {
		outer := c.owner(level - 1)
		err = c.r.itemChild(outer, outer.XSDType(), c.rounds[level-1].field, v, t, f, i, x)
	}
	if err != nil {
		return inside(err, f.Name)
	}
	return nil
}

// displace is called before an element is read into the value's field i. Elements that stand before it and were
// taken for a wildcard's that comes behind it were none: they are kept as unknown, where they stood.
func (c *composer) displace(i int) error {
	f := &c.t.Fields[i]
	if f.Where == WhereAny {
		at := xsdtype.Element{}
		if c.last >= 0 {
			at.After, at.Index = c.t.Fields[c.last].Go, occurrence(c.v, c.t, c.last)
		}
		if !c.r.strict && c.last != i {
			c.places = append(c.places, at)
		} else if !c.r.strict && len(c.places) > 0 {
			c.places = append(c.places, c.places[len(c.places)-1])
		}
		return nil
	}
	if len(c.places) == 0 {
		return nil
	}
	for _, w := range c.p.wildcard {
		l, ok := field(c.v, w, false).(List)
		x := extra(c.v, c.t)
		if w < i || !ok || x == nil || l.Len() == 0 || l.Len() != len(c.places) {
			continue
		}
		for k, at := range c.places {
			if s, ok := l.At(k).(*string); ok {
				at.XML = *s
				x.Elements = append(x.Elements, at)
			}
		}
		l.Clear()
		c.places = c.places[:0]
		return nil
	}
	return nil
}

// unknown keeps the current element where nothing has a place for it.
func (c *composer) unknown() error {
	for n := c.level; n > 0; n-- {
		if o := &c.rounds[n-1]; hasExtra(o.item, o.t) {
			return c.r.unknown(o.item, o.t, o.last)
		}
	}
	return c.r.unknown(c.v, c.t, c.last)
}

// close ends the content.
func (c *composer) close() error {
	if c.r.strict {
		if err := c.finished(c.r, c.t); err != nil {
			return err
		}
		c.drop(0)
		return nil
	}
	c.drop(0)
	for k := range c.parked {
		c.over(&c.parked[k])
	}
	n := newNode(c.v, c.t)
	if err := c.r.missing(&n, &c.seen, c.t.Attrs, len(c.t.Fields)); err != nil {
		return err
	}
	settle(c.v, c.t)
	return nil
}

// inOrder reads child elements, and text in mixed content, into one item each.
func (r *reader) inOrder(v Struct, t *Type, p *plan) error {
	d := r.d
	g := len(t.Fields) - 1
	gt := t.Fields[g].Group
	text := slices.IndexFunc(gt.Fields, func(f Field) bool { return f.Where == WhereText })
	last := -1
	c := r.composer()
	defer func() { r.free = append(r.free, c) }()
	for {
		kind, err := d.Next()
		if err != nil {
			return syntax(err)
		}
		i := text
		switch kind {
		case xmltext.EndElement:
			if r.strict {
				return c.finished(r, t)
			}
			settle(v, t)
			return nil
		case xmltext.Text:
			if t.Flags&FlagMixed == 0 || text < 0 {
				if !d.IsSpace() {
					return r.errorAt(RuleText, "text "+clip(d.Text()), "the schema allows elements only")
				}
				continue
			}
		default:
			if i, err = r.inOrderField(c, t, p); err != nil {
				return err
			}
			switch {
			case i >= 0:
			case r.strict:
				if err := d.Skip(); err != nil {
					return syntax(err)
				}
				continue
			default:
				if err := r.unknown(v, t, last); err != nil {
					return err
				}
				continue
			}
		}
		last = g
		l, ok := field(v, g, true).(List)
		if !ok {
			return jsonTable(&t.Fields[g])
		}
		item, ok := l.Append().(Struct)
		if !ok {
			return jsonTable(&t.Fields[g])
		}
		f := &gt.Fields[i]
		x := field(item, i, true)
		if l, ok := x.(List); ok && f.Flags&FlagTextList == 0 {
			x = l.Append()
		}
		switch f.Where {
		case WhereText:
			err = r.value(f, x, d.Text())
		case WhereAny:
			s, ok := x.(*string)
			if !ok {
				return jsonTable(f)
			}
			*s, err = d.Capture()
			err = syntax(err)
		default:
			err = r.itemChild(v, t, g, item, gt, f, i, x)
		}
		if err != nil {
			return inside(err, f.Name)
		}
	}
}

// itemChild reads an element into an item; what the item cannot keep, the value does.
func (r *reader) itemChild(v Struct, t *Type, g int, item Struct, gt *Type, f *Field, i int, x any) error {
	if f.Kind != KindStruct && len(r.d.Attrs()) > 0 && !hasExtra(item, gt) {
		if err := r.valueAttributes(v, t, &Field{Go: t.Fields[g].Go, Flags: f.Flags}, g, r.d.Attrs()); err != nil {
			return err
		}
	}
	return r.child(item, gt, f, i, x)
}

// inOrderField finds the item's field for the current element, -1 for none.
func (r *reader) inOrderField(c *composer, t *Type, p *plan) (int, error) {
	if r.strict {
		ok, err := c.follow(r, t)
		if err != nil || !ok {
			return -1, err
		}
		return int(c.leaf.particle().Field), nil
	}
	if i := p.element(0, 0, r.d.Local(), r.d.Space()); i >= 0 {
		return i, nil
	}
	for k := range t.Model {
		if q := &t.Model[k]; q.Op == OpAny && q.Wildcard.admits(r.d.Space()) {
			return int(q.Field), nil
		}
	}
	return -1, nil
}
