package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// givenPassword returns the password from the environment or from the file that was named. It is never a flag's value: the
// process list and the shell's history would show it.
func (a *app) givenPassword(c *connFlags) (password string, ok bool, err error) {
	if c.given.Changed("password-file") || a.env("VBEM_PASSWORD") == "" {
		if c.passwordFile == "" {
			return "", false, nil
		}
		f, err := os.Open(c.passwordFile)
		if err != nil {
			return "", false, fail(exitUsage, fmt.Errorf("password file: %w", err))
		}
		defer f.Close()
		const most = 64 << 10
		data, err := io.ReadAll(io.LimitReader(f, most))
		if err != nil {
			return "", false, fail(exitUsage, fmt.Errorf("password file: %w", err))
		}
		line, _, _ := strings.Cut(string(data), "\n")
		if line = strings.TrimSuffix(line, "\r"); line == "" {
			return "", false, usagef("password file %s: its first line is empty", c.passwordFile)
		}
		return line, true, nil
	}
	return a.env("VBEM_PASSWORD"), true, nil
}

// askPassword asks at the terminal, without showing what is typed.
func (a *app) askPassword(ctx context.Context, prompt string) (string, error) {
	f, ok := a.stdin.(*os.File)
	if !ok || !a.isTerminal(a.stdin) {
		return "", usagef("no password: set VBEM_PASSWORD, or name a file with --password-file (VBEM_PASSWORD_FILE); standard input is no terminal to ask at")
	}
	fd := int(f.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return "", fmt.Errorf("terminal: %w", err)
	}
	fmt.Fprint(&a.status, visible(prompt))
	type typed struct {
		text []byte
		err  error
	}
	done := make(chan typed, 1)
	go func() {
		text, err := term.ReadPassword(fd)
		done <- typed{text, err}
	}()
	select {
	case t := <-done:
		fmt.Fprintln(&a.status)
		if t.err != nil {
			return "", fmt.Errorf("password: %w", t.err)
		}
		if len(t.text) == 0 {
			return "", usagef("no password was typed")
		}
		return string(t.text), nil
	case <-ctx.Done():
		// The reader stays behind until the process ends, which is now.
		_ = term.Restore(fd, before)
		fmt.Fprintln(&a.status)
		return "", ctx.Err()
	}
}
