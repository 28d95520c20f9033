package hostile

import (
	"fmt"
	"regexp"
	"strings"
)

// Answer is a mistake in an answer: what a body that is right becomes, and what a client must name of it.
type Answer struct {
	Name string
	Make func(right string) string
	Text []string
}

// Answers makes the mistakes for a body in XML or in JSON.
func Answers(json bool) []Answer {
	if json {
		return jsonAnswers()
	}
	return xmlAnswers()
}

// at changes the text right before a place that is so many percent into it, where before last fits.
func at(percent int, fits func(string, int) bool, change func(head, tail string) string) func(string) string {
	return func(s string) string {
		for i := len(s) * percent / 100; i < len(s); i++ {
			if fits(s, i) {
				return change(s[:i], s[i:])
			}
		}
		panic("hostile: the answer has no place for this mistake")
	}
}

func startTag(s string, i int) bool {
	return s[i] == '<' && i+1 < len(s) && s[i+1] != '/' && s[i+1] != '?' && strings.Contains(s[:i], "<"+rootOf(s))
}

func endTag(s string, i int) bool { return strings.HasPrefix(s[i:], "</") }

func insert(text string) func(head, tail string) string {
	return func(head, tail string) string { return head + text + tail }
}

var rootName = regexp.MustCompile(`<([A-Za-z]+)`)

func rootOf(s string) string {
	if m := rootName.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	return ""
}

func xmlAnswers() []Answer {
	var out []Answer
	add := func(name string, change func(string) string, want ...string) {
		out = append(out, Answer{name, change, want})
	}
	for _, p := range []int{10, 40, 70} {
		where := func(s string) string { return fmt.Sprintf("%s, %d %% in", s, p) }
		add(where("text between elements"), at(p, startTag, insert("...")))
		add(where("a no-break space between elements"), at(p, startTag, insert("\u00a0")))
		add(where("a bare ampersand"), at(p, startTag, insert("&page=1")), "line")
		add(where("a named entity"), at(p, startTag, insert("&nbsp;")), "nbsp")
		add(where("a forbidden reference"), at(p, startTag, insert("&#1;")), "line")
		add(where("a control character"), at(p, startTag, insert("\x02")), "line")
		add(where("no UTF-8"), at(p, startTag, insert("\xc0\xaf")), "line")
		add(where("another end tag"), at(p, endTag, func(h, t string) string { return h + "</Other" + t[strings.IndexByte(t, '>'):] }), "Other")
		add(where("no end tag"), at(p, endTag, func(h, t string) string { return h + t[strings.IndexByte(t, '>')+1:] }), "line")
		add(where("an end tag too much"), at(p, startTag, insert("</Other>")), "Other")
		add(where("an attribute twice"), at(p, startTag, insert(`<Unheard a="1" a="2"/>`)), "a")
		add(where("an undeclared prefix"), at(p, startTag, insert("<p:Unheard/>")), "p")
		add(where("a comment that does not end"), at(p, startTag, insert("<!-- ")), "line")
		add(where("a CDATA section that does not end"), at(p, startTag, insert("<![CDATA[")), "line")
		add(where("a DTD in the middle"), at(p, startTag, insert("<!DOCTYPE x>")), "line")
		add(where("cut"), func(s string) string { return s[:len(s)*p/100] }, "line")
		add(where("deep"), at(p, startTag, insert(strings.Repeat("<a>", 50_000))), "line")
	}
	add("a DTD", func(s string) string { return `<!DOCTYPE x [<!ENTITY a "b">]>` + s[strings.IndexByte(s, '>')+1:] }, "DOCTYPE")
	add("an external entity", func(s string) string {
		return `<!DOCTYPE x SYSTEM "file:///etc/passwd">` + s[strings.IndexByte(s, '>')+1:]
	}, "DOCTYPE")
	add("two roots", func(s string) string { return s + "<x/>" })
	add("text behind the root", func(s string) string { return s + "Connection to EM lost" })
	add("another root", func(s string) string { return strings.ReplaceAll(s, rootOf(s), "Unheard") }, "Unheard")
	add("another namespace", func(s string) string { return strings.ReplaceAll(s, space, "urn:else") }, "urn:else")
	add("a page", func(string) string { return "<html><body>Please log in</body></html>" }, "html")
	add("a page of a broken proxy", func(string) string { return "<!DOCTYPE html><html><br></html>" })
	add("plain text", func(string) string { return "OK" }, "neither XML nor JSON")
	add("an Error with a good status", func(string) string {
		return `<Error xmlns="` + space + `" Message="It did not work" StatusCode="500"/>`
	}, "It did not work")
	add("in UTF-16", utf16)
	add("declared as UTF-16", func(s string) string { return strings.Replace(s, "UTF-8", "UTF-16", 1) }, "UTF-16")
	return out
}

func jsonAnswers() []Answer {
	var out []Answer
	add := func(name string, change func(string) string, want ...string) {
		out = append(out, Answer{name, change, want})
	}
	comma := func(s string, i int) bool { return strings.HasPrefix(s[i:], `,"`) }
	for _, p := range []int{5, 30, 50} {
		where := func(s string) string { return fmt.Sprintf("%s, %d %% in", s, p) }
		add(where("no comma"), at(p, comma, func(h, t string) string { return h + t[1:] }), "offset")
		add(where("two commas"), at(p, comma, insert(",")), "offset")
		add(where("a comma and an end"), at(p, comma, insert(",}")), "offset")
		add(where("a word"), at(p, comma, insert(`,"Unheard":yes`)), "offset")
		add(where("a comment"), at(p, comma, insert("/* more */")), "offset")
		add(where("a member twice"), at(p, comma, insert(`,"Unheard":1,"Unheard":2`)), "offset")
		add(where("no UTF-8"), at(p, comma, insert(",\"Unheard\":\"\xff\"")), "offset")
		add(where("a control character"), at(p, comma, insert(",\"Unheard\":\"\n\"")), "offset")
		add(where("half a surrogate"), at(p, comma, insert(`,"Unheard":"\ud800"`)), "offset")
		add(where("deep"), at(p, comma, insert(`,"Unheard":`+strings.Repeat("[", 100_000))), "offset")
		add(where("cut"), func(s string) string { return s[:len(s)*p/100] }, "offset")
	}
	add("two documents", func(s string) string { return s + s }, "offset")
	add("a word alone", func(string) string { return "null" }, "neither XML nor JSON")
	add("a string", func(string) string { return `"OK"` }, "neither XML nor JSON")
	return out
}
