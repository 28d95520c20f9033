package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"

	"github.com/schollz/progressbar/v3"
)

// statusLine owns standard error: what is printed there, and the one line that is redrawn while something is waited
// for. It is safe for concurrent use.
type statusLine struct {
	mu  sync.Mutex
	w   io.Writer
	bar *progressbar.ProgressBar
	was string
}

// show draws the line anew. Off a terminal it prints a line whenever the text changes.
func (s *statusLine) show(live bool, text string, percent int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	text = visible(text)
	if !live {
		if text != s.was {
			s.was = text
			fmt.Fprintln(s.w, text)
		}
		return
	}
	if s.bar == nil {
		s.bar = progressbar.NewOptions(100, progressbar.OptionSetWriter(s.w), progressbar.OptionSetWidth(24),
			progressbar.OptionSetPredictTime(false), progressbar.OptionClearOnFinish())
	}
	s.bar.Describe(text)
	_ = s.bar.Set(min(max(percent, 0), 99)) // at 100 it would clear itself; a terminal that is gone is no reason to stop
}

// clear takes the line off the screen.
func (s *statusLine) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clearLocked()
}

func (s *statusLine) clearLocked() {
	if s.bar != nil {
		_ = s.bar.Clear()
		s.bar = nil
	}
}

// Write writes to standard error, with the line taken off first. Everything that goes there goes through it, or through
// the other methods.
func (s *statusLine) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clearLocked()
	return s.w.Write(b)
}

// note prints a line above the status line.
func (s *statusLine) note(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clearLocked()
	fmt.Fprintf(s.w, format+"\n", args...)
}

// notices is the slog.Handler that shows a person what the client has to put up with: a server that is asked again. The
// same notice is not repeated. With a trace, everything goes there as well.
type notices struct {
	status *statusLine
	trace  slog.Handler // nil without --trace
	seen   *seen
}

type seen struct {
	mu   sync.Mutex
	last string
}

// Enabled implements slog.Handler.
func (n notices) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn || n.trace != nil && n.trace.Enabled(ctx, l)
}

// Handle implements slog.Handler.
func (n notices) Handle(ctx context.Context, r slog.Record) error {
	if n.trace != nil && n.trace.Enabled(ctx, r.Level) {
		if err := n.trace.Handle(ctx, r.Clone()); err != nil {
			return err
		}
	}
	if r.Level < slog.LevelWarn {
		return nil
	}
	var b strings.Builder
	b.WriteString(r.Message)
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "error" {
			b.WriteString(": " + a.Value.String())
		}
		return true
	})
	n.seen.mu.Lock()
	defer n.seen.mu.Unlock()
	if text := visible(b.String()); text != n.seen.last {
		n.seen.last = text
		n.status.note("vbem: %s", text)
	}
	return nil
}

// WithAttrs implements slog.Handler.
func (n notices) WithAttrs(attrs []slog.Attr) slog.Handler {
	if n.trace != nil {
		n.trace = n.trace.WithAttrs(attrs)
	}
	return n
}

// WithGroup implements slog.Handler.
func (n notices) WithGroup(name string) slog.Handler {
	if n.trace != nil {
		n.trace = n.trace.WithGroup(name)
	}
	return n
}
