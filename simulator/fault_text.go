package simulator

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ParseFaults reads rules from a text, one a line or with semicolons between them. # begins a comment. A rule is the kind and then fields:
//
//	seed=7
//	reset-after op=CdpReplica.VApps.ID.Failover p=0.1
//	status late code=502 body=html path=/tasks after=3 times=5
//	delay for=200ms method=POST
//	skew for=-7m
//
// The fields are op, method, path, p, after, times, late, for, code, body, to (Location) and type (of content-type).
func ParseFaults(text string) (Faults, error) {
	var f Faults
	for n, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		for rule := range strings.SplitSeq(line, ";") {
			words := strings.Fields(rule)
			if len(words) == 0 {
				continue
			}
			if seed, ok := strings.CutPrefix(words[0], "seed="); ok && len(words) == 1 {
				v, err := strconv.ParseUint(seed, 10, 64)
				if err != nil {
					return Faults{}, fmt.Errorf("faults: line %d: seed %q is no number", n+1, seed)
				}
				f.Seed = v
				continue
			}
			r, err := parseFault(words)
			if err == nil {
				err = r.Check()
			}
			if err != nil {
				return Faults{}, fmt.Errorf("faults: line %d: %w", n+1, err)
			}
			f.Rules = append(f.Rules, r)
		}
	}
	return f, nil
}

func parseFault(words []string) (Fault, error) {
	f := Fault{Kind: FaultKind(words[0])}
	for _, w := range words[1:] {
		name, v, ok := strings.Cut(w, "=")
		if name == "late" && !ok {
			f.Late = true
			continue
		}
		if !ok || v == "" {
			return f, fmt.Errorf("%s: want name=value, got %q", f.Kind, w)
		}
		var err error
		switch name {
		case "op":
			f.Operation = v
		case "method":
			f.Method = v
		case "path":
			f.Path = v
		case "p":
			f.Probability, err = strconv.ParseFloat(v, 64)
			if err == nil && f.Probability == 0 {
				return f, fmt.Errorf("%s: p=0 never happens; leave the rule out", f.Kind)
			}
		case "after":
			f.After, err = strconv.Atoi(v)
		case "times":
			f.Times, err = strconv.Atoi(v)
		case "for":
			f.For, err = time.ParseDuration(v)
		case "code":
			f.Status, err = strconv.Atoi(v)
		case "body", "type":
			f.Body = v
		case "to":
			f.Location = v
		default:
			return f, fmt.Errorf("%s: there is no field %q", f.Kind, name)
		}
		if err != nil {
			return f, fmt.Errorf("%s: %s: %q cannot be read", f.Kind, name, v)
		}
	}
	return f, nil
}

// String writes the rule as ParseFaults reads it.
func (f Fault) String() string {
	var b strings.Builder
	b.WriteString(string(f.Kind))
	field := func(name, v string, zero bool) {
		if !zero {
			b.WriteString(" " + name + "=" + v)
		}
	}
	if f.Late {
		b.WriteString(" late")
	}
	body := "body"
	if f.Kind == FaultContentType {
		body = "type"
	}
	field("op", f.Operation, f.Operation == "")
	field("method", f.Method, f.Method == "")
	field("path", f.Path, f.Path == "")
	field("p", strconv.FormatFloat(f.Probability, 'g', -1, 64), f.Probability == 0)
	field("after", strconv.Itoa(f.After), f.After == 0)
	field("times", strconv.Itoa(f.Times), f.Times == 0)
	field("for", f.For.String(), f.For == 0)
	field("code", strconv.Itoa(f.Status), f.Status == 0)
	field(body, f.Body, f.Body == "")
	field("to", f.Location, f.Location == "")
	return b.String()
}

// String writes the rules as ParseFaults reads them.
func (f Faults) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "seed=%d\n", f.Seed)
	for _, r := range f.Rules {
		b.WriteString(r.String() + "\n")
	}
	return b.String()
}

// countLines lists how often each kind happened, in the order of their names.
func countLines(counts map[FaultKind]int) []string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(counts)) {
		out = append(out, fmt.Sprintf("%s %d", k, counts[k]))
	}
	return out
}
