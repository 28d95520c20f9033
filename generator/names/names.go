// Package names reads the two tables of names that a schema does not hold: the lock of Go names, and the JSON names
// that the rule misses.
package names

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

const lockHeader = "component\tgo\n"

// Lock maps schema components to Go names. It only grows. The zero value is empty and ready.
type Lock struct {
	names map[string]string
	order []string
}

// LoadLock reads a lock. Where the file does not exist, the error says so and the lock is empty and usable.
func LoadLock(file string) (*Lock, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return &Lock{}, err
	}
	return ParseLock(file, string(data))
}

// ParseLock reads a lock that is in memory; file is for errors.
func ParseLock(file, text string) (*Lock, error) {
	l := &Lock{}
	var errs []error
	for i, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		line = strings.TrimRight(line, "\r")
		if i == 0 {
			if line+"\n" != lockHeader {
				return nil, fmt.Errorf("%s:1: the header must be %q", file, strings.TrimSpace(lockHeader))
			}
			continue
		}
		component, name, ok := strings.Cut(line, "\t")
		if !ok || component == "" || name == "" || strings.Contains(name, "\t") {
			errs = append(errs, fmt.Errorf("%s:%d: want a component, a tab and a Go name", file, i+1))
			continue
		}
		if _, twice := l.names[component]; twice {
			errs = append(errs, fmt.Errorf("%s:%d: %s stands twice", file, i+1, component))
			continue
		}
		l.Record(component, name)
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return l, nil
}

// Lookup returns the name that a component has.
func (l *Lock) Lookup(component string) (string, bool) {
	name, ok := l.names[component]
	return name, ok
}

// Record adds a component at the end.
func (l *Lock) Record(component, name string) {
	if l.names == nil {
		l.names = map[string]string{}
	}
	if _, ok := l.names[component]; !ok {
		l.order = append(l.order, component)
	}
	l.names[component] = name
}

// Each calls f for all components, in the order of the file.
func (l *Lock) Each(f func(component, name string)) {
	for _, c := range l.order {
		f(c, l.names[c])
	}
}

// Bytes is the lock as a file.
func (l *Lock) Bytes() []byte {
	var b strings.Builder
	b.WriteString(lockHeader)
	l.Each(func(component, name string) {
		b.WriteString(component + "\t" + name + "\n")
	})
	return []byte(b.String())
}
