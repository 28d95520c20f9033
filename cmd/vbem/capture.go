package main

import (
	"encoding/xml"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/vbem-go/vbem/conformance"
	"github.com/vbem-go/vbem/internal/capture"
)

// captureView says what was saved.
type captureView struct {
	XMLName  xml.Name `json:"-" xml:"capture"`
	Folder   string   `json:"folder" xml:"folder"`
	Messages int      `json:"messages" xml:"messages"`
	NotSaved int      `json:"notSaved" xml:"notSaved"`
}

const savedText = "%d messages are saved in %s, without secrets and names. Look at them before you give them away."

func (v captureView) text(w *textWriter) {
	w.line(savedText, v.Messages, visible(v.Folder))
	if v.NotSaved > 0 {
		w.line("%d more are no messages of the API and are not saved; index.tsv says why.", v.NotSaved)
	}
	w.line("vbem conformance --corpus %s checks them.", command(v.Folder))
}

func (a *app) captureCommand() *cobra.Command {
	var (
		conn connFlags
		out  string
	)
	cmd := &cobra.Command{
		Use: "capture --out DIR [flags] [-- COMMAND…]", Short: "Save what goes over the wire, without secrets and names",
		Long: `Saves requests and answers in a folder, for a bug report: those of another command of vbem, which
stands behind --, or without one those of a tour that reads what the server has and changes nothing.

Every name, identifier, address, text and secret is replaced, the same one by the same pseudonym
wherever it stands. Names of elements, their order, numbers, dates and the API's own words stay.
"vbem conformance --corpus DIR" replays what was saved.

A command behind -- does what it always does: a failover that is captured is a failover. Its exit code
is that of the whole. The folder must be new or empty. Nothing is saved when a secret would get into it.`,
		Example: `  vbem capture --out report --url https://em.example.com:9398 --username 'TECH\viewer'
  vbem capture --out report -- failover vapp02 --latest --wait
  vbem capture --out report -- doctor`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.mayCapture(cmd, out, args); err != nil {
				return err
			}
			a.recorder = new(capture.Recorder)
			var ran error
			if len(args) > 0 {
				ran = a.captured(cmd, args)
			} else {
				_, ran = a.checkServer(cmd.Context(), &conn, conformance.LiveOptions{})
			}
			return errors.Join(ran, a.saveCapture(out, len(args) == 0))
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "new `DIR` to save to")
	conn.add(cmd)
	return cmd
}

// mayCapture refuses what would only be found out when the traffic is there already.
func (a *app) mayCapture(cmd *cobra.Command, out string, args []string) error {
	if out == "" {
		return usagef("where to? --out is missing")
	}
	if entries, err := os.ReadDir(out); err == nil && len(entries) > 0 {
		return usagef("--out %s: the folder is not empty", out)
	} else if err != nil && !errors.Is(err, os.ErrNotExist) {
		return usagef("--out: %w", err)
	}
	if a.recorder != nil {
		return usagef("a capture cannot be captured")
	}
	if len(args) == 0 {
		return nil
	}
	if at := cmd.ArgsLenAtDash(); at != 0 {
		return usagef("put -- before the command that is to be captured: vbem capture --out %s -- %s", out, command(args...))
	}
	var misplaced error
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if f.Changed && noteOf(f, groupNote) == connectionGroup && misplaced == nil {
			misplaced = usagef("--%s belongs behind the command that is captured", f.Name)
		}
	})
	return misplaced
}

// captured carries out another command line.
func (a *app) captured(cmd *cobra.Command, args []string) error {
	output := a.output
	root := a.root()
	root.SetArgs(append([]string{"--output", output}, args...))
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(&a.status)
	a.started = false
	err := root.ExecuteContext(cmd.Context())
	if err != nil && !a.started {
		err = asUsage(err)
	}
	a.started = true
	return err
}

// saveCapture writes the folder. The report goes to standard output where nothing else does.
func (a *app) saveCapture(out string, alone bool) error {
	list, _ := a.recorder.Exchanges()
	if len(list) == 0 {
		return nil
	}
	base, err := capture.Base(list)
	if err != nil {
		return fail(exitFailed, err)
	}
	saved, err := capture.Save(out, base, a.recorder)
	if err != nil {
		return fail(exitFailed, fmt.Errorf("capture: %w", err))
	}
	v := captureView{Folder: out, Messages: saved.Messages, NotSaved: saved.Left}
	if alone {
		return a.print(v)
	}
	a.status.note("vbem: "+savedText, v.Messages, visible(out))
	return nil
}
