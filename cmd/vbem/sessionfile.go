package main

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/vbem-go/vbem/client"
)

// keptSession is what a session file holds. Whoever can read it has the logon session.
type keptSession struct {
	Login   string              `json:"login"` // the name that was typed, for logging in again
	Session client.SavedSession `json:"session"`
}

// sessionStore finds the files in which logon sessions are kept: the one that was named, or one for each server
// and user in the user's configuration directory.
type sessionStore struct {
	file string // named by the user
	dir  string
}

func (a *app) sessions(c *connFlags) (sessionStore, error) {
	if c.sessionFile != "" {
		return sessionStore{file: c.sessionFile}, nil
	}
	dir, err := a.configDir()
	if err != nil {
		return sessionStore{}, fail(exitFailed, fmt.Errorf("no place to keep the logon session: %w", err), "--session-file (VBEM_SESSION_FILE) names one.")
	}
	return sessionStore{dir: filepath.Join(dir, "vbem", "sessions")}, nil
}

// path returns the file for a server and user.
func (s sessionStore) path(url, login string) string {
	if s.file != "" {
		return s.file
	}
	host := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' || r == '-' {
			return r
		}
		return '_'
	}, strings.TrimSuffix(url[strings.Index(url, "://")+3:], "/api"))
	sum := sha256.Sum256([]byte(url + "\n" + strings.ToLower(login)))
	return filepath.Join(s.dir, fmt.Sprintf("%.80s-%x.json", host, sum[:6]))
}

// find returns the kept session of a server and user, each of which may be left open ("") when it leaves no doubt; nil
// when none is kept.
func (s sessionStore) find(url, login string) (*keptSession, string, error) {
	if s.file != "" || url != "" && login != "" {
		path := s.path(url, login)
		k, err := load(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, path, nil
		}
		if err == nil && url != "" && k.Session.URL != url {
			return nil, path, refusedf("session file %s is of %s, not of %s", path, k.Session.URL, url)
		}
		if err == nil && login != "" && !strings.EqualFold(k.Login, login) {
			return nil, path, refusedf("session file %s is of the user %s, not of %s", path, k.Login, login)
		}
		return k, path, err
	}
	names, err := filepath.Glob(filepath.Join(s.dir, "*.json"))
	if err != nil {
		return nil, "", err
	}
	var (
		found []*keptSession
		at    string
	)
	for _, name := range names {
		k, err := load(name)
		if err != nil {
			return nil, "", err
		}
		if (url == "" || k.Session.URL == url) && (login == "" || strings.EqualFold(k.Login, login)) {
			found, at = append(found, k), name
		}
	}
	switch len(found) {
	case 0:
		return nil, "", nil
	case 1:
		return found[0], at, nil
	}
	hints := []string{"Say which with --url and --username (VBEM_URL, VBEM_USERNAME):"}
	for _, k := range found {
		hints = append(hints, fmt.Sprintf("%s  %s", k.Session.URL, k.Login))
	}
	return nil, "", fail(exitRefused, fmt.Errorf("%d logon sessions are kept, and any of them could be meant", len(found)), hints...)
}

// load reads a session file. One that others can read is refused: it would have to count as known to them.
func load(path string) (*keptSession, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("session file: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("session file: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" {
		return nil, fail(exitRefused, fmt.Errorf("session file %s is open to others (mode %04o)", path, mode),
			"Whoever reads it can act in its logon session. Delete it and log in again, or chmod 600 it if nobody can have read it.")
	}
	const most = 1 << 20
	if info.Size() > most {
		return nil, refusedf("session file %s is no session file: %d bytes", path, info.Size())
	}
	data, err := io.ReadAll(io.LimitReader(f, most))
	if err != nil {
		return nil, fmt.Errorf("session file: %w", err)
	}
	var raw struct {
		Login   string          `json:"login"`
		Session json.RawMessage `json:"session"`
	}
	if json.Unmarshal(data, &raw) != nil { // its text may quote the token
		return nil, refusedf("session file %s is not one that vbem wrote", path)
	}
	saved, err := client.ParseSession(raw.Session)
	if err != nil {
		return nil, refusedf("session file %s: %w", path, err)
	}
	return &keptSession{Login: raw.Login, Session: saved}, nil
}

// save writes a session file, whole or not at all, for its owner alone.
func save(path string, k keptSession) error {
	data, err := json.MarshalIndent(k, "", "  ")
	if err != nil {
		return fmt.Errorf("session file: %w", err)
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("session file: %w", err)
	}
	f, err := os.CreateTemp(dir, ".session-*") // mode 0600
	if err != nil {
		return fmt.Errorf("session file: %w", err)
	}
	_, err = f.Write(append(data, '\n'))
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("session file: %w", errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}
