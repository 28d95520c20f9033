package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

var outputs = []string{"text", "json", "xml"}

// view is a result that can be printed. Its JSON and XML forms are those of its exported fields, and scripts depend on
// them: fields may be added, and none may be renamed.
type view interface {
	text(w *textWriter)
}

// print writes a result to standard output in the form that was asked for. Nothing else writes there.
func (a *app) print(v view) error {
	var b bytes.Buffer
	switch a.output {
	case "json":
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		if err := enc.Encode(v); err != nil {
			return fmt.Errorf("output: %w", err)
		}
	case "xml":
		x, err := xml.MarshalIndent(v, "", "  ")
		if err != nil {
			return fmt.Errorf("output: %w", err)
		}
		b.WriteString(xml.Header)
		b.Write(x)
		b.WriteByte('\n')
	default:
		v.text(&textWriter{w: &b})
	}
	return a.write(b.Bytes())
}

func (a *app) write(data []byte) error {
	a.status.clear()
	if _, err := a.stdout.Write(data); err != nil {
		return fmt.Errorf("standard output: %w", err)
	}
	return nil
}

func checkOutput(s string) error {
	if !slices.Contains(outputs, s) {
		return usagef("output %q: want %s", s, strings.Join(outputs, ", "))
	}
	return nil
}

// textWriter writes text for people. Control characters in what a server sent are shown and not obeyed.
type textWriter struct{ w io.Writer }

func (t *textWriter) line(format string, args ...any) {
	fmt.Fprintf(t.w, format+"\n", args...)
}

// table writes rows in aligned columns under a head.
func (t *textWriter) table(head []string, rows [][]string) {
	w := tabwriter.NewWriter(t.w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, strings.Join(head, "\t"))
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, c := range row {
			cells[i] = visible(c)
		}
		fmt.Fprintln(w, strings.TrimRight(strings.Join(cells, "\t"), "\t"))
	}
	_ = w.Flush() // into memory
}

// fields writes names and values, leaving out what is empty.
func (t *textWriter) fields(pairs ...[2]string) {
	width := 0
	for _, p := range pairs {
		if p[1] != "" {
			width = max(width, len(p[0]))
		}
	}
	for _, p := range pairs {
		if p[1] != "" {
			fmt.Fprintf(t.w, "%-*s  %s\n", width+1, p[0]+":", visible(p[1]))
		}
	}
}

// visible replaces control characters, so that a name cannot move the cursor or break a line.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '·'
		}
		return r
	}, s)
}
