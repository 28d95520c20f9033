package main

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/zalando/go-keyring"
)

// memoryKeyring is a keyring of a test's own.
type memoryKeyring map[string]string

func (m memoryKeyring) Get(service, account string) (string, error) {
	if p, ok := m[service+"/"+account]; ok {
		return p, nil
	}
	return "", keyring.ErrNotFound
}

func (m memoryKeyring) Set(service, account, secret string) error {
	if account == "" {
		return errors.New("no account")
	}
	m[service+"/"+account] = secret
	return nil
}

func (m memoryKeyring) Delete(service, account string) error {
	if _, ok := m[service+"/"+account]; !ok {
		return keyring.ErrNotFound
	}
	delete(m, service+"/"+account)
	return nil
}

func TestKeyring(t *testing.T) {
	s := newSite(t)
	ring := make(memoryKeyring)
	run := func(code int, args ...string) outcome {
		t.Helper()
		o := s.runWith(context.Background(), func(a *app) { a.keyring = ring }, "", args...)
		if o.code != code {
			t.Fatalf("vbem %s: exit code %d, want %d: %s", strings.Join(args, " "), o.code, code, o.err)
		}
		return o
	}
	wants(t, run(exitOK, "keyring", "set").out, "is kept")
	delete(s.env, "VBEM_PASSWORD")
	run(exitUsage, "login") // there is no terminal to ask at
	run(exitOK, "doctor", "--keyring")
	s.env["VBEM_KEYRING"] = "true"
	wants(t, run(exitOK, "vapp", "list").out, "vapp02")
	wants(t, run(exitOK, "keyring", "forget").out, "is forgotten")
	run(exitRefused, "keyring", "forget")
	run(exitOK, "logout")
	wants(t, run(exitUsage, "login").err, "keyring has no password", "vbem keyring set")
	ring["vbem/"+testUser+" at "+s.em.URL+"/api"] = ""
	wants(t, run(exitUsage, "login").err, "empty")
	delete(s.env, "VBEM_URL")
	run(exitUsage, "keyring", "set")
}

// TestNoFlagTakesASecret: what is typed as a flag's value shows in the process list and in the shell's history.
func TestNoFlagTakesASecret(t *testing.T) {
	s := newSite(t)
	var visit func(*cobra.Command)
	n := 0
	visit = func(cmd *cobra.Command) {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			n++
			name := strings.ToLower(f.Name)
			for _, word := range []string{"password", "token", "secret", "credential"} {
				if strings.Contains(name, word) && !strings.HasSuffix(name, "-file") && f.Value.Type() != "bool" {
					t.Errorf("%s --%s", cmd.CommandPath(), f.Name)
				}
			}
			if strings.Contains(name, "insecure") || strings.Contains(name, "skip") {
				t.Errorf("%s --%s turns verification off", cmd.CommandPath(), f.Name)
			}
		})
		for _, c := range cmd.Commands() {
			visit(c)
		}
	}
	visit(s.app(strings.NewReader(""), nil, nil).root())
	if n < 100 {
		t.Errorf("only %d flags were looked at", n)
	}
}
