package xsdbind

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// readString reads the string at d.pos. The bytes are valid until the next string that has escapes.
func (d *jsonDecoder) readString() ([]byte, error) {
	raw, escaped, err := d.scanString()
	if err != nil || !escaped {
		return raw, err
	}
	d.scratch = appendUnescaped(d.scratch[:0], raw)
	return d.scratch, nil
}

// appendUnescaped appends the text that the inside of a string stands for. The escapes have been checked.
func appendUnescaped(b, raw []byte) []byte {
	for i := 0; i < len(raw); {
		c := raw[i]
		if c != '\\' {
			b = append(b, c)
			i++
			continue
		}
		c = raw[i+1]
		i += 2
		switch c {
		case 'b':
			c = '\b'
		case 'f':
			c = '\f'
		case 'n':
			c = '\n'
		case 'r':
			c = '\r'
		case 't':
			c = '\t'
		case 'u':
			r, _ := hex4(raw[i:])
			i += 4
			if utf16.IsSurrogate(r) {
				low, _ := hex4(raw[i+2:])
				r = utf16.DecodeRune(r, low)
				i += 6
			}
			b = utf8.AppendRune(b, r)
			continue
		}
		b = append(b, c)
	}
	return b
}

// jsonStrings makes the strings of one document: short ones that repeat are made once, the others share blocks of memory.
type jsonStrings struct {
	block strings.Builder
	seen  [64]string
}

const (
	jsonBlock    = 2048 // bytes in a block of shared memory
	jsonRepeated = 24   // strings up to this length are looked for among those made before
)

// make returns b as a string.
func (s *jsonStrings) make(b []byte) string {
	n := len(b)
	switch {
	case n == 0:
		return ""
	case n > jsonBlock/8:
		return string(b)
	case n > jsonRepeated:
		return s.add(b)
	}
	slot := &s.seen[(uint(n)*7^uint(b[0])^uint(b[n/2])<<2^uint(b[n-1])<<3)%uint(len(s.seen))]
	if *slot != string(b) {
		*slot = s.add(b)
	}
	return *slot
}

// add copies b into the block. What a block holds never moves or changes: a full one is left to its strings.
func (s *jsonStrings) add(b []byte) string {
	if s.block.Cap()-s.block.Len() < len(b) {
		size := jsonBlock
		if s.block.Cap() == 0 {
			size = max(len(b), jsonBlock/16) // most messages are small
		}
		s.block = strings.Builder{}
		s.block.Grow(size)
	}
	from := s.block.Len()
	s.block.Write(b)
	return s.block.String()[from:]
}

// jsonNames is a set of member names.
type jsonNames struct {
	few  []string
	many map[string]struct{}
}

// add reports whether name is new.
func (s *jsonNames) add(name []byte) bool {
	if s.many != nil {
		if _, ok := s.many[string(name)]; ok {
			return false
		}
		s.many[string(name)] = struct{}{}
		return true
	}
	for _, have := range s.few {
		if have == string(name) {
			return false
		}
	}
	s.few = append(s.few, string(name))
	if len(s.few) > 32 {
		s.many = make(map[string]struct{}, 2*len(s.few))
		for _, have := range s.few {
			s.many[have] = struct{}{}
		}
	}
	return true
}

// fieldSet is a set of field indexes.
type fieldSet struct {
	low  [4]uint64
	high map[int]struct{}
}

func (s *fieldSet) has(i int) bool {
	if i < 256 {
		return s.low[i>>6]&(1<<(i&63)) != 0
	}
	_, ok := s.high[i]
	return ok
}

// add reports whether i is new.
func (s *fieldSet) add(i int) bool {
	if s.has(i) {
		return false
	}
	if i < 256 {
		s.low[i>>6] |= 1 << (i & 63)
		return true
	}
	if s.high == nil {
		s.high = map[int]struct{}{}
	}
	s.high[i] = struct{}{}
	return true
}
