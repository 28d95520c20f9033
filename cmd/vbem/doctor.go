package main

import (
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"

	"github.com/spf13/cobra"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/internal/doctor"
)

// doctorView is what the checks found.
type doctorView struct {
	XMLName xml.Name      `json:"-" xml:"doctor"`
	OK      bool          `json:"ok" xml:"ok,attr"`
	Checks  []findingView `json:"checks" xml:"check"`
}

type findingView struct {
	Name    string `json:"name" xml:"name,attr"`
	Verdict string `json:"verdict" xml:"verdict,attr"`
	Asks    string `json:"asks" xml:"asks"`
	Assumes string `json:"assumes" xml:"assumes"`
	Found   string `json:"found" xml:"found"`
}

func (v *doctorView) text(w *textWriter) {
	count := make(map[string]int)
	for _, c := range v.Checks {
		count[c.Verdict]++
		w.line("%s: %s", c.Name, c.Verdict)
		w.line("  asks     %s", c.Asks)
		w.line("  assumed  %s", c.Assumes)
		w.line("  found    %s", visible(c.Found))
	}
	w.line("%d checks: %d %s, %d %s, %d %s, %d %s", len(v.Checks), count[string(doctor.AsAssumed)], doctor.AsAssumed,
		count[string(doctor.Handled)], doctor.Handled, count[string(doctor.NotHandled)], doctor.NotHandled, count[string(doctor.Unseen)], doctor.Unseen)
}

func (a *app) doctorCommand() *cobra.Command {
	var conn connFlags
	cmd := &cobra.Command{
		Use: "doctor", Short: "Check what the bindings assume about Enterprise Manager on a live server", Args: noArgs,
		Long: fmt.Sprintf(`Asks a live server about what the reference leaves uncertain - spellings, letter case, zones, page
sizes, links, names of list items, orders - and says for each: what the bindings assume, what was found,
and whether they work with it.

It cannot disturb: it logs in anew, sends GETs one after the other, at most %d requests in all, and
logs out. Nothing is changed, and no kept logon session is used. What it prints has no names,
identifiers or addresses of yours, so it can be sent with a bug report as it is. The exit code is 1
when something differs that the bindings do not handle.`, doctor.MostRequests),
		Example: "  vbem doctor --url https://em.example.com:9398 --username 'TECH\\viewer' --thumbprint 3A:7B:…\n  vbem doctor -o json > doctor.json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			server, closeIdle, err := a.doctorServer(cmd, &conn)
			if err != nil {
				return err
			}
			defer closeIdle()
			done, terminal := 0, a.isTerminal(a.stderr)
			server.Progress = func(doctor.Finding) {
				done++
				a.status.show(terminal, fmt.Sprintf("%d checks", done), 0)
			}
			if !terminal {
				server.Progress = nil
			}
			list, err := doctor.Run(cmd.Context(), server)
			a.status.clear()
			if err != nil && len(list) == 0 {
				return fail(exitFailed, err)
			}
			v := &doctorView{OK: err == nil && doctor.OK(list), Checks: []findingView{}}
			for _, f := range list {
				v.Checks = append(v.Checks, findingView{Name: f.Check, Verdict: string(f.Verdict), Asks: f.Asks, Assumes: f.Assumes, Found: f.Found})
			}
			if e := a.print(v); e != nil || err != nil {
				return errors.Join(err, e)
			}
			if !v.OK {
				return fail(exitFailed, errors.New("the server differs from what the bindings assume, and they do not handle it"),
					"vbem capture saves what it sends, without secrets and names, for a bug report.")
			}
			return nil
		},
	}
	conn.add(cmd)
	return cmd
}

// doctorServer is the server as the checks need it: a session of their own, and the wire itself.
func (a *app) doctorServer(cmd *cobra.Command, c *connFlags) (s doctor.Server, closeIdle func(), err error) {
	if err := c.check(); err != nil {
		return s, nil, err
	}
	if c.url == "" {
		return s, nil, usagef("which Enterprise Manager? --url (VBEM_URL) is missing")
	}
	if c.username == "" {
		return s, nil, usagef("who logs in? --username (VBEM_USERNAME) is missing")
	}
	transport, err := client.NewTransport(c.verification()...)
	if err != nil {
		return s, nil, err
	}
	password, known, err := a.givenPassword(c)
	switch {
	case err != nil || known:
	case c.keyring:
		password, err = a.fromKeyring(c.url, c.username)
	default:
		password, err = a.askPassword(cmd.Context(), fmt.Sprintf("Password of %s at %s: ", c.username, c.url))
	}
	if err != nil {
		return s, nil, err
	}
	var rt http.RoundTripper = transport
	if a.recorder != nil {
		rt = a.recorder.Around(rt)
	}
	return doctor.Server{
		Base: c.url, User: c.username, Password: password, Version: c.apiVersion, Transport: rt, UserAgent: "vbem/" + version(),
		Timeout: c.timeout, PlainHTTP: c.plainHTTP,
	}, transport.CloseIdleConnections, nil
}
