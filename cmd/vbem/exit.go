package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"

	"github.com/vbem-go/vbem/client"
)

// Exit codes. exitCodes says what they mean.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitWarning     = 3
	exitUnknown     = 4
	exitRefused     = 5
	exitInterrupted = 130
)

// exitCodes is the one table of exit codes: the help prints it.
var exitCodes = []struct {
	code int
	name string
	text string
}{
	{exitOK, "success", "done; with --wait: the restore session ended with Success"},
	{exitFailed, "failed", "the failover or another operation failed, or the server could not be reached"},
	{exitUsage, "usage", "the command line is wrong; nothing was sent"},
	{exitWarning, "warning", "done, with something to look at: the restore session ended with Warning"},
	{exitUnknown, "unknown", "it may have been started, or was started and could not be followed to its end:\nlook before you start another"},
	{exitRefused, "refused", "nothing was started or changed: an ambiguous or unknown name, no confirmation,\nno permission, a request that vbem or the server refused"},
	{exitInterrupted, "interrupted", "Ctrl-C; a failover that was started goes on, and the command that follows it was printed"},
}

// failure is an error that knows its exit code and what the reader can do about it.
type failure struct {
	code  int
	err   error
	hints []string // lines below the message
}

func (f *failure) Error() string { return f.err.Error() }

func (f *failure) Unwrap() error { return f.err }

func fail(code int, err error, hints ...string) error {
	return &failure{code: code, err: err, hints: hints}
}

func usagef(format string, args ...any) error { return fail(exitUsage, fmt.Errorf(format, args...)) }

func refusedf(format string, args ...any) error {
	return fail(exitRefused, fmt.Errorf(format, args...))
}

// asUsage marks an error that came before a command began.
func asUsage(err error) error {
	var f *failure
	if errors.As(err, &f) {
		return err
	}
	return fail(exitUsage, err)
}

// codeOf returns the exit code of an error.
func codeOf(err error) int {
	var f *failure
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &f):
		return f.code
	case errors.Is(err, client.ErrOutcomeUnknown):
		return exitUnknown
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	}
	for _, refusal := range []error{
		client.ErrBadRequest, client.ErrUnauthorized, client.ErrForbidden, client.ErrNotFound, client.ErrMethodNotAllowed,
		client.ErrNotImplemented, client.ErrSessionLost, client.ErrTaskNotFound, client.ErrMoment,
	} {
		if errors.Is(err, refusal) {
			return exitRefused
		}
	}
	return exitFailed
}

// report prints an error for a person and returns its exit code.
func (a *app) report(err error) int {
	code := codeOf(err)
	if err == nil {
		return code
	}
	word := ""
	switch code {
	case exitWarning:
		word = "warning: "
	case exitRefused:
		word = "refused: "
	}
	var f *failure
	hints := advice(err)
	if errors.As(err, &f) {
		hints = append(f.hints, hints...)
	}
	if code == exitUsage {
		hints = append(hints, "vbem --help, or --help after a command, shows how it is used.")
	}
	lines := shownLines("vbem: " + word + strings.TrimPrefix(err.Error(), "vbem "))
	for _, h := range hints {
		for _, line := range shownLines(h) {
			lines = append(lines, "  "+line)
		}
	}
	a.status.note("%s", strings.Join(lines, "\n"))
	return code
}

// shownLines splits a text that may hold what a server sent.
func shownLines(text string) []string {
	var lines []string
	for line := range strings.Lines(strings.ReplaceAll(text, "\t", "  ")) {
		if line = strings.TrimRight(line, "\r\n"); line != "" {
			lines = append(lines, visible(line))
		}
	}
	return lines
}

// advice says what can be done about errors of the connection.
func advice(err error) []string {
	var (
		ca  x509.UnknownAuthorityError
		pin *client.ThumbprintError
	)
	switch {
	case errors.As(err, &pin):
		return []string{"Nothing was sent. Compare with the certificate on the server itself before you change --thumbprint (VBEM_THUMBPRINT)."}
	case errors.As(err, &ca):
		return []string{"The certificate's issuer is not trusted here. Name its CA with --ca-file, or pin the certificate with --thumbprint",
			"(its SHA-256 thumbprint, read on the server itself)."}
	case errors.Is(err, client.ErrSessionLost):
		return []string{"The logon session is over, and its tasks can no longer be asked for. Restore sessions go on without it."}
	}
	return nil
}
