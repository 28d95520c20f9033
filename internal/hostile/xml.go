package hostile

import (
	"fmt"
	"strings"
)

const xmlType = "application/xml"

// xmlRequests makes every mistake in every element of a body, and those that concern the document as a whole.
func xmlRequests(b body) []Request {
	var out []Request
	add := func(name, text string, status int, want ...string) {
		out = append(out, b.post("XML: "+name, xmlType, text, status, want...))
	}
	for i, e := range b.elements {
		line := fmt.Sprintf("line %d", i+2)
		each := func(name, text string, want ...string) { add(e.name+": "+name, b.only(i, text), 400, want...) }
		for name, v := range e.kind.wrong() {
			if v == "" && !e.required {
				continue
			}
			each(name, e.tag(v), e.name, line)
		}
		each("another end tag", "<"+e.name+">"+e.value+"</"+e.name+"x>", e.name+"x", line)
		each("no end tag", "<"+e.name+">"+e.value, "line")
		each("twice", e.tag(e.value)+e.tag(e.value), e.name, line)
		each("an element in it", e.tag("<Sub>"+e.value+"</Sub>"), e.name, line)
		each("another namespace", "<"+e.name+` xmlns="urn:else">`+e.value+"</"+e.name+">", e.name, line)
		each("no namespace", "<"+e.name+` xmlns="">`+e.value+"</"+e.name+">", e.name, line)
		each("an undeclared prefix", "<p:"+e.name+">"+e.value+"</p:"+e.name+">", "p", line)
		each("an attribute", "<"+e.name+` Unit="h">`+e.value+"</"+e.name+">", "Unit", line)
		each("an attribute twice", "<"+e.name+` a="1" a="2">`+e.value+"</"+e.name+">", "a", line)
		each("an attribute without quotes", "<"+e.name+` a=1>`+e.value+"</"+e.name+">", line)
		each("lower case", "<"+strings.ToLower(e.name)+">"+e.value+"</"+strings.ToLower(e.name)+">", strings.ToLower(e.name), line)
		each("a name with an x", "<"+e.name+"x>"+e.value+"</"+e.name+"x>", e.name+"x", line)
		each("a named entity", e.tag("&nbsp;"), "nbsp", line)
		each("an entity of one's own", e.tag("&xxe;"), "xxe", line)
		each("a bare ampersand", e.tag("a&b"), line)
		each("a forbidden reference", e.tag("&#0;"), line)
		each("a control character", e.tag("\x01"), line)
		each("no UTF-8", e.tag("\xff\xfe"), line)
		each("a CDATA section that does not end", "<"+e.name+"><![CDATA["+e.value, "line")
		each("a comment that does not end", e.tag(e.value)+"<!-- ", "line")
		each("a comment with two dashes", e.tag(e.value)+"<!-- -- -->", line)
		each("text beside it", e.tag(e.value)+" and more", b.root, line)
		each("a no-break space beside it", e.tag(e.value)+"\u00a0", b.root, line)
		each("an unknown element after it", e.tag(e.value)+"<Unheard/>", "Unheard", line)
		each("an unknown element before it", "<Unheard/>"+e.tag(e.value), "Unheard", line)
		if e.required {
			each("missing", "", e.name)
		}
	}
	right := b.right()
	add("out of order", b.xml(func(i int, _ element) string { return plain(0, b.elements[len(b.elements)-1-i]) }), 400, b.root, "line 3")
	for _, percent := range []int{5, 15, 25, 35, 45, 55, 65, 75, 85, 95} {
		add(fmt.Sprintf("cut at %d %%", percent), right[:len(right)*percent/100], 400, "line")
	}
	add("only white space", " \n\t", 400, b.root)
	add("nothing", "", 400, b.root)
	add("a declaration alone", `<?xml version="1.0"?>`, 400, "line 1")
	add("a comment alone", `<!-- nothing -->`, 400, "line 1")
	add("text alone", "restore it, please", 400, "line 1")
	add("two roots", right+right, 400, "line")
	add("text behind the root", right+"x", 400, "line")
	add("another root", strings.ReplaceAll(right, b.root, "Task"), 400, "Task", b.root)
	add("a root in lower case", strings.ReplaceAll(right, b.root, strings.ToLower(b.root)), 400, strings.ToLower(b.root))
	add("another namespace", strings.Replace(right, space, "http://www.veeam.com/ent/v2.0", 1), 400, "{"+space+"}"+b.root)
	add("no namespace", strings.Replace(right, ` xmlns="`+space+`"`, "", 1), 400, "{"+space+"}"+b.root)
	add("a DTD", "<!DOCTYPE "+b.root+">"+right, 400, "DOCTYPE")
	add("entities that grow", `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>`+right, 400, "DOCTYPE")
	add("an external entity", `<!DOCTYPE x [<!ENTITY xxe SYSTEM "file:///etc/passwd">]>`+b.only(0, b.elements[0].tag("&xxe;")), 400, "DOCTYPE")
	add("declared as UTF-16", `<?xml version="1.0" encoding="UTF-16"?>`+right, 400, "UTF-16")
	add("declared as Latin 1", `<?xml version="1.0" encoding="ISO-8859-1"?>`+right, 400, "ISO-8859-1")
	add("UTF-16", utf16(right), 400, "line 1")
	add("XML 2.0", `<?xml version="2.0"?>`+right, 400, "line 1", "2.0")
	add("a declaration that is not first", "\n"+`<?xml version="1.0"?>`+right, 400, "line 2")
	add("a namespace declared twice", strings.Replace(right, "<"+b.root, "<"+b.root+` xmlns="`+space+`"`, 1), 400, "line 1")
	add("an attribute on the root", strings.Replace(right, "<"+b.root, "<"+b.root+` Type="x"`, 1), 400, "Type")
	add("a bare ampersand in an address", strings.Replace(right, "<"+b.root, "<"+b.root+` Href="https://em/api?a=1&b=2"`, 1), 400, "line 1")
	add("dots for what is left out", strings.Replace(right, "</"+b.root, "  ...\n</"+b.root, 1), 400, b.root)
	add("a less-than in an attribute", strings.Replace(right, "<"+b.root, "<"+b.root+` a="<"`, 1), 400, "line 1")
	add("deep", strings.Repeat("<"+b.root+` xmlns="`+space+`">`, 5000), 400, "line")
	add("many attributes", strings.Replace(right, "<"+b.root, "<"+b.root+manyAttributes(), 1), 400, "line 1")
	add("too large", right+strings.Repeat(" ", 1<<20), 413, "larger than")
	add("JSON in its place", b.json(plainMember), 400, "JSON needs Content-Type")
	add("a null byte first", "\x00"+right, 400, "line 1")
	add("two marks", "\ufeff\ufeff"+right, 400, "line 1")
	return out
}

func manyAttributes() string {
	var s strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&s, ` a%d="x"`, i)
	}
	return s.String()
}

func utf16(text string) string {
	out := []byte{0xff, 0xfe}
	for _, c := range []byte(text) {
		out = append(out, c, 0)
	}
	return string(out)
}
