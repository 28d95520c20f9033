package doctor

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/vbem-go/vbem/conformance/canonical"
	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/xsdbind"
	"github.com/vbem-go/vbem/xsdtype"
)

var jsonChecks = []check{
	{"json-case", "In which letter case are the members of JSON objects?", "as the elements of XML: PascalCase", jsonCase},
	{"json-same", "Do JSON and XML say the same?", "yes", jsonSame},
	{"json-error", "What is a refusal in JSON?", "an Error's members", jsonError},
}

// inJSON are the addresses that are read both ways.
var inJSON = []string{"/cdpReplica/vApps?format=Entity", "/cdpReplicaSessions?format=Entity", "/cdpPolicies?format=Entity"}

func jsonCase(v *visit) (string, Verdict) {
	upper, lower := 0, 0
	for _, target := range inJSON {
		a := v.get(target, asJSON)
		if !a.ok() || a.json == nil {
			continue
		}
		a.json.Walk(func(j *canonical.JSON) {
			for _, m := range j.Members {
				if m.Name != "" && m.Name[0] >= 'a' && m.Name[0] <= 'z' {
					lower++
				} else {
					upper++
				}
			}
		})
	}
	found := fmt.Sprintf("%d members begin with a capital, %d with a small letter", upper, lower)
	switch {
	case upper+lower == 0:
		return "no JSON came", Unseen
	case lower == 0:
		return found, AsAssumed
	}
	return found, Handled // json-same tells if it is not
}

func jsonSame(v *visit) (string, Verdict) {
	var differ, same []string
	for _, target := range inJSON {
		x, j := v.get(target, asXML), v.get(target, asJSON)
		if !x.ok() || x.root == nil || !j.ok() || j.json == nil || j.root != nil {
			continue
		}
		root := x.root.Name.Local
		one, err := x.decode(root)
		other, err2 := j.decode(root)
		if err != nil || err2 != nil {
			differ = append(differ, root+" (not read)")
			continue
		}
		if what := difference(one, other); what != "" {
			differ = append(differ, root+what)
		} else {
			same = append(same, root)
		}
	}
	switch {
	case len(differ) > 0:
		return "they differ: " + strings.Join(differ, ", "), NotHandled
	case len(same) == 0:
		return "no pair of answers came", Unseen
	}
	return "the same: " + strings.Join(same, ", "), AsAssumed
}

// difference names the first element in which two values differ; "" when there is none. JSON does not say which of several empty forms
// was meant, so they are compared as JSON, where these are alike.
func difference(one, other xsdbind.Struct) string {
	a, err := xsdbind.MarshalJSON(one)
	b, err2 := xsdbind.MarshalJSON(other)
	if err != nil || err2 != nil {
		return " (not written)"
	}
	want, err := canonical.ParseJSON(a)
	got, err2 := canonical.ParseJSON(b)
	if err != nil || err2 != nil {
		return " (not written)"
	}
	if d := canonical.DiffJSON(want, got, nil); len(d) > 0 {
		path, _, _ := strings.Cut(d[0], ":")
		return " at " + path
	}
	return ""
}

func jsonError(v *visit) (string, Verdict) {
	a := v.get(aList, asJSON|anonymous)
	switch {
	case a.err != nil || a.status < 400:
		return a.outcome(), Unseen
	case a.json == nil:
		return a.outcome() + ", which is no JSON", Handled
	}
	e, err := a.decode("Error")
	if err != nil || xsdbind.Text(e, "Message") == "" {
		return a.outcome() + ", without a Message", Handled
	}
	return a.outcome(), AsAssumed
}

var valueChecks = []check{
	{"dates", "Which zones and how many digits of a second have dates?", "none or Z; 0, 1, 2, 3, 6 or 7 digits", dates},
	{"clock", "Are dates without a zone UTC?", "yes", clock},
	{"names", "Does the schema know every element and attribute?", "yes", names},
	{"order", "Are elements in the schema's order?", "yes", order},
	{"kept", "Is all that came written back the same?", "yes", kept},
	{"moment-spelling", "RestoreAtPointInTime or RestoreAtPointinTime?", "RestoreAtPointInTime is written, both are read", momentSpelling},
}

var dateForm = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?$`)

// eachDate calls f for every date in the XML answers.
func (v *visit) eachDate(f func(a *answer, name, value string)) {
	v.each(func(a *answer, n *canonical.Node) {
		if s := strings.TrimSpace(n.Value()); dateForm.MatchString(s) {
			f(a, n.Name.Local, s)
		}
		for _, at := range n.Attrs {
			if dateForm.MatchString(at.Value) {
				f(a, at.Name.Local, at.Value)
			}
		}
	})
}

func dates(v *visit) (string, Verdict) {
	forms := make(map[string]int)
	verdict := AsAssumed
	v.eachDate(func(_ *answer, name, value string) {
		m := dateForm.FindStringSubmatch(value)
		digits, zone := max(0, len(m[1])-1), "an offset"
		switch {
		case m[2] == "":
			zone = "no zone"
		case m[2] == "Z":
			zone = "Z"
		}
		forms[fmt.Sprintf("%d digits with %s", digits, zone)]++
		if _, err := xsdtype.DateTime(value).Time(); err != nil {
			forms["not readable, in "+name]++
			verdict = NotHandled
		} else if verdict == AsAssumed && (zone == "an offset" || !slices.Contains([]int{0, 1, 2, 3, 6, 7}, digits)) {
			verdict = Handled
		}
	})
	if len(forms) == 0 {
		return "no dates came", Unseen
	}
	return counts(forms), verdict
}

func counts(m map[string]int) string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		parts = append(parts, fmt.Sprintf("%s: %d", k, m[k]))
	}
	return strings.Join(parts, "; ")
}

// clock compares the newest moment in the past that a session tells with the time of the server's answers.
func clock(v *visit) (string, Verdict) {
	const slack = 5 * time.Minute
	var newest time.Duration
	seen := false
	v.eachDate(func(a *answer, name, value string) {
		now, err := http.ParseTime(a.header.Get("Date"))
		t, err2 := xsdtype.DateTime(value).Time()
		if err != nil || err2 != nil || xsdtype.DateTime(value).HasZone() || !strings.HasPrefix(name, "CreationTime") {
			return
		}
		if d := t.Sub(now); !seen || d > newest {
			newest, seen = d, true
		}
	})
	switch {
	case !seen:
		return "no creation time without a zone came", Unseen
	case newest > slack:
		return fmt.Sprintf("the newest is %v after the server's own Date header", newest.Round(time.Minute)), NotHandled
	case newest < -slack:
		return "the newest is too old to tell", Unseen
	}
	return "the newest lies at the server's own Date header", AsAssumed
}

// faults sorts what the schema has against the answers; the names alone are told.
func (v *visit) faults() (unknown, misplaced map[string]int, looked int) {
	unknown, misplaced = make(map[string]int), make(map[string]int)
	api, err := v.api()
	if err != nil {
		return nil, nil, 0
	}
	for _, a := range v.all {
		if a.root == nil {
			continue
		}
		typ, _ := api.Root(a.root.Name)
		if typ == nil {
			unknown["root "+word(a.root.Name.Local)]++
			continue
		}
		looked++
		for _, fault := range typ.Faults(a.root) {
			path, what, _ := strings.Cut(fault, ": ")
			path = index.ReplaceAllString(a.root.Name.Local+path, "")
			path = path[strings.LastIndex(path, "/")+1:]
			switch {
			case strings.HasPrefix(what, "unknown "):
				unknown[strings.ReplaceAll(what, "{"+ent.Namespace+"}", "")+" in "+path]++
			case strings.HasPrefix(what, "the content model"), strings.HasPrefix(what, "no attribute"):
				misplaced["in "+path]++
			default:
				misplaced["text in "+path]++
			}
		}
	}
	return unknown, misplaced, looked
}

var index = regexp.MustCompile(`\[\d+\]`)

func names(v *visit) (string, Verdict) {
	unknown, _, looked := v.faults()
	switch {
	case len(unknown) > 0:
		return counts(unknown), Handled // kept, and written back: see "kept"
	case looked == 0:
		return "no document came", Unseen
	}
	return fmt.Sprintf("all of %d documents", looked), AsAssumed
}

func order(v *visit) (string, Verdict) {
	_, misplaced, looked := v.faults()
	switch {
	case len(misplaced) > 0:
		return "another order, or something is absent or too often: " + counts(misplaced), Handled // answers are read in any order
	case looked == 0:
		return "no document came", Unseen
	}
	return fmt.Sprintf("all of %d documents", looked), AsAssumed
}

func kept(v *visit) (string, Verdict) {
	api, err := v.api()
	if err != nil {
		return err.Error(), Unseen
	}
	lost, looked := make(map[string]int), 0
	for _, a := range v.all {
		if a.root == nil || ent.NewElement(ent.Namespace, a.root.Name.Local) == nil {
			continue
		}
		looked++
		local := a.root.Name.Local
		value, err := a.decode(local)
		if err != nil {
			lost["not read: "+local]++
			continue
		}
		out, err := xsdbind.MarshalXML(value, xsdbind.WithRoot(local))
		if err != nil {
			lost["not written: "+local]++
			continue
		}
		typ, _ := api.Root(a.root.Name)
		if back, err := canonical.Parse(out); err != nil || typ != nil && len(canonical.Diff(a.root, back, typ)) > 0 {
			lost["changed: "+local]++
		}
	}
	switch {
	case len(lost) > 0:
		return counts(lost), NotHandled
	case looked == 0:
		return "no document came", Unseen
	}
	return fmt.Sprintf("all of %d documents", looked), AsAssumed
}

func momentSpelling(v *visit) (string, Verdict) {
	for _, spelling := range []string{"RestoreAtPointInTime", "RestoreAtPointinTime"} {
		for _, a := range v.all {
			if !bytes.Contains(a.body, []byte(spelling)) {
				continue
			}
			if spelling == "RestoreAtPointInTime" {
				return spelling + " stands in an answer", AsAssumed
			}
			return spelling + " stands in an answer", NotHandled
		}
	}
	return "it stands in requests alone, and no answer shows it; a failover to a moment would", Unseen
}
