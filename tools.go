//go:build tools

// Package tools pins the libraries that the generator and the tests build with, so that go.mod keeps them.
// Linters are not here: the Makefile runs them as `go run path@version`, because their requirements would
// raise versions in the build of everyone who imports the bindings.
package tools

import (
	_ "github.com/beevik/etree"
	_ "github.com/dave/jennifer/jen"
	_ "github.com/google/go-cmp/cmp"
)
