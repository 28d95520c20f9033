// Package hostile holds requests that must be refused: malformed, mistyped, out of order, too large, in the wrong namespace or media
// type, about things that are not there. Each says what the refusal must be: its status, and what its text must name. They are
// made from tables and mutators, so that every element of every body meets every mistake.
package hostile

import (
	"fmt"
	"strings"
)

// Request is a request and the refusal that it must get.
type Request struct {
	Name   string
	Method string
	Target string // below /api
	Header map[string]string
	Body   string
	Anon   bool // without a session

	Status int
	Text   []string // all of these must be in the answer's Message
}

// Site is what the requests need to know of the server: things that are there.
type Site struct{ VApp, Replica, VM, Policy string }

// Requests makes all requests.
func Requests(s Site) []Request {
	var out []Request
	for _, b := range bodies(s) {
		out = append(out, xmlRequests(b)...)
		out = append(out, jsonRequests(b)...)
		out = append(out, mediaRequests(b)...)
	}
	out = append(out, pathRequests(s)...)
	out = append(out, queryRequests()...)
	out = append(out, sessionRequests(s)...)
	return out
}

const space = "http://www.veeam.com/ent/v1.0"

// kind is the type of an element's text.
type kind string

const (
	boolean  kind = "boolean"
	dateTime kind = "dateTime"
)

// element is an element of a body, and a value that is right.
type element struct {
	name     string
	kind     kind
	value    string
	required bool
}

// body is an operation and a body that it takes.
type body struct {
	op, target, root string
	elements         []element
}

// bodies are the operations with a body that the simulator carries out.
func bodies(s Site) []body {
	failover := []element{
		{"RestoreCurrent", boolean, "true", true}, {"RestoreCurrentVss", boolean, "false", true},
	}
	timed := []element{
		{"RestoreCurrent", boolean, "false", true}, {"RestoreCurrentVss", boolean, "false", true},
		{"RestoreAtInterval", dateTime, "2026-05-06T06:00:00Z", false},
	}
	exact := []element{
		{"RestoreCurrent", boolean, "false", true}, {"RestoreCurrentVss", boolean, "false", true},
		{"RestoreAtPointInTime", dateTime, "2026-05-06T06:00:00Z", false},
	}
	window := []element{{"StartDate", dateTime, "2026-05-06T00:00:00Z", true}, {"EndDate", dateTime, "2026-05-06T06:00:00Z", true}}
	vapp, vm := "/cdpReplica/vApps/"+s.VApp, "/cdpReplicas/"+s.Replica+"/vms/"+s.VM
	return []body{
		{"vApp to the latest", vapp + "?action=failover", "CdpFailoverStartSpec", failover},
		{"vApp to an interval", vapp + "?action=failover", "CdpFailoverStartSpec", timed},
		{"VM to a point in time", vm + "?action=failover", "CdpFailoverStartSpec", exact},
		{"vApp's intervals", vapp + "?action=intervals", "CdpIntervalsSpec", window},
		{"VM's intervals", vm + "?action=intervals", "CdpIntervalsSpec", window},
	}
}

func (b body) post(name, contentType, text string, status int, want ...string) Request {
	return Request{Name: b.op + ": " + name, Method: "POST", Target: b.target, Header: map[string]string{"Content-Type": contentType},
		Body: text, Status: status, Text: want}
}

// wrong values of a kind, as a text.
func (k kind) wrong() map[string]string {
	if k == boolean {
		return map[string]string{
			"a word": "yes", "upper case": "TRUE", "a number": "2", "two values": "true false", "nothing": "", "a minus": "-1", "a trueish text": "truee", "a date": "2026-05-06T06:00:00Z",
		}
	}
	return map[string]string{
		"a word": "yesterday", "month 13": "2026-13-01T00:00:00Z", "February 30": "2026-02-30T00:00:00Z", "hour 25": "2026-05-06T25:00:00Z", "minute 60": "2026-05-06T06:60:00Z",
		"a time alone": "06:00:00", "a blank for the T": "2026-05-06 06:00:00", "a number": "1778047200", "zone +15:00": "2026-05-06T06:00:00+15:00",
		"American": "05/06/2026", "a fraction without digits": "2026-05-06T06:00:00.Z", "a boolean": "true", "a comma in seconds": "2026-05-06T06:00:00,5Z",
	}
}

func (b body) xml(change func(i int, e element) string) string {
	var s strings.Builder
	fmt.Fprintf(&s, "<%s xmlns=%q>\n", b.root, space)
	for i, e := range b.elements {
		s.WriteString(change(i, e))
		s.WriteByte('\n')
	}
	fmt.Fprintf(&s, "</%s>", b.root)
	return s.String()
}

func (e element) tag(value string) string { return "<" + e.name + ">" + value + "</" + e.name + ">" }

func plain(_ int, e element) string { return e.tag(e.value) }

func (b body) right() string { return b.xml(plain) }

// only changes element n.
func (b body) only(n int, text string) string {
	return b.xml(func(i int, e element) string {
		if i == n {
			return text
		}
		return plain(i, e)
	})
}

// Accepted are the bodies that the mistakes are made in, as they are accepted: what is refused in Requests is the mistake.
func Accepted(s Site) []Request {
	var out []Request
	for _, b := range bodies(s) {
		status := 202
		if b.root == "CdpIntervalsSpec" {
			status = 200
		}
		out = append(out, b.post("XML", xmlType, b.right(), status), b.post("JSON", jsonType, b.json(plainMember), status))
	}
	return out
}
