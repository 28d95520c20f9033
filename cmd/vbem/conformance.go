package main

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/vbem-go/vbem/conformance"
)

func (a *app) conformanceCommand() *cobra.Command {
	var (
		conn          connFlags
		corpus        string
		live, verbose bool
	)
	cmd := &cobra.Command{
		Use: "conformance", Short: "Check the bindings against documented messages, or against a live server", Args: noArgs,
		Long: `Runs the conformance checks over the exchanges that come with vbem, or over a folder of messages: every
message is read and written back in all the ways there are, and requests in all wrong orders.

With --url, or with --live where VBEM_URL or the kept session says which, it reads what a live server has, and
checks that nothing is lost on the way. It only reads.

What fails and what is skipped is printed by name; the last line counts. The exit code is 1 when anything failed.`,
		Example: "  vbem conformance\n  vbem conformance --corpus ../em_rest\n  vbem conformance --url https://em.example.com:9398",
		RunE: func(cmd *cobra.Command, _ []string) error {
			live = live || cmd.Flags().Changed("url")
			if live && corpus != "" {
				return usagef("--corpus and a live server exclude each other")
			}
			terminal, done := a.isTerminal(a.stderr), 0
			progress := func(conformance.Result) {
				if done++; terminal && done%50 == 0 {
					a.status.show(true, fmt.Sprintf("%d checks", done), 0)
				}
			}
			var (
				report *conformance.Report
				err    error
			)
			if live {
				report, err = a.checkServer(cmd.Context(), &conn, conformance.LiveOptions{Progress: progress})
			} else {
				report, err = checkMessages(cmd.Context(), corpus, conformance.Options{Progress: progress})
			}
			a.status.clear()
			if report == nil || err != nil && len(report.Results) == 0 {
				return err
			}
			return errors.Join(err, a.printReport(report, verbose))
		},
	}
	cmd.Flags().StringVar(&corpus, "corpus", "", "`DIR` of messages with an "+conformance.IndexFile)
	cmd.Flags().BoolVar(&live, "live", false, "read from a live server")
	cmd.Flags().BoolVarP(&verbose, "verbose", "v", false, "print what passed, too")
	conn.add(cmd)
	return cmd
}

func checkMessages(ctx context.Context, corpus string, o conformance.Options) (*conformance.Report, error) {
	if corpus != "" {
		if info, err := os.Stat(corpus); err != nil {
			return nil, usagef("--corpus: %w", err)
		} else if !info.IsDir() {
			return nil, usagef("--corpus %s: not a folder", corpus)
		}
		o.Corpus = os.DirFS(corpus)
	}
	return conformance.Run(ctx, o)
}

func (a *app) checkServer(ctx context.Context, conn *connFlags, o conformance.LiveOptions) (*conformance.Report, error) {
	k, err := a.connect(ctx, conn)
	if err != nil {
		return nil, err
	}
	report, err := conformance.RunLive(ctx, k, o)
	return report, k.done(err)
}

// reportView is a report in JSON and XML; as text it prints itself.
type reportView struct {
	XMLName xml.Name    `json:"-" xml:"conformance"`
	Passed  int         `json:"passed" xml:"passed,attr"`
	Failed  int         `json:"failed" xml:"failed,attr"`
	Skipped int         `json:"skipped" xml:"skipped,attr"`
	Checks  []checkView `json:"checks" xml:"check"`

	report  *conformance.Report
	verbose bool
}

type checkView struct {
	Name    string   `json:"name" xml:"name,attr"`
	Outcome string   `json:"outcome" xml:"outcome,attr"` // pass, fail or skip
	Details []string `json:"details,omitempty" xml:"detail,omitempty"`
}

func (v *reportView) text(w *textWriter) {
	_ = v.report.Write(w.w, v.verbose) // into memory
}

func (a *app) printReport(r *conformance.Report, verbose bool) error {
	v := &reportView{Checks: []checkView{}, report: r, verbose: verbose}
	v.Passed, v.Failed, v.Skipped = r.Counts()
	for _, result := range r.Results {
		if result.Outcome == conformance.Passed && !verbose {
			continue
		}
		v.Checks = append(v.Checks, checkView{
			Name: result.Name, Outcome: strings.ToLower(result.Outcome.String()), Details: result.Details,
		})
	}
	if err := a.print(v); err != nil {
		return err
	}
	if !r.OK() {
		return fail(exitFailed, errors.New("the bindings do not conform, or nothing was checked"))
	}
	return nil
}
