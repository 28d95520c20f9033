package client

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/vbem-go/vbem/gen/ent"
	"github.com/vbem-go/vbem/gen/fields"
	"github.com/vbem-go/vbem/query"
	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
)

// waitSession waits until a restore session has stopped and has a result.
func (c *Client) waitSession(ctx context.Context, href string, seen func(*ent.RestoreSession)) (last *ent.RestoreSession, err error) {
	op, err := c.core.resolve(href)
	if err != nil {
		return nil, err
	}
	w, err := c.polls.join("restore sessions", op.Path+"?"+op.Query, func() *poller {
		return &poller{what: "restore sessions", asker: &sessionAsker{c: c, asked: make(map[string]*askedSession), states: make(states)}}
	})
	if err != nil {
		return nil, err
	}
	defer w.leave()
	err = w.wait(ctx, func(v any) {
		if s, ok := v.(*ent.RestoreSession); ok {
			last = s
			seen(s)
		}
	})
	return last, err
}

// sessionAsker asks for restore sessions: for one by its address, for several by a query for their UIDs. What such an
// answer lacks is asked for by its address, in that round and in those that follow, before anything is concluded.
type sessionAsker struct {
	c        *Client
	asked    map[string]*askedSession // by address
	single   bool                     // the server refuses the query or does not understand it
	failures int                      // of the query, one after the other
	states   states
}

// askedSession is what is known of a restore session that somebody waits for.
type askedSession struct {
	uid    string
	single bool // an answer of several lacked it
	unsaid int  // how often it had stopped and had no result
	limit  patience
}

func (a *sessionAsker) ask(ctx context.Context, p *poller, ids []string) (changed bool, err error) {
	forget(a.asked, ids)
	forget(a.states, ids)
	var several, each []string
	for _, id := range ids {
		if a.asked[id] == nil {
			path, _, _ := strings.Cut(id, "?")
			a.asked[id] = &askedSession{uid: "urn:veeam:RestoreSession:" + lastSegment(path)}
		}
		if a.asked[id].single {
			each = append(each, id)
		} else {
			several = append(several, id)
		}
	}
	if a.single || len(several) == 1 {
		several, each = nil, ids
	}
	if len(several) > 0 {
		found, err := a.query(ctx, several)
		if ctx.Err() != nil {
			return false, nil
		}
		if err != nil {
			p.warn(ctx, err)
			if a.failures++; !a.pointless(err) {
				return false, nil // to ask for each by itself would not help a server that is away or in trouble
			}
		}
		a.failures = 0
		a.single = err != nil || len(found) == 0
		for _, id := range several {
			if s := found[sessionID(a.asked[id].uid)]; s != nil {
				changed = a.tell(p, id, s) || changed
			} else {
				a.asked[id].single = err == nil
				each = append(each, id)
			}
		}
	}
	return a.askEach(ctx, p, each) || changed, nil
}

// query asks for several sessions and returns those that it found, by id, also those that it found before a failure.
func (a *sessionAsker) query(ctx context.Context, ids []string) (map[string]*ent.RestoreSession, error) {
	uids := make([]string, len(ids))
	for i, id := range ids {
		uids[i] = a.asked[id].uid
	}
	const perQuery = 20 // as many as an address has room for (DefaultMaxLength); Split would halve a longer filter, and fill it less
	found := make(map[string]*ent.RestoreSession, len(ids))
	for some := range slices.Chunk(uids, perQuery) {
		for s, err := range NewQuery[ent.RestoreSession](a.c).Where(query.In(fields.RestoreSessionUID, some...)).All(ctx) {
			if err != nil {
				return found, err
			}
			found[sessionID(xsdbind.Text(s, "UID"))] = s
		}
	}
	return found, nil
}

func sessionID(uid string) string { return strings.ToLower(IDOf(uid)) }

// pointless reports whether the query need not be sent again after err: the server refuses it, or has failed at it time and again. A
// server that is away is another matter.
func (a *sessionAsker) pointless(err error) bool {
	const most = 3
	var e *Error
	if errors.As(err, &e) {
		switch {
		case e.Is(ErrUnavailable), e.Status == 0 && !pointless(e.Err):
			return false
		case e.mayPass():
			return a.failures >= most
		}
	}
	return true
}

// askEach asks for each session by its address, a few at a time.
func (a *sessionAsker) askEach(ctx context.Context, p *poller, ids []string) (changed bool) {
	const atOnce = 8
	type answer struct {
		id  string
		s   *ent.RestoreSession
		err error
	}
	answers := make(chan answer, len(ids))
	next := make(chan string, len(ids))
	for _, id := range ids {
		next <- id
	}
	close(next)
	var wg sync.WaitGroup
	for range min(atOnce, len(ids)) {
		wg.Go(func() {
			for id := range next {
				path, query, _ := strings.Cut(id, "?")
				s, err := rest.Fetch[*ent.RestoreSession](ctx, rest.At(a.c.caller), following(path, query), nil, nil, []rest.Option{once})
				answers <- answer{id, s, err}
			}
		})
	}
	wg.Wait()
	close(answers)
	for r := range answers {
		known := a.asked[r.id]
		switch {
		case ctx.Err() != nil:
			return changed
		case r.err != nil && known.limit.endedBy(r.err):
			p.tell(r.id, update{err: r.err})
			changed = true
		case r.err != nil:
			p.warn(ctx, r.err)
		case r.s != nil:
			if uid := xsdbind.Text(r.s, "UID"); uid != "" {
				known.uid = uid
			}
			changed = a.tell(p, r.id, r.s) || changed
		}
	}
	return changed
}

// tell tells a state, and reports whether it is new.
func (a *sessionAsker) tell(p *poller, id string, s *ent.RestoreSession) bool {
	const looks = 5 // the result may be written a moment after the state
	known := a.asked[id]
	known.limit = patience{}
	u := update{value: s, state: xsdbind.Text(s, "State") + " " + xsdbind.Text(s, "Progress")}
	if xsdbind.Text(s, "State") == "Stopped" {
		known.unsaid++
		result := xsdbind.Text(s, "Result")
		u.done = result != "" && result != "None" || known.unsaid >= looks
	}
	p.tell(id, u)
	return a.states.changed(id, u.state)
}
