package xsd

// What parse leaves for resolve.

// state guards the components that are resolved base first against circles.
type state uint8

const (
	untouched state = iota
	underway
	done
)

type elementSource struct {
	node  *node
	state state
}

type complexSource struct {
	attributeSource
	state  state
	model  *Particle   // group references in it are not resolved; nil when the explicit content is empty
	inline *SimpleType // of a restriction of simple content
	facets *SimpleType // holds the facets of a restriction of simple content
	simple bool        // simple content
}

type simpleSource struct {
	state state
	node  *node // restriction, list or union
}

type attributeSource struct {
	items    []attributeItem
	wildcard *Wildcard
}

// attributeItem is an attribute use, a prohibition, or a reference to a group of them.
type attributeItem struct {
	use        *AttributeUse
	prohibited bool
	group      *AttributeGroup
	pos        Position
}

type attributeGroupSource struct {
	attributeSource
	state state
}

type groupSource struct{ state state }

// groupRef is the term of a particle until resolve.
type groupRef struct{ group *Group }

func (*groupRef) term() {}
