package main

import (
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
		corpus  string
		verbose bool
	)
	cmd := &cobra.Command{
		Use: "conformance", Short: "Check the bindings against the documented exchanges", Args: noArgs,
		Long: `Runs the conformance checks over the exchanges that come with vbem, or over a folder of messages: every
message is read and written back in all the ways there are, and requests in all wrong orders. What
fails and what is skipped is printed by name; the last line counts. The exit code is 1 when anything failed.`,
		Example: "  vbem conformance\n  vbem conformance --corpus ../em_rest",
		RunE: func(cmd *cobra.Command, _ []string) error {
			var o conformance.Options
			if corpus != "" {
				if info, err := os.Stat(corpus); err != nil {
					return usagef("--corpus: %w", err)
				} else if !info.IsDir() {
					return usagef("--corpus %s: not a folder", corpus)
				}
				o.Corpus = os.DirFS(corpus)
			}
			live, done := a.isTerminal(a.stderr), 0
			o.Progress = func(r conformance.Result) {
				if done++; live && done%50 == 0 {
					a.status.show(true, fmt.Sprintf("%d checks", done), 0)
				}
			}
			report, err := conformance.Run(cmd.Context(), o)
			a.status.clear()
			if report == nil {
				return err
			}
			return errors.Join(err, a.printReport(report, verbose))
		},
	}
	cmd.Flags().StringVar(&corpus, "corpus", "", "`DIR` of messages with an "+conformance.IndexFile)
	cmd.Flags().BoolVarP(&verbose, "verbose", "v", false, "print what passed, too")
	return cmd
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
