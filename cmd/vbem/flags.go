package main

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Annotations of flags: the environment variable that supplies the value, and the group that the help shows it in.
const (
	envNote   = "vbem_env"
	groupNote = "vbem_group"

	connectionGroup = "Connection"
)

// note annotates a flag. The flag is one that the caller has just defined.
func note(flags *pflag.FlagSet, name, key, value string) {
	f := flags.Lookup(name)
	if f.Annotations == nil {
		f.Annotations = make(map[string][]string)
	}
	f.Annotations[key] = []string{value}
}

func noteOf(f *pflag.Flag, key string) string {
	if v := f.Annotations[key]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// fromEnvironment sets the flags that the command line leaves out from their environment variables. An empty variable is none.
func (a *app) fromEnvironment(cmd *cobra.Command) error {
	var err error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		name := noteOf(f, envNote)
		if name == "" || f.Changed || err != nil {
			return
		}
		if v := a.env(name); v != "" {
			if e := f.Value.Set(v); e != nil {
				err = usagef("environment variable %s (--%s): %w", name, f.Name, e)
			}
		}
	})
	return err
}

// connFlags are the flags of every command that talks to a server.
type connFlags struct {
	url, username, passwordFile string
	keyring                     bool
	thumbprints                 []string
	caFile                      string
	apiFormat, apiVersion       string
	timeout                     time.Duration
	plainHTTP                   bool
	trace                       string
	sessionFile                 string

	given *pflag.FlagSet
}

const defaultPort = "9398"

// add defines the flags on a command.
func (c *connFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	c.given = f
	f.StringVar(&c.url, "url", "", "`ADDRESS` of Enterprise Manager; a bare host means https://HOST:"+defaultPort)
	f.StringVar(&c.username, "username", "", "`USER` who logs in, as DOMAIN\\user")
	f.StringVar(&c.passwordFile, "password-file", "", "`FILE` whose first line is the password; see also VBEM_PASSWORD")
	f.BoolVar(&c.keyring, "keyring", false, "take the password from the system's keyring; vbem keyring set puts it there")
	f.StringSliceVar(&c.thumbprints, "thumbprint", nil, "SHA-256 `THUMBPRINT` of the server's certificate, to pin it")
	f.StringVar(&c.caFile, "ca-file", "", "PEM `FILE` of the CA that signed the server's certificate")
	f.StringVar(&c.apiFormat, "api-format", "xml", "`FORMAT` to speak with the server: xml or json")
	f.StringVar(&c.apiVersion, "api-version", "", "API `VERSION` to ask for, v1_7 for example; else the newest that both know")
	f.DurationVar(&c.timeout, "timeout", 2*time.Minute, "longest `TIME` for a single request")
	f.BoolVar(&c.plainHTTP, "plain-http", false, "permit http:// addresses: password and session cross the network in the clear")
	f.StringVar(&c.trace, "trace", "", "write requests and answers, without secrets, to `FILE`; alone: to standard error")
	f.Lookup("trace").NoOptDefVal = "-"
	f.StringVar(&c.sessionFile, "session-file", "", "`FILE` that keeps the logon session; else one for each server and user")
	for _, name := range []string{
		"url", "username", "password-file", "keyring", "thumbprint", "ca-file", "api-format", "api-version", "timeout", "plain-http", "trace", "session-file",
	} {
		note(f, name, envNote, "VBEM_"+strings.ToUpper(strings.ReplaceAll(name, "-", "_")))
		note(f, name, groupNote, connectionGroup)
	}
	complete(cmd, "api-format", "xml", "json")
}

// complete lets the shell offer the values of a flag that has just been defined.
func complete(cmd *cobra.Command, flag string, values ...cobra.Completion) {
	// The error says that there is no such flag, or that it has values already.
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
}

// check looks at what can be wrong before anything is sent.
func (c *connFlags) check() error {
	if c.apiFormat != "xml" && c.apiFormat != "json" {
		return usagef("--api-format %q: want xml or json", c.apiFormat)
	}
	if c.timeout <= 0 {
		return usagef("--timeout %s: want more than nothing", c.timeout)
	}
	if c.url == "" {
		return nil
	}
	u, err := normalURL(c.url)
	if err != nil {
		return err
	}
	if strings.HasPrefix(u, "http:") && !c.plainHTTP {
		return fail(exitUsage, fmt.Errorf("--url %s: plain HTTP sends password and session in the clear", u), "--plain-http permits it.")
	}
	c.url = u
	return nil
}

// normalURL gives an address one spelling. A bare host gets the scheme and port that EM has by default. The
// errors do not repeat the address when it may hold a password.
func normalURL(s string) (string, error) {
	s = strings.TrimSpace(s)
	if !strings.Contains(s, "://") {
		s = "https://" + s
		if u, err := url.Parse(s); err == nil && u.Port() == "" {
			u.Host = u.Hostname()
			if strings.Contains(u.Host, ":") {
				u.Host = "[" + u.Host + "]"
			}
			u.Host += ":" + defaultPort
			s = u.String()
		}
	}
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return "", usagef("--url is not an address; it looks like https://em.example.com:%s", defaultPort)
	case u.User != nil:
		return "", usagef("--url holds a name or password: give the name with --username, the password with VBEM_PASSWORD or --password-file")
	case u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http" || u.RawQuery != "" || u.Fragment != "":
		return "", usagef("--url %q: want https://em.example.com:%s", s, defaultPort)
	}
	path := strings.TrimRight(u.EscapedPath(), "/")
	if path == "" {
		path = "/api"
	}
	return u.Scheme + "://" + strings.ToLower(u.Host) + path, nil
}

// again are the connection flags of the command line, as arguments for another command. What came from the environment is
// there for that command, too.
func (c *connFlags) again() []string {
	var args []string
	c.given.Visit(func(f *pflag.Flag) {
		if noteOf(f, groupNote) != connectionGroup || f.Name == "trace" || f.Name == "timeout" {
			return
		}
		switch {
		case f.Value.Type() == "bool":
			args = append(args, "--"+f.Name)
		case f.Name == "thumbprint":
			for _, t := range c.thumbprints {
				args = append(args, "--thumbprint", t)
			}
		default:
			args = append(args, "--"+f.Name, f.Value.String())
		}
	})
	return args
}

// command writes a command line for a POSIX shell, which PowerShell reads the same way unless a quote is in it.
func command(args ...string) string {
	quoted := make([]string, len(args))
	for i, s := range args {
		if s == "" || strings.ContainsAny(s, " \t\n\\'\"$`!*?[](){}<>|&;#~%^") {
			s = "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
		}
		quoted[i] = s
	}
	return strings.Join(quoted, " ")
}
