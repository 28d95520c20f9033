package xmltext

import "math"

// Default limits: what a zero field of [Options] means.
const (
	DefaultMaxDepth      = 1000
	DefaultMaxSize       = 1 << 30
	DefaultMaxToken      = 16 << 20
	DefaultMaxAttrs      = 1000
	DefaultMaxNamespaces = 256
)

// Options configures a [Decoder]. For every limit zero means the documented default and a negative value no limit.
type Options struct {
	// Strict is not used by this package: [Decoder.Strict] reports it to the layer above.
	Strict bool
	// MaxDepth limits how deep elements nest.
	MaxDepth int
	// MaxSize limits the document, in bytes. Memory does not grow with the document when it is read from an
	// io.Reader, so the default allows large answers.
	MaxSize int64
	// MaxToken limits one tag, comment, processing instruction or text, in bytes. A decoder over
	// an io.Reader holds at most about twice this much. There it also limits the names of all open elements together. The
	// namespaces that [Decoder.Capture] repeats in what it returns of one document have at most this and 16 bytes for each byte read.
	MaxToken int
	// MaxAttrs limits the attributes of one element, namespace declarations included.
	MaxAttrs int
	// MaxNamespaces limits the namespace declarations that are in scope at once, and each of them to 8 KB.
	MaxNamespaces int
}

const maxSpace = 8 << 10

const noLimit = math.MaxInt

type limits struct {
	depth, token, attrs, namespaces int
	size                            int64
}

func (o *Options) limits() limits {
	if o == nil {
		o = &Options{}
	}
	return limits{
		depth:      limit(o.MaxDepth, DefaultMaxDepth, noLimit),
		token:      limit(o.MaxToken, DefaultMaxToken, noLimit),
		attrs:      limit(o.MaxAttrs, DefaultMaxAttrs, noLimit),
		namespaces: limit(o.MaxNamespaces, DefaultMaxNamespaces, noLimit),
		size:       limit(o.MaxSize, DefaultMaxSize, math.MaxInt64),
	}
}

func limit[T int | int64](v, def, none T) T {
	switch {
	case v > 0:
		return v
	case v < 0:
		return none
	}
	return def
}
