package xmltext

import (
	"fmt"
	"io"
	"math/rand/v2"
	"testing"
)

// The functions that look at eight bytes at a time find what a loop over bytes finds, for each byte value in each position, also
// behind bytes that make the differences borrow.
func TestWords(t *testing.T) {
	check := func(b []byte) {
		t.Helper()
		for _, quote := range []byte{'"', '\''} {
			want := 0
			for want < len(b) && b[want] != quote && class[b[want]]&clsAttr != 0 {
				want++
			}
			if got := skipValue(b, 0, quote); got != want {
				t.Fatalf("skipValue(%q, %q) = %d, want %d", b, quote, got, want)
			}
		}
		want := 0
		for want < len(b) && class[b[want]]&clsText != 0 {
			want++
		}
		if got := skipText(b, 0); got != want {
			t.Fatalf("skipText(%q) = %d, want %d", b, got, want)
		}
		all := true
		for _, c := range b {
			all = all && class[c]&clsPlain != 0
		}
		if got := plain(b); got != all {
			t.Fatalf("plain(%q) = %v", b, got)
		}
	}
	for c := range 256 {
		for _, fill := range []byte{' ', 'x', '~', 0x7F, '!', '#', '%', '\'', '(', ';', '=', '?', '\\', '^', '>'} {
			for length := range 20 {
				for at := range length {
					b := make([]byte, length)
					for i := range b {
						b[i] = fill
					}
					b[at] = byte(c)
					check(b)
				}
			}
		}
	}
	r := rand.New(rand.NewPCG(7, 8))
	for range 100000 {
		b := make([]byte, r.IntN(24))
		for i := range b {
			if b[i] = byte(0x20 + r.IntN(0x60)); r.IntN(4) == 0 {
				b[i] = byte(r.IntN(256))
			}
		}
		check(b)
	}
}

// Each byte's class is what the productions of XML 1.0 say.
func TestClasses(t *testing.T) {
	for c := range 0x80 {
		r := rune(c)
		letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r == '_'
		name := letter || '0' <= r && r <= '9' || r == '-' || r == '.'
		for _, tt := range []struct {
			what      string
			got, want bool
		}{
			{"isNameStart", isNameStart(r), letter},
			{"isNameChar", isNameChar(r), name},
			{"clsASCIIName", class[c]&clsASCIIName != 0, name},
			{"isChar", isChar(r), r == '\t' || r == '\n' || r == '\r' || r >= 0x20},
			{"isNCName", isNCName(string(r)), letter},
		} {
			if tt.got != tt.want {
				t.Errorf("%s(%U) = %v", tt.what, r, tt.got)
			}
		}
	}
	starts := [][2]rune{{0xC0, 0xD6}, {0xD8, 0xF6}, {0xF8, 0x2FF}, {0x370, 0x37D}, {0x37F, 0x1FFF}, {0x200C, 0x200D}, {0x2070, 0x218F},
		{0x2C00, 0x2FEF}, {0x3001, 0xD7FF}, {0xF900, 0xFDCF}, {0xFDF0, 0xFFFD}, {0x10000, 0xEFFFF}}
	chars := [][2]rune{{0xB7, 0xB7}, {0x300, 0x36F}, {0x203F, 0x2040}}
	in := func(r rune, ranges [][2]rune) bool {
		for _, x := range ranges {
			if x[0] <= r && r <= x[1] {
				return true
			}
		}
		return false
	}
	for r := rune(0x80); r <= 0x110000; r++ {
		if got := isNameStart(r); got != in(r, starts) {
			t.Fatalf("isNameStart(%U) = %v", r, got)
		}
		if got := isNameChar(r); got != (in(r, starts) || in(r, chars)) {
			t.Fatalf("isNameChar(%U) = %v", r, got)
		}
		if got := isChar(r); got != (r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= 0x10FFFF) {
			t.Fatalf("isChar(%U) = %v", r, got)
		}
	}
}

// Memory of a streaming decoder does not grow with the document.
func TestWindow(t *testing.T) {
	d := NewDecoder(&refs{n: 200000}, nil)
	for {
		k, err := d.Next()
		if err != nil {
			t.Fatal(err)
		}
		if k == EndDocument {
			break
		}
	}
	if cap(d.buf) > fullWindow {
		t.Errorf("a window of %d bytes", cap(d.buf))
	}
	if n := cap(d.frames) + cap(d.attrs) + cap(d.binds); n > 100 {
		t.Errorf("%d frames, attributes and bindings kept", n)
	}
	if d.base+int64(len(d.buf)) < 1<<22 {
		t.Errorf("only %d bytes read", d.base)
	}
}

// refs is a long document.
type refs struct {
	n, at int
	rest  []byte
}

func (r *refs) Read(b []byte) (int, error) {
	if len(r.rest) == 0 {
		switch {
		case r.at == 0:
			r.rest = []byte(`<Refs xmlns="u">`)
		case r.at <= r.n:
			r.rest = fmt.Appendf(r.rest[:0], `<Ref xmlns="u%d" Name="%d"/>`, r.at, r.at)
		case r.at == r.n+1:
			r.rest = []byte(`</Refs>`)
		default:
			return 0, io.EOF
		}
		r.at++
	}
	n := copy(b, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}
