package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"

	"github.com/vbem-go/vbem/rest"
	"github.com/vbem-go/vbem/xsdbind"
)

// tracer writes what is sent and what comes back. Log-in and log-out are logged without their bodies, headers
// not at all, and fields that the schema's data marks as secret are not shown.
type tracer struct {
	mu   sync.Mutex
	w    io.Writer
	file *os.File // nil for standard error
	json bool
}

// openTrace returns nil when no trace is wanted.
func (a *app) openTrace(c *connFlags) (*tracer, error) {
	switch strings.ToLower(c.trace) {
	case "", "0", "false":
		return nil, nil //nolint:nilnil // no trace is no error
	case "-", "1", "true", "stderr":
		return &tracer{w: &a.status, json: c.apiFormat == "json"}, nil
	}
	f, err := os.OpenFile(c.trace, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fail(exitUsage, fmt.Errorf("--trace: %w", err))
	}
	return &tracer{w: f, file: f, json: c.apiFormat == "json"}, nil
}

func (t *tracer) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.w.Write(b)
}

func (t *tracer) close() error {
	if t == nil || t.file == nil {
		return nil
	}
	return t.file.Close()
}

// handler takes the client's log.
func (t *tracer) handler() slog.Handler {
	if t == nil {
		return nil
	}
	return slog.NewTextHandler(t, &slog.HandlerOptions{Level: slog.LevelDebug})
}

// intercept shows the bodies of a call.
func (t *tracer) intercept(next rest.Caller) rest.Caller {
	return rest.CallerFunc(func(ctx context.Context, c *rest.Call) (*rest.Answer, error) {
		if c.HasBody() {
			t.body("request of "+c.Op.Name, c.Body)
		}
		answer, err := next.Call(ctx, c)
		switch {
		case err != nil:
			fmt.Fprintf(t, "%s: %s\n", c.Op.Name, visible(err.Error()))
		case c.Into != nil && !answer.Empty:
			t.body("answer to "+c.Op.Name, c.Into)
		}
		return answer, err
	})
}

func (t *tracer) body(of string, v xsdbind.Struct) {
	if holdsSecret(v, 0) {
		fmt.Fprintf(t, "%s: a %s, which holds a secret\n", of, v.XSDType().Root)
		return
	}
	text, err := readable(v, t.json)
	if err != nil {
		text = err.Error()
	}
	fmt.Fprintf(t, "%s:\n%s\n", of, text)
}

// holdsSecret looks for fields that are marked as secret and are not empty, at any depth.
func holdsSecret(v xsdbind.Struct, depth int) bool {
	const deepest = 64
	if depth > deepest {
		return true
	}
	for f, x := range xsdbind.All(v) {
		secret := f.Flags&xsdbind.FlagSecret != 0
		switch x := x.(type) {
		case string:
			if secret && x != "" {
				return true
			}
		case xsdbind.List:
			for j := range x.Len() {
				if item, ok := x.At(j).(xsdbind.Struct); ok && holdsSecret(item, depth+1) || secret {
					return true
				}
			}
		case xsdbind.Struct:
			if holdsSecret(x, depth+1) {
				return true
			}
		default:
			if secret {
				return true
			}
		}
	}
	return false
}

// readable writes a body as it is sent, but indented.
func readable(v xsdbind.Struct, asJSON bool) (string, error) {
	if !asJSON {
		b, err := xsdbind.MarshalXML(v, xsdbind.Declaration(), xsdbind.Indent("  "))
		return strings.TrimRight(string(b), "\n"), err
	}
	b, err := xsdbind.MarshalJSON(v)
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, b, "", "  "); err != nil {
		return "", err
	}
	return out.String(), nil
}
