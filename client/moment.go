package client

import (
	"fmt"
	"strings"
	"time"

	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/xsdbind"
	"github.com/vbem-go/vbem/xsdtype"
)

// A CdpFailoverStartSpec has four ways to name a moment, and EM's documentation does not say which wins when several
// are used. The constructors here use exactly one; those that name a time send both booleans false, for then the text
// allows one reading only. Times are sent in UTC, with Z.

// ToLatest selects the latest crash-consistent state.
func ToLatest() *ent.CdpFailoverStartSpec {
	s := noMoment()
	choose(s, "RestoreCurrent", true)
	return s
}

// ToLatestConsistent selects the latest long-term application-consistent restore point.
func ToLatestConsistent() *ent.CdpFailoverStartSpec {
	s := noMoment()
	choose(s, "RestoreCurrentVss", true)
	return s
}

// ToMoment selects the most recent state that was created before t.
func ToMoment(t time.Time) *ent.CdpFailoverStartSpec {
	s := noMoment()
	choose(s, "RestoreAtPointInTime", xsdtype.UTC(t))
	return s
}

// InInterval selects the most recent restore point in the interval that t lies in.
func InInterval(t time.Time) *ent.CdpFailoverStartSpec {
	s := noMoment()
	choose(s, "RestoreAtInterval", xsdtype.UTC(t))
	return s
}

// ToRestorePoint selects a restore point that EM listed.
//
// EM takes the most recent state created before the moment that is sent, and shows dates cut to whole seconds: a point dated 15:00:47
// was made at some time from 15:00:47 up to, not including, 15:00:48. Asking for its own date would give the point before it.
// So the moment sent is the end of that span, 15:00:48: the first that is surely after the point, and the last that is surely not
// after a point dated a second later. Where a newer state was made within the same second, that one is what EM takes: no moment
// that this interface can express tells the two apart. A date that has a fraction of a second is treated likewise, with the last digit in place of the second.
func ToRestorePoint(p RestorePoint) *ent.CdpFailoverStartSpec { return ToMoment(p.end()) }

func noMoment() *ent.CdpFailoverStartSpec {
	s := new(ent.CdpFailoverStartSpec)
	choose(s, "RestoreCurrent", false)
	choose(s, "RestoreCurrentVss", false)
	return s
}

// choose sets a field of a spec. What a schema lacks stays unset: a spec that then selects no moment is not sent.
func choose(s *ent.CdpFailoverStartSpec, name string, x any) { _ = xsdbind.Set(s, name, x) }

// MomentError is a CdpFailoverStartSpec that does not name exactly one moment. It was not sent.
type MomentError struct {
	Selected []string // the elements that name one
}

func (e *MomentError) Error() string {
	if len(e.Selected) == 0 {
		return "CdpFailoverStartSpec: no moment is selected: set one of RestoreCurrent, RestoreCurrentVss, RestoreAtInterval, RestoreAtPointInTime"
	}
	return fmt.Sprintf("CdpFailoverStartSpec: %d moments are selected (%s), and which wins is not documented; AllowAmbiguousMoment sends it all the same",
		len(e.Selected), strings.Join(e.Selected, ", "))
}

// Is reports whether target is ErrMoment.
func (e *MomentError) Is(target error) bool { return target == ErrMoment }

// CheckMoment returns a *[MomentError] unless the spec names exactly one moment. The client checks every failover that
// it sends, unless it was made with [AllowAmbiguousMoment].
func CheckMoment(s *ent.CdpFailoverStartSpec) error {
	var e MomentError
	if xsdbind.Bool(s, "RestoreCurrent") {
		e.Selected = append(e.Selected, "RestoreCurrent")
	}
	if xsdbind.Bool(s, "RestoreCurrentVss") {
		e.Selected = append(e.Selected, "RestoreCurrentVss")
	}
	if xsdbind.Text(s, "RestoreAtInterval") != "" {
		e.Selected = append(e.Selected, "RestoreAtInterval")
	}
	if xsdbind.Text(s, "RestoreAtPointInTime") != "" {
		e.Selected = append(e.Selected, "RestoreAtPointInTime")
	}
	if len(e.Selected) == 1 {
		return nil
	}
	return &e
}
