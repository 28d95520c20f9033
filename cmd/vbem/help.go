package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// writeHelp prints the help of a command: what it does, examples, commands below it, flags in groups, exit codes.
func writeHelp(w io.Writer, cmd *cobra.Command) {
	about := cmd.Long
	if about == "" {
		about = cmd.Short + "."
	}
	fmt.Fprintf(w, "%s\n\nUsage:\n", about)
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(w, "  %s COMMAND\n", cmd.CommandPath())
	} else {
		fmt.Fprintf(w, "  %s\n", cmd.UseLine())
	}
	if cmd.Example != "" {
		fmt.Fprintf(w, "\nExamples:\n%s\n", strings.TrimRight(cmd.Example, "\n"))
	}
	writeCommands(w, cmd)
	own, connection := pflag.NewFlagSet("", pflag.ContinueOnError), pflag.NewFlagSet("", pflag.ContinueOnError)
	own.SortFlags, connection.SortFlags = false, false
	cmd.InitDefaultHelpFlag()
	var order []*pflag.Flag
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.VisitAll(func(f *pflag.Flag) { order = append(order, f) })
	cmd.InheritedFlags().VisitAll(func(f *pflag.Flag) {
		if flags.Lookup(f.Name) == nil {
			order = append(order, f)
		}
	})
	for _, f := range order {
		shown := *f
		if env := noteOf(f, envNote); env != "" {
			shown.Usage += " [" + env + "]"
		}
		if noteOf(f, groupNote) == connectionGroup {
			connection.AddFlag(&shown)
		} else if own.Lookup(f.Name) == nil {
			own.AddFlag(&shown)
		}
	}
	const width = 118
	if own.HasAvailableFlags() {
		fmt.Fprintf(w, "\nFlags:\n%s", own.FlagUsagesWrapped(width))
	}
	if connection.HasAvailableFlags() {
		fmt.Fprintf(w, "\nConnection flags, each with its environment variable:\n%s", connection.FlagUsagesWrapped(width))
		fmt.Fprint(w, "\nThe password comes from VBEM_PASSWORD, --password-file or --keyring, or is asked for; there is no flag that takes it.\n")
	}
	if !cmd.HasParent() || connection.HasAvailableFlags() {
		fmt.Fprint(w, "\nExit codes:\n")
		writeExitCodes(w)
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(w, "\n%s COMMAND --help tells more.\n", cmd.CommandPath())
	}
}

func writeCommands(w io.Writer, cmd *cobra.Command) {
	if !cmd.HasAvailableSubCommands() {
		return
	}
	one := func(c *cobra.Command) {
		if c.IsAvailableCommand() || c.Name() == "help" {
			fmt.Fprintf(w, "  %-12s %s\n", c.Name(), c.Short)
		}
	}
	if len(cmd.Groups()) == 0 {
		fmt.Fprint(w, "\nCommands:\n")
		for _, c := range cmd.Commands() {
			one(c)
		}
	}
	for _, g := range cmd.Groups() {
		fmt.Fprintf(w, "\n%s\n", g.Title)
		for _, c := range cmd.Commands() {
			if c.GroupID == g.ID {
				one(c)
			}
		}
	}
}

// writeExitCodes prints the table of exit codes.
func writeExitCodes(w io.Writer) {
	for _, e := range exitCodes {
		fmt.Fprintf(w, "  %3d  %-12s %s\n", e.code, e.name, strings.ReplaceAll(e.text, "\n", "\n"+strings.Repeat(" ", 20)))
	}
}

// flagError tells what is wrong with a flag, without repeating what may be a password.
func flagError(err error) error {
	if errors.Is(err, pflag.ErrHelp) {
		return err
	}
	text := err.Error()
	if strings.HasPrefix(text, "unknown shorthand flag: ") {
		text, _, _ = strings.Cut(text, " in -")
	}
	err = errors.New(text)
	if strings.Contains(text, "--password") || strings.Contains(text, "'p'") {
		return fail(exitUsage, err, "A password is never taken from the command line, where others can see it: set VBEM_PASSWORD, or use --password-file.")
	}
	return fail(exitUsage, err)
}

// list joins names for a sentence.
func list(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}
