package hostile

import (
	"fmt"
	"strconv"
	"strings"
)

const jsonType = "application/json"

func (b body) json(change func(e element) string) string {
	var members []string
	for _, e := range b.elements {
		if m := change(e); m != "" {
			members = append(members, m)
		}
	}
	return "{" + strings.Join(members, ", ") + "}"
}

func (e element) member(value string) string { return strconv.Quote(e.name) + ": " + value }

func (e element) literal() string {
	if e.kind == boolean {
		return e.value
	}
	return strconv.Quote(e.value)
}

func plainMember(e element) string { return e.member(e.literal()) }

// jsonRequests makes every mistake in every member of a body, and those that concern the document as a whole.
func jsonRequests(b body) []Request {
	var out []Request
	add := func(name, text string, status int, want ...string) {
		out = append(out, b.post("JSON: "+name, jsonType, text, status, want...))
	}
	for _, e := range b.elements {
		each := func(name, member string, want ...string) {
			add(e.name+": "+name, b.json(func(x element) string {
				if x.name == e.name {
					return member
				}
				return plainMember(x)
			}), 400, want...)
		}
		for name, v := range e.kind.wrong() {
			if v == "" && !e.required {
				continue
			}
			each(name, e.member(strconv.Quote(v)), e.name, "offset")
		}
		each("an array", e.member("["+e.literal()+"]"), e.name, "offset")
		each("an object", e.member(`{"Value": `+e.literal()+"}"), e.name, "offset")
		each("a bare number", e.member("12"), e.name, "offset")
		each("twice", e.member(e.literal())+", "+e.member(e.literal()), e.name, "offset")
		each("without a colon", strconv.Quote(e.name)+" "+e.literal(), "offset")
		each("without a value", strconv.Quote(e.name)+": ", "offset")
		each("without quotes", e.name+": "+e.literal(), "offset")
		each("in single quotes", "'"+e.name+"': "+e.literal(), "offset")
		each("a comment", e.member(e.literal())+" /* really */", "offset")
		each("a string that does not end", e.member(`"`), "offset")
		each("an unknown escape", e.member(`"\x41"`), "offset")
		each("half a surrogate", `"Unheard": "\ud800"`, "offset")
		each("no UTF-8", e.member("\"\xff\""), "offset")
		each("a control character", e.member("\"\n\""), "offset")
		each("an unknown member", e.member(e.literal())+`, "Unheard": 1`, "Unheard", "offset")
		each("NaN", e.member("NaN"), "offset")
		each("a bare word", e.member("yes"), "offset")
		each("a number with a plus", e.member("+1"), "offset")
		if e.required {
			each("missing", "", e.name)
			each("null", e.member("null"), e.name)
		}
	}
	right := b.json(plainMember)
	for _, percent := range []int{10, 30, 50, 70, 90} {
		add(fmt.Sprintf("cut at %d %%", percent), right[:len(right)*percent/100], 400, "offset")
	}
	add("only white space", " \n\t", 400, b.root)
	add("nothing", "", 400, b.root)
	add("an array", "["+right+"]", 400, "offset")
	add("a string", strconv.Quote(right), 400, "offset")
	add("a number", "1", 400, "offset")
	add("null", "null", 400, b.root)
	add("two documents", right+right, 400, "offset")
	add("a comma at the end", strings.Replace(right, "}", ",}", 1), 400, "offset")
	add("no comma between members", strings.ReplaceAll(right, ", ", " "), 400, "offset")
	add("the root as a wrapper", `{"`+b.root+`": `+right+"}", 400, b.root)
	add("deep", strings.Repeat(`{"a":`, 5000), 400, "offset")
	add("deep arrays", strings.Repeat("[", 100_000), 400, "offset")
	add("too large", right+strings.Repeat(" ", 1<<20), 413, "larger than")
	add("XML in its place", b.right(), 400, "offset")
	return out
}

// mediaRequests sends a body that is right under headers that are not.
func mediaRequests(b body) []Request {
	var out []Request
	add := func(name string, status int, text string, header map[string]string, want ...string) {
		out = append(out, Request{Name: b.op + ": " + name, Method: "POST", Target: b.target, Header: header, Body: text, Status: status, Text: want})
	}
	xml, json := b.right(), b.json(plainMember)
	for _, ct := range []string{"text/plain", "text/html", "application/octet-stream", "multipart/form-data", "application/yaml", "image/png"} {
		add("sent as "+ct, 415, xml, map[string]string{"Content-Type": ct}, ct)
	}
	add("a Content-Type that cannot be read", 415, xml, map[string]string{"Content-Type": "application/xml; charset"}, "Content-Type")
	add("in Latin 1", 415, xml, map[string]string{"Content-Type": "application/xml; charset=iso-8859-1"}, "UTF-8")
	add("in UTF-16", 415, xml, map[string]string{"Content-Type": "application/xml; charset=utf-16"}, "UTF-8")
	add("compressed", 415, xml, map[string]string{"Content-Type": xmlType, "Content-Encoding": "gzip"}, "gzip")
	for _, accept := range []string{"text/html", "image/*", "application/xml;q=0", "application/yaml"} {
		add("an answer in "+accept, 406, xml, map[string]string{"Content-Type": xmlType, "Accept": accept}, "Accept")
	}
	add("XML, and an answer in JSON", 400, xml, map[string]string{"Content-Type": xmlType, "Accept": jsonType}, "Accept header", "JSON")
	add("JSON without a word about it", 400, json, nil, "JSON needs Content-Type")
	return out
}
