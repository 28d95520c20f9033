package main

import (
	"crypto/rand"
	"encoding/xml"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/vbem-go/vbem/simulator"
)

func (a *app) simulateCommand() *cobra.Command {
	var (
		address  = "127.0.0.1:" + defaultPort
		model    = simulator.DefaultModel()
		public   bool
		plain    bool
		coverage bool
		username string
		slow     float64
		lifetime = simulator.SessionLifetime
		faults   string
		outcome  = "success"
		admin    bool
	)
	cmd := &cobra.Command{
		Use: "simulate", Short: "Run a simulated Enterprise Manager", Args: noArgs,
		Long: `Runs a simulated Enterprise Manager until Ctrl-C: for trying vbem, and for testing programs that use the API
by whatever means. It prints how to reach it. Nothing in it is real, and nothing outlives it.

The password is a new one each time, unless VBEM_SIMULATOR_PASSWORD sets it.

Things can be made to go wrong. --outcome says how failovers, restores and runs of jobs end: success, warning,
failed, task-failed, credentials-needed, confirmation-needed, no-session or forbidden. --faults breaks connections
and answers by rules, separated by semicolons:
"reset-after op=CdpReplica.VApps.ID.Failover times=1; delay for=2s path=/tasks".`,
		Example: `  vbem simulate
  vbem simulate --address 127.0.0.1:0 --vapps 200 --seed 7
  vbem simulate --outcome warning --slow 10
  vbem simulate --faults 'status code=502 body=html path=/tasks p=0.3'
  vbem simulate --coverage`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if coverage {
				return a.print(coverageOf())
			}
			if err := checkAddress(address, public); err != nil {
				return err
			}
			rules, err := outcomeRules(outcome)
			if err != nil {
				return err
			}
			broken, err := readFaults(faults)
			if err != nil {
				return err
			}
			opts := []simulator.Option{
				simulator.WithTiming(timing(slow)), simulator.WithSessionLifetime(lifetime), simulator.WithRules(rules...), simulator.WithFaults(broken),
			}
			token := ""
			if admin {
				token = rand.Text()
				opts = append(opts, simulator.WithAdmin(token))
			}
			if plain {
				opts = append(opts, simulator.WithPlainHTTP())
			}
			if password := a.env("VBEM_SIMULATOR_PASSWORD"); password != "" {
				opts = append(opts, simulator.WithAccounts(simulator.Account{Username: username, Password: password}))
			}
			em, err := simulator.StartAt(address, model, opts...)
			if err != nil {
				return err
			}
			defer em.Close()
			v := simulatorView{URL: em.URL, User: em.Username, Password: em.Password, Thumbprint: em.Thumbprint, AdminToken: token, plain: plain}
			if err := a.print(v); err != nil {
				return err
			}
			<-cmd.Context().Done()
			a.status.note("The simulated Enterprise Manager is stopped.")
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&address, "address", address, "`HOST:PORT` to listen on; port 0 takes a free one")
	f.BoolVar(&public, "public", false, "permit an address beyond the loopback interface")
	f.BoolVar(&plain, "plain-http", false, "serve HTTP without TLS")
	f.BoolVar(&coverage, "coverage", false, "list all operations and how far each is simulated, and end")
	f.StringVar(&username, "username", `SIM\Administrator`, "who can log in; takes effect with VBEM_SIMULATOR_PASSWORD")
	f.Uint64Var(&model.Seed, "seed", model.Seed, "another seed makes other identifiers and restore points")
	f.IntVar(&model.BackupServers, "backup-servers", model.BackupServers, "number of backup servers")
	f.IntVar(&model.Jobs, "jobs", model.Jobs, "number of further backup jobs, of two machines each")
	f.IntVar(&model.Tenants, "tenants", model.Tenants, "number of further tenants")
	f.IntVar(&model.VApps, "vapps", model.VApps, "number of vApps")
	f.IntVar(&model.VMsPerVApp, "vms-per-vapp", model.VMsPerVApp, "number of VMs in each vApp")
	f.IntVar(&model.Replicas, "replicas", model.Replicas, "number of CDP replicas")
	f.IntVar(&model.VMsPerReplica, "vms-per-replica", model.VMsPerReplica, "number of VMs in each CDP replica")
	f.Float64Var(&slow, "slow", 1, "`FACTOR` by which failovers, restores and runs of jobs take longer than their two seconds")
	f.StringVar(&outcome, "outcome", outcome, "how failovers, restores and runs of jobs `END`")
	f.StringVar(&faults, "faults", "", "`RULES` of what goes wrong, or @FILE with one a line")
	f.BoolVar(&admin, "admin", false, "serve /admin: faults and the audit log over HTTP, for tests")
	f.DurationVar(&lifetime, "session-lifetime", lifetime, "how long a logon session lasts without a request")
	return cmd
}

// outcomeRules makes all that takes a while end as the word says.
func outcomeRules(word string) ([]simulator.Rule, error) {
	rules := map[string]simulator.Rule{
		"success": {}, "warning": {RestoreResult: "Warning", Message: "A simulated warning."},
		"failed":             {RestoreResult: "Failed", Message: "A simulated failure."},
		"task-failed":        {FailTask: true, Message: "A simulated failure."},
		"credentials-needed": {CredentialsNeeded: true}, "confirmation-needed": {ConfirmationNeeded: true},
		"no-session": {NoSession: true}, "forbidden": {Refuse: http.StatusForbidden, Message: "A simulated refusal."},
	}
	rule, ok := rules[word]
	if !ok {
		return nil, usagef("--outcome %q: want %s", word, list(slices.Sorted(maps.Keys(rules))))
	}
	return []simulator.Rule{rule}, nil
}

// readFaults reads the rules of what goes wrong.
func readFaults(text string) (simulator.Faults, error) {
	if name, ok := strings.CutPrefix(text, "@"); ok {
		data, err := os.ReadFile(name)
		if err != nil {
			return simulator.Faults{}, usagef("--faults: %w", err)
		}
		text = string(data)
	}
	f, err := simulator.ParseFaults(text)
	if err != nil {
		return f, usagef("--faults: %w", err)
	}
	return f, nil
}

// timing stretches the time that things take.
func timing(factor float64) simulator.Timing {
	t := simulator.DefaultTiming()
	for _, d := range []*time.Duration{&t.Running, &t.Collecting, &t.Starting, &t.Working, &t.Stopping} {
		*d = time.Duration(float64(*d) * factor)
	}
	return t
}

// checkAddress refuses to show the simulator to the network unless that was asked for by name.
func checkAddress(address string, public bool) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return usagef("--address %s: want HOST:PORT", address)
	}
	ip := net.ParseIP(host)
	if public || strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback() {
		return nil
	}
	return fail(exitUsage, fmt.Errorf("--address %s would show the simulator to the network", address), "--public permits it.")
}

// simulatorView tells how to reach a simulator. Its password opens nothing else.
type simulatorView struct {
	XMLName    xml.Name `json:"-" xml:"simulator"`
	URL        string   `json:"url" xml:"url"`
	User       string   `json:"username" xml:"username"`
	Password   string   `json:"password" xml:"password"`
	Thumbprint string   `json:"thumbprint,omitempty" xml:"thumbprint,omitempty"`
	AdminToken string   `json:"adminToken,omitempty" xml:"adminToken,omitempty"`

	plain bool
}

func (v simulatorView) text(w *textWriter) {
	w.line("A simulated Enterprise Manager listens at %s. Ctrl-C stops it.", v.URL)
	w.line("")
	w.line("For vbem, in another terminal:")
	w.line("")
	vars := [][2]string{{"VBEM_URL", v.URL}, {"VBEM_USERNAME", v.User}, {"VBEM_PASSWORD", v.Password}}
	if v.plain {
		vars = append(vars, [2]string{"VBEM_PLAIN_HTTP", "true"})
	} else {
		vars = append(vars, [2]string{"VBEM_THUMBPRINT", v.Thumbprint})
	}
	for _, x := range vars {
		w.line("  export %s=%s", x[0], command(x[1]))
	}
	w.line("  vbem vapp list")
	w.line("")
	w.line("For curl (-k, because the certificate is self-signed): log in, then send the X-RestSvcSessionId that comes back:")
	w.line("")
	w.line("  curl -ki -X POST -u %s '%s/api/sessionMngr/?v=latest'", command(v.User+":"+v.Password), v.URL)
	w.line("  curl -k -H 'X-RestSvcSessionId: …' '%s/api/cdpReplica/vApps?format=Entity'", v.URL)
	if v.AdminToken != "" {
		w.line("  curl -k -H 'Authorization: Bearer %s' '%s/admin/audit'", v.AdminToken, v.URL)
	}
}

// coverageView lists the operations of the API.
type coverageView struct {
	XMLName    xml.Name        `json:"-" xml:"coverage"`
	Operations []operationView `json:"operations" xml:"operation"`
}

type operationView struct {
	Method  string `json:"method" xml:"method,attr"`
	Path    string `json:"path" xml:"path,attr"`
	Support string `json:"support" xml:"support,attr"` // stateful, read or 501
}

func coverageOf() coverageView {
	var v coverageView
	for _, c := range simulator.Coverage() {
		path := c.Operation.Path
		if c.Operation.Query != "" {
			path += "?" + c.Operation.Query
		}
		v.Operations = append(v.Operations, operationView{c.Operation.Method, path, string(c.Support)})
	}
	return v
}

func (v coverageView) text(w *textWriter) {
	rows := make([][]string, len(v.Operations))
	count := make(map[string]int)
	for i, o := range v.Operations {
		rows[i] = []string{o.Method, o.Path, o.Support}
		count[o.Support]++
	}
	w.table([]string{"METHOD", "PATH", "SIMULATED"}, rows)
	w.line("")
	w.line("%d operations: %d stateful, %d read, %d answer 501 Not Implemented",
		len(rows), count[string(simulator.Stateful)], count[string(simulator.Read)], count[string(simulator.None)])
}
