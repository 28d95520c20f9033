package simulator

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/vbem-go/vbem/rest"
)

// Role says what an account may do.
type Role string

const (
	// RoleAdministrator may do everything, and sees everybody's logon sessions.
	RoleAdministrator Role = "Administrator"
	// RoleOperator may do everything, too, but sees and ends no logon sessions but its own.
	RoleOperator Role = "Operator"
	// RoleViewer may only read. Everything else is a 403, its own log-out and tasks apart.
	RoleViewer Role = "Viewer"
)

// Account may log in. Names are compared without regard to case, as Windows does.
type Account struct {
	Username string // DOMAIN\user
	Password string
	Role     Role // "" means RoleAdministrator
}

// SessionLifetime is how long a logon session lasts without a request.
const SessionLifetime = 15 * time.Minute

// maxSessions limits how many logon sessions there can be at once.
const maxSessions = 10_000

var apiVersions = []string{"v1_5", "v1_6", "v1_7"}

type logonSession struct {
	id, token string
	account   Account
	version   string
	used      time.Time
	tasks     map[string]*task
	started   int // number of tasks that it started, which is the newest one's number
	cleaned   int // the tasks up to this number are gone
}

// checkPassword takes as long for a wrong user as for a wrong password.
func (c *core) checkPassword(user, password string) (Account, bool) {
	var found Account
	ok := 0
	have := sha256.Sum256([]byte(password))
	for _, a := range c.accounts {
		want := sha256.Sum256([]byte(a.Password))
		name := 0
		if strings.EqualFold(a.Username, user) {
			name = 1
		}
		if subtle.ConstantTimeCompare(have[:], want[:])&name == 1 {
			found, ok = a, 1
		}
	}
	return found, ok == 1
}

// logon makes a session. The caller holds the lock.
func (c *core) logon(user, password, version string, now time.Time) (*logonSession, error) {
	return c.open(version, now, func() (Account, error) {
		account, ok := c.checkPassword(user, password)
		if !ok {
			return account, unauthorized("User name or password is wrong.")
		}
		return account, nil
	})
}

// open makes a session for whom find lets in.
func (c *core) open(version string, now time.Time, find func() (Account, error)) (*logonSession, error) {
	if !slices.ContainsFunc(append([]string{"latest", ""}, apiVersions...), func(v string) bool { return strings.EqualFold(v, version) }) {
		return nil, rest.Faultf(http.StatusBadRequest, "API version %q is not supported; there are %s and latest.", version, strings.Join(apiVersions, ", "))
	}
	account, err := find()
	if err != nil {
		return nil, err
	}
	if len(c.sessions) >= maxSessions {
		return nil, rest.Faultf(http.StatusServiceUnavailable, "There are %d logon sessions already.", len(c.sessions))
	}
	if version == "" || strings.EqualFold(version, "latest") {
		version = apiVersions[len(apiVersions)-1]
	}
	c.logons++
	s := &logonSession{
		id: guid(c.model.Seed, "LogonSession", number("%d", c.logons)), token: newToken(), account: account,
		version: strings.ToLower(version), used: now, tasks: make(map[string]*task),
	}
	c.sessions[s.token] = s
	c.wake(s.used.Add(c.lifetime))
	return s, nil
}

// authenticate finds the session of a token and notes that it was used. The caller holds the lock.
func (c *core) authenticate(token string, now time.Time) (*logonSession, error) {
	if token == "" {
		return nil, unauthorized("The request has no session ID.")
	}
	s := c.sessions[token]
	if s == nil {
		return nil, unauthorized("The session ID is not valid, or the session has expired.")
	}
	s.used = now
	return s, nil
}

func unauthorized(msg string) error {
	return &rest.Fault{Status: http.StatusUnauthorized, Message: msg, Header: http.Header{"WWW-Authenticate": {"Basic Realm=RestSvc"}}}
}

// task returns the session's task with an id (task-1), or nil.
func (s *logonSession) task(id string) *task { return s.tasks[strings.ToLower(id)] }

// taskList returns the session's tasks in the order in which they were started.
func (s *logonSession) taskList() []*task {
	out := make([]*task, 0, len(s.tasks))
	for _, t := range s.tasks {
		out = append(out, t)
	}
	slices.SortFunc(out, func(a, b *task) int { return a.number - b.number })
	return out
}
