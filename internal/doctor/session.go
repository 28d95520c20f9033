package doctor

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/gen/ent"
)

var openingChecks = []check{
	{"versions", "GET / without a session: which API versions does it offer?", "v1_7 is among them", versions},
	{"media-type", "In what do answers come?", "application/xml in UTF-8, in the one namespace", mediaType},
	{"unauthorized", "GET of a list without a session", "401 with WWW-Authenticate: Basic Realm=RestSvc", unauthorized},
	{"error-body", "What comes with that refusal?", "an Error", errorBody},
	{"error-status", "Has an Error the attribute Status?", "it may, beside StatusCode", errorStatus},
}

func versions(v *visit) (string, Verdict) {
	a := v.get("/", anonymous)
	if !a.ok() || a.root == nil {
		return a.outcome(), Handled // the client logs in with "latest" then
	}
	var names []string
	if list := child(a.root, "SupportedVersions"); list != nil {
		for _, item := range list.Elements() {
			name, _ := attr(item, "Name")
			names = append(names, word(name))
		}
	}
	found := "offered: " + strings.Join(names, ", ")
	if len(names) == 0 {
		found = "none is listed"
	}
	if slices.ContainsFunc(names, func(s string) bool { return strings.EqualFold(s, client.Newest) }) {
		return found, AsAssumed
	}
	return found, Handled
}

// word shows a short name of the API's own and nothing that might be another's.
func word(s string) string {
	if len(s) > 40 || s == "" || strings.ContainsFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_')
	}) {
		return "(another text)"
	}
	return s
}

func mediaType(v *visit) (string, Verdict) {
	a := v.get("/", anonymous)
	if a.root == nil {
		return a.outcome(), NotHandled
	}
	found := a.header.Get("Content-Type")
	if a.root.Name.Space != ent.Namespace {
		return found + ", another namespace", NotHandled
	}
	_, parameter, _ := strings.Cut(strings.ToLower(found), "charset=")
	if media(a.header) == "application/xml" && (parameter == "" || strings.Trim(parameter, `" `) == "utf-8") {
		return found, AsAssumed
	}
	return found, Handled // a body is read by what it is
}

const aList = "/cdpPolicies"

func unauthorized(v *visit) (string, Verdict) {
	a := v.get(aList, anonymous)
	if a.err != nil {
		return a.outcome(), Unseen
	}
	challenge := a.header.Get("WWW-Authenticate")
	scheme, _, _ := strings.Cut(challenge, " ")
	found := fmt.Sprintf("status %d, WWW-Authenticate: %s of another realm", a.status, word(scheme))
	switch {
	case a.status != http.StatusUnauthorized:
		return found, NotHandled // an expired session would not be noticed
	case strings.EqualFold(strings.ReplaceAll(challenge, `"`, ""), "Basic Realm=RestSvc"):
		return fmt.Sprintf("status %d, WWW-Authenticate: Basic Realm=RestSvc", a.status), AsAssumed
	}
	return found, Handled
}

func errorBody(v *visit) (string, Verdict) {
	a := v.get(aList, anonymous)
	switch {
	case a.err != nil || a.status < 400:
		return a.outcome(), Unseen
	case a.root != nil && a.root.Name.Local == "Error":
		return a.outcome(), AsAssumed
	}
	return a.outcome(), Handled
}

func errorStatus(v *visit) (string, Verdict) {
	a := v.get(aList, anonymous)
	if a.root == nil || a.root.Name.Local != "Error" {
		return "no Error came", Unseen
	}
	var has []string
	for _, at := range a.root.Attrs {
		has = append(has, word(at.Name.Local))
	}
	found := "attributes: " + strings.Join(has, ", ")
	if _, err := a.decode("Error"); err != nil {
		return found + "; it cannot be read", NotHandled
	}
	if _, ok := attr(a.root, "Status"); ok {
		return found, AsAssumed
	}
	return found, Handled
}

var sessionChecks = []check{
	{"login", "POST /sessionMngr/ with Basic authorization", "201 with a LogonSession", login},
	{"token", "Where is the session's token, and is it the SessionId?", "in the header " + sessionHeader + ", base64, another than SessionId", tokenPlace},
	{"cookie", "Does a cookie win over the header?", "yes: so the client sends the header alone", cookie},
	{"session-links", "Which links has the logon session?", "none to the CDP resources: paths are built from the table", sessionLinks},
}

func login(v *visit) (string, Verdict) {
	a := v.enter()
	if v.refused != nil {
		return "", Unseen
	}
	if _, err := a.decode("LogonSession"); err != nil {
		return a.outcome() + ", which cannot be read", NotHandled
	}
	if a.status == http.StatusCreated && a.root.Name.Local == "LogonSession" {
		return a.outcome(), AsAssumed
	}
	return a.outcome(), Handled
}

func tokenPlace(v *visit) (string, Verdict) {
	a := v.enter()
	var found []string
	verdict := AsAssumed
	if a.header.Get(sessionHeader) != "" {
		found = append(found, "in the header")
	} else {
		found, verdict = append(found, "in the cookie alone"), Handled
	}
	if _, err := base64.StdEncoding.DecodeString(v.token); err != nil {
		found, verdict = append(found, "not base64"), Handled
	} else {
		found = append(found, "base64")
	}
	if v.token == v.session {
		found, verdict = append(found, "the same as SessionId"), Handled
	} else {
		found = append(found, "another than SessionId")
	}
	return strings.Join(found, ", "), verdict
}

func cookie(v *visit) (string, Verdict) {
	var path string
	set := false
	for _, c := range (&http.Response{Header: v.enter().header}).Cookies() {
		if strings.EqualFold(c.Name, sessionHeader) {
			set, path = true, c.Path
		}
	}
	found := "none was set"
	if set {
		found = "set with another path than /api"
		if path == "/api" {
			found = "set with Path=/api"
		}
	}
	a := v.get(aList, badCookie)
	switch {
	case a.err != nil:
		return found + "; " + a.outcome(), Unseen
	case a.status == http.StatusUnauthorized:
		if set && path == "/api" {
			return found + "; it wins over the header", AsAssumed
		}
		return found + "; it wins over the header", Handled
	}
	return fmt.Sprintf("%s; the header wins (status %d)", found, a.status), Handled
}

func sessionLinks(v *visit) (string, Verdict) {
	links := child(v.enter().root, "Links")
	if links == nil || len(links.Elements()) == 0 {
		return "no links at all", Handled
	}
	n, cdp := len(links.Elements()), 0
	for _, l := range links.Elements() {
		if typ, _ := attr(l, "Type"); strings.HasPrefix(strings.ToLower(typ), "cdp") {
			cdp++
		}
	}
	found := fmt.Sprintf("%d links, %d of them to CDP resources", n, cdp)
	if cdp == 0 {
		return found, AsAssumed
	}
	return found, Handled
}

var closingChecks = []check{
	{"logout", "DELETE of the own logon session", "204", logout},
	{"after-logout", "The session's token after that", "401", afterLogout},
}

func logout(v *visit) (string, Verdict) {
	a := v.leave()
	switch {
	case a == nil || a.err != nil:
		return "no answer came", Unseen
	case a.status == http.StatusNoContent:
		return a.outcome(), AsAssumed
	case a.status >= 200 && a.status < 300:
		return a.outcome(), Handled
	}
	return a.outcome(), NotHandled
}

func afterLogout(v *visit) (string, Verdict) {
	a := v.get("/logonSessions", asXML)
	switch {
	case a.err != nil:
		return a.outcome(), Unseen
	case a.status == http.StatusUnauthorized:
		return a.outcome(), AsAssumed
	}
	return a.outcome(), NotHandled // the client could not tell that its session is over
}
