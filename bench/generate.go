package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/vbem-go/vbem/generator"
)

// generation measures vbemgen's work on the schema of the Enterprise Manager and on one ten times as large.
func generation(r *report) error {
	top, err := moduleRoot()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "vbem-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	own := filepath.Join(top, "schema", "RestAPI.xsd")
	text, err := os.ReadFile(own)
	if err != nil {
		return err
	}
	large := filepath.Join(dir, "large.xsd")
	if err := os.WriteFile(large, manifold(text, 10), 0o600); err != nil {
		return err
	}
	n := 0
	run := func(xsd, operations string) func() error {
		return func() error {
			n++
			c := generator.Config{XSD: []string{xsd}, Operations: operations, Package: "ent", Module: "example.test/m", Out: filepath.Join(dir, fmt.Sprint(n))}
			res, err := generator.Generate(c)
			if err != nil {
				return err
			}
			_, err = generator.Write(c, res)
			return err
		}
	}
	operations := filepath.Join(top, "schema", "operations.tsv")
	// The operations are not ten times as many: growth is that of the types.
	m, err := beside(0, run(own, operations), run(own, ""), run(large, ""))
	if err != nil {
		return err
	}
	r.add("vbemgen, the whole EM schema", fmt.Sprintf("%.2f s", m[0].wall.Seconds()), "", fmt.Sprintf("%.2f s of CPU", m[0].cpu.Seconds()), "≤ 2 s")
	growth := times(m[2].wall, m[1].wall)
	r.add("… ten times its types", fmt.Sprintf("%.2f s", m[2].wall.Seconds()), fmt.Sprintf("%.2f s once", m[1].wall.Seconds()),
		fmt.Sprintf("%.1f× (%.1f×)", growth, times(m[2].cpu, m[1].cpu)), "≤ 11×")
	r.set("generate_s", "%.2f", m[0].wall.Seconds())
	r.set("generate_growth", "%.1f", growth)
	return nil
}

var (
	component = regexp.MustCompile(`(?m)^  <xs:(?:complexType|simpleType|element|group|attributeGroup) name="([^"]+)"`)
	reference = regexp.MustCompile(`\b(type|base|ref|itemType|memberTypes|substitutionGroup)="([^":]+)"`)
)

// manifold returns a schema with n copies of all components, each under names of its own.
func manifold(schema []byte, n int) []byte {
	text := string(schema)
	from := component.FindStringIndex(text)[0]
	to := strings.LastIndex(text, "</xs:schema>")
	var b strings.Builder
	b.WriteString(text[:to])
	body := text[from:to]
	for k := 1; k < n; k++ {
		suffix := fmt.Sprintf("Copy%d", k)
		part := component.ReplaceAllStringFunc(body, func(s string) string { return strings.TrimSuffix(s, `"`) + suffix + `"` })
		b.WriteString(reference.ReplaceAllString(part, `$1="${2}`+suffix+`"`))
	}
	b.WriteString(text[to:])
	return []byte(b.String())
}

// moduleRoot is the folder of go.mod, from here upwards.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if parent := filepath.Dir(dir); parent != dir {
			dir = parent
			continue
		}
		return "", fmt.Errorf("no go.mod here or above: run this inside the module")
	}
}
