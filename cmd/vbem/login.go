package main

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/vbem-go/vbem/client"
	"github.com/vbem-go/vbem/gen/ent"
)

// sessionView shows a kept logon session. It holds nothing by which the session could be used.
type sessionView struct {
	XMLName xml.Name `json:"-" xml:"session"`
	URL     string   `json:"url" xml:"url"`
	User    string   `json:"user" xml:"user"`
	Version string   `json:"apiVersion" xml:"apiVersion"`
	File    string   `json:"file" xml:"file"`
	New     bool     `json:"new" xml:"new"` // false: the kept one is alive and is used further
}

func (v sessionView) text(w *textWriter) {
	word := "Logged in already"
	if v.New {
		word = "Logged in"
	}
	w.fields([2]string{word, v.User}, [2]string{"at", v.URL}, [2]string{"API version", v.Version}, [2]string{"kept in", v.File})
}

func (a *app) loginCommand() *cobra.Command {
	var conn connFlags
	cmd := &cobra.Command{
		Use: "login", Short: "Log in and keep the logon session for the commands that follow", Args: noArgs,
		Long: `Logs in and keeps the logon session in a file that only its owner can read, so that the commands that
follow need no password. Commands log in by themselves where they have to; login is for trying the
connection, and for typing the password once. The server ends a session that is not used for 15 minutes.

A kept session that is alive is used further, because the tasks that were started in it can be asked for in no other.`,
		Example: `  vbem login --url https://em.example.com:9398 --username 'TECH\operator' --thumbprint 3A:7B:…
  VBEM_PASSWORD_FILE=/run/secrets/em vbem login`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			k, err := a.connect(cmd.Context(), &conn)
			if err != nil {
				return err
			}
			if err := k.keep(); err != nil {
				return errors.Join(err, k.close())
			}
			return k.done(a.print(sessionView{URL: k.URL(), User: k.User(), Version: k.Version(), File: k.path, New: k.fresh}))
		},
	}
	conn.add(cmd)
	return cmd
}

// loggedOutView shows a logon session that is over.
type loggedOutView struct {
	XMLName xml.Name `json:"-" xml:"loggedOut"`
	URL     string   `json:"url" xml:"url"`
	User    string   `json:"user" xml:"user"`
}

func (v loggedOutView) text(w *textWriter) { w.line("Logged out: %s at %s", visible(v.User), v.URL) }

func (a *app) logoutCommand() *cobra.Command {
	var (
		conn  connFlags
		force bool
	)
	cmd := &cobra.Command{
		Use: "logout", Short: "End the kept logon session and forget it", Args: noArgs,
		Long: `Ends the kept logon session and removes its file. While a task that was started in the session is
running this is refused, because the task could not be asked for any more; --force does it all the same.`,
		Example: "  vbem logout",
		RunE: func(cmd *cobra.Command, _ []string) error {
			k, saved, err := a.prepare(&conn)
			if err != nil {
				return err
			}
			if saved == nil {
				return errors.Join(refusedf("no logon session is kept for %s", conn.url), k.close())
			}
			err = k.open(cmd.Context(), saved, false)
			if err == nil {
				err = a.logout(cmd.Context(), k, force)
			}
			if err != nil && !errors.Is(err, client.ErrSessionLost) {
				return errors.Join(err, k.close())
			}
			if err := os.Remove(k.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return errors.Join(fmt.Errorf("session file: %w", err), k.close())
			}
			return errors.Join(a.print(loggedOutView{URL: saved.Session.URL, User: saved.Login}), k.close())
		},
	}
	cmd.Flags().BoolVar(&force, "force", false, "log out although tasks are running")
	conn.add(cmd)
	return cmd
}

func (a *app) logout(ctx context.Context, k *connection, force bool) error {
	if !force {
		all, err := k.Tasks().List(ctx, client.InSession(k.kept))
		if err != nil {
			return err
		}
		var running []string
		list := ent.Val(all).Task
		for i := range list {
			if string(list[i].State) != "Finished" {
				running = append(running, list[i].TaskId)
			}
		}
		if len(running) > 0 {
			return fail(exitRefused, fmt.Errorf("not finished in this logon session: %s", strings.Join(running, ", ")),
				"vbem task wait waits for it; --force logs out all the same.")
		}
	}
	return k.Logout(ctx)
}
