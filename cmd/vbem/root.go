package main

import (
	"github.com/spf13/cobra"
)

const rootLong = `vbem fails vApps over to their CDP replicas by way of Veeam Backup Enterprise Manager, and
follows what it started to its end.

In a disaster, with VBEM_URL, VBEM_USERNAME, VBEM_PASSWORD and VBEM_THUMBPRINT set:

  vbem vapp list                            what is there
  vbem intervals vapp02                     what it can be brought back to
  vbem failover vapp02 --latest --dry-run   what would be sent; nothing is started
  vbem failover vapp02 --latest --wait      do it, and wait until the vApp is back

A failover is sent once and never repeated. Ctrl-C while waiting leaves it running and prints the
command that goes on with waiting. vbem demo shows all of this on a simulated server.`

// root makes the whole command.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use: "vbem", Short: "Operate Veeam Backup Enterprise Manager", Long: rootLong,
		SilenceErrors: true, SilenceUsage: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cmd.SetOut(&a.status)
			_ = cmd.Help()
			return usagef("no command was given")
		},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.fromEnvironment(cmd); err != nil {
				return err
			}
			if err := checkOutput(a.output); err != nil {
				return err
			}
			a.started = true
			return nil
		},
	}
	root.PersistentFlags().StringVarP(&a.output, "output", "o", "text", "`FORM` of results on standard output: text, json or xml")
	note(root.PersistentFlags(), "output", envNote, "VBEM_OUTPUT")
	complete(root, "output", outputs...)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return flagError(err) })
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { writeHelp(cmd.OutOrStdout(), cmd) })
	root.SetUsageFunc(func(cmd *cobra.Command) error {
		writeHelp(cmd.OutOrStderr(), cmd)
		return nil
	})
	root.AddGroup(
		&cobra.Group{ID: "act", Title: "Fail over and follow:"},
		&cobra.Group{ID: "look", Title: "Look:"},
		&cobra.Group{ID: "session", Title: "Log in and out:"},
		&cobra.Group{ID: "try", Title: "Try and test:"},
	)
	root.SetHelpCommandGroupID("try")
	root.SetCompletionCommandGroupID("try")
	add := func(group string, cmds ...*cobra.Command) {
		for _, c := range cmds {
			c.GroupID = group
			root.AddCommand(c)
		}
	}
	add("act", a.failoverCommand(), a.taskCommand())
	add("look", a.vappCommand(), a.vmCommand(), a.intervalsCommand())
	add("session", a.loginCommand(), a.logoutCommand(), a.keyringCommand())
	add("try", a.demoCommand(), a.simulateCommand(), a.conformanceCommand(), a.doctorCommand(), a.captureCommand(), a.versionCommand())
	return root
}

// group makes a command that only has subcommands.
func group(cmd *cobra.Command, subs ...*cobra.Command) *cobra.Command {
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		names := make([]string, len(subs))
		for i, s := range subs {
			names[i] = s.Name()
		}
		if len(args) > 0 {
			return usagef("%s %s: there is no such command; there are %s", cmd.CommandPath(), args[0], list(names))
		}
		return usagef("%s does nothing by itself: add %s", cmd.CommandPath(), list(names))
	}
	cmd.AddCommand(subs...)
	return cmd
}

// oneArg wants exactly one argument, whose name the message tells.
func oneArg(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch len(args) {
		case 0:
			return usagef("%s: %s is missing", cmd.CommandPath(), what)
		case 1:
			return nil
		}
		return usagef("%s takes one %s; %d were given. A name with blanks needs quotes", cmd.CommandPath(), what, len(args))
	}
}

func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("%s takes no arguments: %q", cmd.CommandPath(), args)
	}
	return nil
}
