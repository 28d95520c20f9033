// Command vbemgen makes Go bindings from XML Schema documents and a table of operations.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"go/token"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/vbem-go/vbem/generator"
	"github.com/vbem-go/vbem/schema"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1 // the input is wrong, or the output cannot be written; nothing was written
	exitUsage  = 2 // the command line is wrong
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

const help = `vbemgen makes Go bindings from an XML Schema.

Usage:
  vbemgen -xsd FILE [-xsd FILE…] [-fallback FILE…] [-operations FILE] -out DIR -package NAME [-module PATH]

What to read:
  -xsd FILE         schema document; repeat it for several that make one schema. What they include and import
                    by a relative path is read too
  -fallback FILE    schema document that supplies the types and elements which those of -xsd lack, and nothing else;
                    may be repeated
  -operations FILE  table of operations (tab separated): client stubs and the typed operations that servers carry out
                    are made as well, in the package emapi beside NAME, with OpenAPI and WADL in spec. The tables
                    api.tsv and links.tsv that lie beside FILE are read, too
  -json FILE        table of the names that differ in JSON
  -names FILE       lock of Go names: a name once given is kept, new ones are appended. Without -json and -names, a
                    schema of the Enterprise Manager's namespace gets the tables that vbemgen was built with
  -queries FILE     table of the types that can be queried: their fields to filter and sort by are made as well, in the
                    package fields beside NAME. It has the same default

What to write:
  -out DIR          directory that gets one directory a package
  -package NAME     name of the package of types
  -module PATH      import path of DIR; found from the nearest go.mod when not given

  -require-all      fail when the schema lacks an element that an operation uses; without it, such operations
                    are left out and listed
  -version          print the version
  -help             print this

Either everything is written, or nothing is and each error is a line that names file, line and component. After an
interrupt, too, everything is as it was; after a crash the next run puts it back first.
Generated files that are no longer produced are removed; files that vbemgen did not generate are never touched.

Exit status: 0 done, 1 the input is wrong or the output cannot be written, 2 the command line is wrong.

Examples:
  Types from the schema that the product ships:
    vbemgen -xsd RestAPI.xsd -out gen -package ent

  After a product update, with the project's schema for what the product's lacks, and the stubs:
    vbemgen -xsd RestAPI.xsd -fallback schema/RestAPI.xsd -operations schema/operations.tsv \
      -json schema/json.tsv -names schema/names.tsv -queries schema/queries.tsv -out gen -package ent
`

func run(args []string, stdout, stderr io.Writer) int {
	var c generator.Config
	flags := flag.NewFlagSet("vbemgen", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	list := func(to *[]string) func(string) error {
		return func(s string) error {
			if s == "" {
				return errors.New("no file name")
			}
			*to = append(*to, s)
			return nil
		}
	}
	flags.Func("xsd", "", list(&c.XSD))
	flags.Func("fallback", "", list(&c.Fallback))
	flags.StringVar(&c.Operations, "operations", "", "")
	flags.StringVar(&c.JSON, "json", "", "")
	flags.StringVar(&c.Names, "names", "", "")
	flags.StringVar(&c.Queries, "queries", "", "")
	flags.StringVar(&c.Out, "out", "", "")
	flags.StringVar(&c.Package, "package", "", "")
	flags.StringVar(&c.Module, "module", "", "")
	flags.BoolVar(&c.RequireAll, "require-all", false, "")
	printVersion := flags.Bool("version", false, "")

	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, help)
		return exitOK
	case err != nil:
		return usage(stderr, err)
	}
	if *printVersion {
		fmt.Fprintln(stdout, "vbemgen", version())
		return exitOK
	}
	if err := check(&c, flags.Args()); err != nil {
		return usage(stderr, err)
	}
	if err := generate(c, stdout); err != nil {
		report(stderr, err)
		return exitFailed
	}
	return exitOK
}

func usage(stderr io.Writer, err error) int {
	fmt.Fprintf(stderr, "vbemgen: %s\nTry vbemgen -help.\n", err)
	return exitUsage
}

// check looks at what the command line lacks.
func check(c *generator.Config, rest []string) error {
	switch {
	case len(rest) > 0:
		return fmt.Errorf("unexpected argument %q: name files by flags, as in -xsd %s", rest[0], rest[0])
	case len(c.XSD) == 0:
		return errors.New("no schema given: -xsd FILE")
	case c.Out == "":
		return errors.New("no output directory given: -out DIR")
	case c.Package == "":
		return errors.New("no package name given: -package NAME")
	case !token.IsIdentifier(c.Package) || c.Package == "_":
		return fmt.Errorf("-package %s: not a Go package name", c.Package)
	}
	return nil
}

// defaults are the project's own tables, for schemas of its namespace.
func defaults(namespace string) generator.Tables {
	if namespace != schema.Namespace {
		return generator.Tables{}
	}
	return generator.Tables{JSON: schema.JSON(), Names: schema.Names(), Queries: schema.Queries()}
}

func generate(c generator.Config, stdout io.Writer) error {
	if c.Module == "" {
		module, err := generator.ModulePath(c.Out)
		if err != nil {
			return fmt.Errorf("%w (-module PATH)", err)
		}
		c.Module = module
	}
	c.Default = defaults
	// An interrupt gives the run up and leaves everything as it was.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := generator.Recover(c); err != nil {
		return err
	}
	r, err := generator.Generate(c)
	if err != nil {
		return err
	}
	changes, err := generator.WriteContext(ctx, c, r)
	if err != nil {
		return err
	}
	for _, line := range r.Report {
		fmt.Fprintln(stdout, line)
	}
	for _, f := range changes.Removed {
		fmt.Fprintln(stdout, "removed:", f)
	}
	fmt.Fprintf(stdout, "%s: %d files written, %d as they were, %d removed\n", c.Out, len(changes.Written), changes.Same, len(changes.Removed))
	return nil
}

// report prints an error, one line for each that it joins.
func report(stderr io.Writer, err error) {
	for line := range strings.Lines(err.Error()) {
		fmt.Fprintln(stderr, "vbemgen:", strings.TrimSuffix(line, "\n"))
	}
}

func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(unknown version)"
	}
	return info.Main.Version
}
