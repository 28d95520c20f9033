package simulator

import (
	"fmt"
	"strings"
	"time"
)

// parseMoment reads an xs:dateTime, and an xs:date as its midnight, without the types that the bindings use for them, so
// that the simulator judges what was sent and not what the bindings made of it. No zone means UTC.
// Digits beyond the ninth of a second are cut.
func parseMoment(s string) (time.Time, error) {
	s = strings.TrimSpace(s)
	text := s
	if dot := strings.IndexByte(text, '.'); dot >= 0 {
		end := dot + 1
		for end < len(text) && text[end] >= '0' && text[end] <= '9' {
			end++
		}
		if end == dot+1 {
			return time.Time{}, fmt.Errorf("%q is no date and time", s)
		}
		text = text[:min(end, dot+10)] + text[end:]
	}
	midnight := strings.Contains(text, "T24:00:00")
	if midnight {
		text = strings.Replace(text, "T24:00:00", "T00:00:00", 1)
	}
	for _, layout := range []string{"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02Z07:00", "2006-01-02"} {
		if t, err := time.Parse(layout, text); err == nil {
			if midnight {
				t = t.AddDate(0, 0, 1)
			}
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no date and time", s)
}

// seconds writes a moment as the reference's restore points and intervals show it: whole seconds, cut, without a zone.
func seconds(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05") }

// stamp writes a moment as the reference's sessions show it: milliseconds without trailing zeros, Z.
func stamp(t time.Time) string {
	return t.UTC().Truncate(time.Millisecond).Format("2006-01-02T15:04:05.999Z")
}
