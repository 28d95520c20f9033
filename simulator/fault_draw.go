package simulator

import (
	"maps"
	"math"
	"net/http"
	"slices"
	"sync"
	"time"
)

// injector draws which faults happen.
type injector struct {
	mu     sync.Mutex
	faults Faults
	states []faultState
	counts map[FaultKind]int
}

type faultState struct{ seen, done int }

func (j *injector) set(f Faults) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.faults = Faults{f.Seed, slices.Clone(f.Rules)}
	j.states = make([]faultState, len(f.Rules))
}

func (j *injector) rules() Faults {
	j.mu.Lock()
	defer j.mu.Unlock()
	return Faults{j.faults.Seed, slices.Clone(j.faults.Rules)}
}

func (j *injector) happened() map[FaultKind]int {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.counts == nil {
		return map[FaultKind]int{}
	}
	return maps.Clone(j.counts)
}

// misfortune is what happens to one request.
type misfortune struct {
	before, after time.Duration // delays
	main          *Fault        // nil: delays alone
	draw          uint64        // for what is random about main
}

// forRequest draws for a request; nil when all goes well. match finds the name of its operation.
func (j *injector) forRequest(r *http.Request, match func() string) *misfortune {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.faults.Rules) == 0 {
		return nil
	}
	var m misfortune
	operation := match()
	for i := range j.faults.Rules {
		f := &j.faults.Rules[i]
		if faultKinds[f.Kind].connection || !f.fits(operation, r.Method, r.URL.Path) {
			continue
		}
		if m.main != nil && f.Kind != FaultDelay {
			continue
		}
		draw, ok := j.draw(i)
		switch {
		case !ok:
		case f.Kind == FaultDelay && f.Late:
			m.after += f.For
		case f.Kind == FaultDelay:
			m.before += f.For
		default:
			chosen := *f
			m.main, m.draw = &chosen, draw
		}
	}
	if m.main == nil && m.before == 0 && m.after == 0 {
		return nil
	}
	return &m
}

// forConnection draws for a connection.
func (j *injector) forConnection(kind FaultKind) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	for i := range j.faults.Rules {
		if j.faults.Rules[i].Kind == kind {
			if _, ok := j.draw(i); ok {
				return true
			}
		}
	}
	return false
}

// draw lets rule i decide about one more that it fits. The caller holds the lock.
func (j *injector) draw(i int) (uint64, bool) {
	f, s := &j.faults.Rules[i], &j.states[i]
	s.seen++
	if s.seen <= f.After || f.Times > 0 && s.done >= f.Times {
		return 0, false
	}
	d := mix(mix(j.faults.Seed+uint64(i)) + uint64(s.seen))
	if f.Probability > 0 && float64(d>>11)/(1<<53) >= f.Probability {
		return 0, false
	}
	s.done++
	if j.counts == nil {
		j.counts = make(map[FaultKind]int)
	}
	if j.counts[f.Kind] < math.MaxInt {
		j.counts[f.Kind]++
	}
	return mix(d), true
}
