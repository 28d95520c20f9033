package generator

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/vbem-go/vbem/generator/emit"
)

// aboutFile is the table beside the table of operations that says what the descriptions of the API need beyond it.
const aboutFile = "api.tsv"

// linksFile is the table beside the table of operations that says what links lead to.
const linksFile = "links.tsv"

// loadAbout reads the table. Where there is none, descriptions are made without what it says.
func loadAbout(file string) (emit.About, error) {
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return emit.About{}, nil
	}
	if err != nil {
		return emit.About{}, err
	}
	return parseAbout(file, string(data))
}

// parseAbout reads a header row and rows of a key and a value, separated by a tab; file is for errors. Paragraphs of the
// description have a row each, and public operations too.
func parseAbout(file, text string) (emit.About, error) {
	about := emit.About{Variables: map[string]string{}}
	single := map[string]*string{
		"title": &about.Title, "version": &about.Version, "license": &about.License, "server": &about.Server,
		"log-in": &about.LogIn, "session": &about.Session, "error": &about.Error,
	}
	var errs []error
	fail := func(line int, format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s:%d: %s", file, line+1, fmt.Sprintf(format, args...)))
	}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimRight(line, "\r")
		key, value, _ := strings.Cut(line, "\t")
		variable, isVariable := strings.CutPrefix(key, "server.")
		at, isSingle := single[key]
		switch {
		case i == 0:
			if line != "key\tvalue" {
				fail(i, "the header must be %q", "key\tvalue")
			}
		case line == "":
		case value == "" || strings.Contains(value, "\t"):
			fail(i, "want a key, a tab and a value")
		case isVariable:
			about.Variables[variable] = value
		case key == "description":
			about.Description = strings.TrimPrefix(about.Description+"\n\n"+value, "\n\n")
		case key == "public":
			about.Public = append(about.Public, value)
		case !isSingle:
			fail(i, "unknown key %q", key)
		case *at != "":
			fail(i, "%s stands twice", key)
		default:
			*at = value
		}
	}
	return about, errors.Join(errs...)
}

// grammars gives the schema documents as a file below dir names them: by relative paths with forward slashes.
func grammars(c Config) ([]string, error) {
	dir, err := filepath.Abs(filepath.Join(c.Out, SpecPackage))
	if err != nil {
		return nil, err
	}
	var list []string
	for _, file := range c.XSD {
		if file, err = filepath.Abs(file); err != nil {
			return nil, err
		}
		rel, err := filepath.Rel(dir, file)
		if err != nil { // on another drive
			rel = file
		}
		list = append(list, filepath.ToSlash(rel))
	}
	return list, nil
}
